"""A name is shown and cut by what a reader sees as one character."""

from __future__ import annotations

import pytest

from village_console.village.names import clusters, is_variation_selector

KATSURAGI = "葛\U000e0100"


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("", []),
        ("佐藤", ["佐", "藤"]),
        ("𠮷田", ["𠮷", "田"]),
        (f"{KATSURAGI}西", [KATSURAGI, "西"]),
        ("辻\U000e0101\U000e0100", ["辻\U000e0101\U000e0100"]),
        ("☎\ufe0e", ["☎\ufe0e"]),
        ("か\u3099ん", ["か\u3099", "ん"]),
        ("Nguye\u0302\u0303n", ["N", "g", "u", "y", "e\u0302\u0303", "n"]),
        ("\U000e0100葛", ["\U000e0100", "葛"]),
    ],
)
def test_marks_and_variation_selectors_belong_to_the_character_before_them(name: str, seen: list[str]) -> None:
    assert clusters(name) == seen


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        (0xFDFF, False), (0xFE00, True), (0xFE0F, True), (0xFE10, False),
        (0xE00FF, False), (0xE0100, True), (0xE01EF, True), (0xE01F0, False), (0x845B, False),
    ],
)  # fmt: skip
def test_variation_selectors_are_these_two_blocks(code: int, *, is_one: bool) -> None:
    assert is_variation_selector(chr(code)) is is_one
