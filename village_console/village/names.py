"""Names as given: never normalised, never cut without saying so."""

from __future__ import annotations

import unicodedata


def clusters(text: str) -> list[str]:
    """Split into what a reader sees as one character: a base with its variation selectors and combining marks."""
    found: list[str] = []
    for character in text:
        if found and (is_variation_selector(character) or unicodedata.combining(character)):
            found[-1] += character
        else:
            found.append(character)
    return found


def is_variation_selector(character: str) -> bool:
    """Whether the character only chooses a form of the one before it (U+FE00-FE0F, U+E0100-E01EF)."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
