"""Bytes from elsewhere: a stick, a network, a television. They are read as what they should be, or as nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
UNREADABLE = (ValueError, RecursionError)
"""What msgspec and json raise for bytes that are not what was asked for; the second where they are nested without end."""
YEARS = range(1970, 2200)
"""In which a moment from elsewhere may lie: whatever is added to it, it can still be written down."""


def read_as(decode: Callable[[bytes], T], content: bytes) -> T | None:
    """What foreign bytes hold; None when they are not that."""
    try:
        return decode(content)
    except UNREADABLE:
        return None
