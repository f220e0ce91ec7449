"""Which characters a Japanese receipt printer has by itself: strict JIS X 0208, ASCII and half-width kana.

Everything else is drawn. Width is the length of the character's code, not what a terminal would say: `○` is one cell on
many terminals and two columns on paper.
"""

from __future__ import annotations

import unicodedata

from village_console.village.names import clusters

_SAME_SIGN = str.maketrans({"\uff5e": "\u301c", "\uff0d": "\u2212", "\u2014": "\u2015", "\u2225": "\u2016"})
"""Signs that Unicode doubles and JIS X 0208 has once: wave dash, minus, dash, parallel. Never kanji."""
_WIDE_SPACE = "\u3000"
"""Stands in most names; Python does not count it among what can be printed."""
_NOT_AS_SHOWN = frozenset("\\~")
"""ASCII that the Japan character set prints as yen and overline."""
_SOUND_MARKS = frozenset("\u3099\u309a")


def composed(cluster: str) -> str:
    """Kana and its sound mark as the one character that fonts have; nothing else is ever normalised."""
    return unicodedata.normalize("NFC", cluster) if len(cluster) == 2 and cluster[1] in _SOUND_MARKS else cluster


def native_code(cluster: str) -> bytes | None:
    """The Shift_JIS code that the printer's own font has for this cluster, or None when it must be drawn."""
    sign = composed(cluster).translate(_SAME_SIGN)
    if len(sign) != 1 or sign in _NOT_AS_SHOWN or not (sign.isprintable() or sign == _WIDE_SPACE):
        return None
    try:
        return sign.encode("shift_jis")
    except UnicodeEncodeError:
        return None


def columns_of(text: str) -> int:
    """How many half-width columns the text takes on paper."""
    return sum(len(native_code(cluster) or b"--") for cluster in clusters(text))
