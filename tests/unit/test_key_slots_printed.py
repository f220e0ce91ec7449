"""A recovery key on paper: read in Japanese, English, romaji or digits, and a slip of the finger is noticed."""

from __future__ import annotations

import pytest
from jaconv import kana2alphabet
from mnemonic import Mnemonic

from village_console.journal.keys.printed import (
    ENGLISH,
    JAPANESE,
    Slip,
    digits,
    offered_passphrase,
    read_written,
    written,
)
from village_console.journal.keys.secret import PassphraseVerdict, judge

SECRET = bytes(range(7, 39))


def test_it_is_24_words_of_the_standard_list() -> None:
    assert len(written(SECRET, JAPANESE)) == 24
    assert " ".join(written(SECRET, ENGLISH)) == Mnemonic("english").to_mnemonic(SECRET)


@pytest.mark.parametrize("language", [JAPANESE, ENGLISH])
@pytest.mark.parametrize("between", [" ", "　", "\n", "  \t"])
def test_what_is_written_is_read_again(language: str, between: str) -> None:
    assert read_written(between.join(written(SECRET, language))) == SECRET


def test_the_first_four_letters_of_an_english_word_are_enough() -> None:
    assert read_written(" ".join(word[:4] for word in written(SECRET, ENGLISH)).upper()) == SECRET


def test_japanese_words_may_be_typed_in_romaji_without_an_input_method() -> None:
    assert read_written(" ".join(str(kana2alphabet(word)) for word in written(SECRET, JAPANESE))) == SECRET


def test_every_japanese_word_is_known_by_its_romaji() -> None:
    words = Mnemonic("japanese").wordlist
    for first in range(0, len(words), 8):
        entropy = b"".join(n.to_bytes(4, "big") for n in range(first, first + 8))
        spoken = " ".join(str(kana2alphabet(word)) for word in written(entropy, JAPANESE))
        assert read_written(spoken) == entropy


def test_katakana_of_another_input_method_is_the_same() -> None:
    katakana = {code: code + 0x60 for code in range(0x3041, 0x3097)}
    assert read_written(" ".join(written(SECRET, JAPANESE)).translate(katakana)) == SECRET


def test_a_scanner_types_96_digits() -> None:
    assert len(digits(SECRET)) == 96
    assert read_written(digits(SECRET)) == SECRET
    groups = " ".join(digits(SECRET)[at : at + 4] for at in range(0, 96, 4))
    assert read_written(groups + "\n") == SECRET
    assert read_written(groups.translate({ord("0") + n: ord("０") + n for n in range(10)})) == SECRET


@pytest.mark.parametrize("language", [JAPANESE, ENGLISH])
@pytest.mark.parametrize("at", [0, 11, 23])
def test_a_word_that_no_list_has_is_named_by_its_number(language: str, at: int) -> None:
    words = list(written(SECRET, language))
    words[at] = "xyzzy"
    assert read_written(" ".join(words)) == Slip(at + 1)


def test_two_words_that_changed_places_do_not_check() -> None:
    words = list(written(SECRET, ENGLISH))
    noticed = 0
    for at in range(23):
        changed = [*words[:at], words[at + 1], words[at], *words[at + 2 :]]
        noticed += read_written(" ".join(changed)) == Slip(0)
    assert noticed >= 22, "eight bits of check: one slip in 256 is left to the lock itself"


def test_digits_that_name_no_word_are_a_slip() -> None:
    assert read_written("9999" + digits(SECRET)[4:]) == Slip(1)
    assert read_written("0000" * 24) == Slip(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hisoka komatsuna okitsuku kawa",
        "1234",
        "0" * 95,
        " ".join(["xyzzy"] * 24),
        " ".join(written(SECRET, ENGLISH)[:23]),
    ],
)
def test_what_does_not_look_like_a_recovery_key_is_a_passphrase(text: str) -> None:
    assert read_written(text) is None


def test_an_offered_passphrase_is_good_enough_typable_and_never_the_same() -> None:
    offers = [offered_passphrase() for _ in range(200)]
    assert all(judge(offer) is PassphraseVerdict.FINE or len(offer) < 16 for offer in offers)
    assert sum(judge(offer) is PassphraseVerdict.FINE for offer in offers) == 200
    assert all(offer.isascii() and len(offer.split()) == 5 for offer in offers)
    assert len(set(offers)) == 200
