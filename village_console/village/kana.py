"""Kana for search: one folded form that hiragana, half-width kana and romaji all reach."""

from __future__ import annotations

import re
import unicodedata

_NOT_SOUND = re.compile(r"[\s・･=＝\-－.．ー]+")
_ROMAJI = re.compile(r"[a-z'\-]+")
_HALF_TYPED = re.compile(r"[b-df-hj-mp-tv-z]+$")
_SAME_SOUND = str.maketrans("ァィゥェォッャュョヮヂヅヲ", "アイウエオツヤユヨワジズオ", "\u3099\u309a")
_NASAL_ROW = str.maketrans("ナニヌネノ", "アイウエオ")
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def katakana(text: str) -> str:
    """Hiragana and half-width kana as full-width katakana; everything else as NFKC has it."""
    return unicodedata.normalize("NFKC", text).translate(_HIRAGANA_TO_KATAKANA)


def folded(kana: str) -> str:
    """The form that search compares: katakana without spaces, small kana and marks of separation."""
    plain = _NOT_SOUND.sub("", katakana(kana).upper())
    return katakana(plain).translate(_SAME_SOUND)  # again: a voiced mark that stood alone (カ゛) joins its kana


def from_romaji(text: str) -> str | None:
    """Katakana of typed romaji (`sato ha` -> サトハ), or None when the text is not romaji."""
    plain = unicodedata.normalize("NFKC", text).lower().replace(" ", "")
    if not _ROMAJI.fullmatch(plain):
        return None
    from jaconv import alphabet2kana  # noqa: PLC0415 -- slow import

    spoken = katakana(str(alphabet2kana(_HALF_TYPED.sub("", plain))))
    return "".join(character for character in spoken if not character.isascii())


def loose(kana: str) -> str:
    """A folded form in which long vowels vanish: `sato` finds サトウ, `oono` オオノ, and `kanno` (カンオ or カンノ) カンノ."""
    short = re.sub(r"(?<=[オコソトノホモヨロゴゾドボポ])[ウオ]|(?<=[ウクスツヌフムユルグズブプ])ウ", "", folded(kana))
    return re.sub(r"(?<=ン)[ナニヌネノ]", lambda found: found[0].translate(_NASAL_ROW), short)
