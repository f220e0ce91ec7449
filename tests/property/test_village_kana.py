"""Whatever is typed: folding is done once and for all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from village_console.village.kana import folded, from_romaji, katakana, loose

KANA = st.text(
    st.characters(min_codepoint=0x3041, max_codepoint=0x30FF)  # hiragana, katakana, marks
    | st.characters(min_codepoint=0xFF01, max_codepoint=0xFF9F)  # full-width Latin, half-width kana
    | st.characters(min_codepoint=0x20, max_codepoint=0x7E)
)
HIRAGANA = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096))


@given(KANA)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(HIRAGANA)
def test_hiragana_and_katakana_fold_alike(text: str) -> None:
    assert folded(text) == folded(katakana(text))


@given(KANA)
def test_two_names_that_fold_alike_are_also_alike_with_short_vowels(text: str) -> None:
    assert loose(text) == loose(folded(text))


@given(KANA, KANA)
def test_a_space_between_family_and_given_name_is_not_heard(family: str, given_name: str) -> None:
    assert folded(f"{family} {given_name}") == folded(f"{family}\u3000{given_name}")


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz'- ")))
def test_romaji_becomes_katakana_only(text: str) -> None:
    spoken = from_romaji(text)
    assert spoken is None or all("ァ" <= character <= "ー" for character in spoken)
