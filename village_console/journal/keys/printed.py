"""The recovery key as it is written down: 24 words with a check in them (BIP-39), or the same as 96 digits in a QR code."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from village_console.journal.key_file import KEY_BYTES
from village_console.village.kana import folded, from_romaji

if TYPE_CHECKING:
    from mnemonic import Mnemonic

WORDS = 24
CODE_WORDS = 6
JAPANESE, ENGLISH = "japanese", "english"
_PLACES = 2048
"""Of a word list."""
_DIGITS = 4
"""Of a word's place in its list, in the QR code."""
_ENOUGH = 4
"""The first four letters of an English word name it."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a recovery key that was typed."""

    number: int
    """Which word no list has, from 1; 0 when all are words and the check does not hold."""


def written(secret: bytes, language: str) -> tuple[str, ...]:
    """The words of a recovery key, in Japanese or English."""
    text: str = _list_of(language).to_mnemonic(secret)
    return tuple(unicodedata.normalize("NFC", word) for word in text.split())


def digits(secret: bytes) -> str:
    """The same key in digits, which any scanner types on any keyboard."""
    places = _list_of(ENGLISH).wordlist
    return "".join(f"{places.index(word):0{_DIGITS}d}" for word in written(secret, ENGLISH))


def read_written(text: str) -> bytes | Slip | None:
    """The key that somebody typed or scanned; None when it does not look like a recovery key at all."""
    found = _read_words(text, WORDS)
    return None if found is None else _checked(*found)


def new_code() -> tuple[int, ...]:
    """A code for once (合い言葉): places in the word list, 55 random bits and a last word that checks them."""
    places = [secrets.randbelow(_PLACES) for _ in range(CODE_WORDS - 1)]
    return (*places, _check_of(places))


def code_words(code: tuple[int, ...], language: str) -> tuple[str, ...]:
    """A code as it is read aloud: Japanese words in kana, or English ones."""
    words = _list_of(language).wordlist
    return tuple(unicodedata.normalize("NFC", words[place]) for place in code)


def code_romaji(code: tuple[int, ...]) -> tuple[str, ...]:
    """The Japanese words as they are typed without an input method."""
    return tuple(_romaji(_list_of(JAPANESE).wordlist[place]) for place in code)


def code_digits(code: tuple[int, ...]) -> str:
    """The same in digits, for a QR code and any scanner."""
    return "".join(f"{place:0{_DIGITS}d}" for place in code)


def read_code(text: str) -> tuple[int, ...] | Slip | None:
    """The code that somebody typed or scanned; None when it does not look like one at all."""
    found = _read_words(text, CODE_WORDS)
    if found is None:
        return None
    words, language = found
    if None in words:
        return Slip(words.index(None) + 1)
    places = [_list_of(language).wordlist.index(word) for word in words if word]
    return tuple(places) if places[-1] == _check_of(places[:-1]) else Slip(0)


def _check_of(places: list[int]) -> int:
    return int.from_bytes(hashlib.sha256(repr(places).encode()).digest()[:2], "big") % _PLACES


def _read_words(text: str, count: int) -> tuple[list[str | None], str] | None:
    """So many words of one list, or their places in digits; None beside a word that no list has."""
    plain = unicodedata.normalize("NFKC", text).lower()
    compact = "".join(plain.split())
    if compact.isdecimal() and len(compact) == count * _DIGITS:
        return [_at(int(compact[at : at + _DIGITS])) for at in range(0, len(compact), _DIGITS)], ENGLISH
    words = plain.split()
    if len(words) != count:
        return None
    for language in (ENGLISH, JAPANESE):
        meant = [_meant(word, language) for word in words]
        if meant.count(None) < count / 2:
            return meant, language
    return None


def offered_passphrase(count: int = 5) -> str:
    """Japanese words in romaji, 11 bits each, to be typed without an input method."""
    chosen = secrets.SystemRandom().sample(_list_of(JAPANESE).wordlist, count)  # different: a passphrase needs four
    return " ".join(map(_romaji, chosen))


def _romaji(word: str) -> str:
    from jaconv import kana2alphabet  # noqa: PLC0415 -- slow import

    return str(kana2alphabet(unicodedata.normalize("NFC", word)))


def _checked(words: list[str | None], language: str) -> bytes | Slip:
    if None in words:
        return Slip(words.index(None) + 1)
    text = " ".join(word for word in words if word)
    return bytes(_list_of(language).to_entropy(text))[:KEY_BYTES] if _list_of(language).check(text) else Slip(0)


def _at(place: int) -> str | None:
    words = _list_of(ENGLISH).wordlist
    return words[place] if place < len(words) else None


def _meant(typed: str, language: str) -> str | None:
    known = _known(language)
    if language == ENGLISH:
        return known.get(typed[:_ENOUGH]) if known.get(typed[:_ENOUGH], "").startswith(typed) else None
    return known.get(typed) or known.get(folded(typed)) or known.get(folded(from_romaji(typed) or "－"))


@cache
def _known(language: str) -> dict[str, str]:
    words = _list_of(language).wordlist
    if language == ENGLISH:
        return {word[:_ENOUGH]: word for word in words}
    # Romaji as it is printed comes before what search would make of it: `kennin` alone could be two words.
    return (
        {folded(word): word for word in words}
        | {_romaji(word): word for word in words}
        | {unicodedata.normalize("NFC", word): word for word in words}
    )


@cache
def _list_of(language: str) -> Mnemonic:
    from mnemonic import Mnemonic  # noqa: PLC0415 -- reads its list from a file

    return Mnemonic(language)
