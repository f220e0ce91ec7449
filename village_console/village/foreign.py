"""Bytes from elsewhere: a stick, a network, a television. They are read as what they should be, or as nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")
UNREADABLE = (ValueError, RecursionError)
"""What msgspec and json raise for bytes that are not what was asked for; the second where they are nested without end."""
YEARS = range(1970, 2200)
"""In which a moment from elsewhere may lie: whatever is added to it, it can still be written down."""

LARGEST_NUMBER = 1 << 62
"""From here on numbers do not fit into a database."""


def is_dated(moment: datetime) -> bool:
    """Whether a moment can be compared with ours and shown: it says its zone, and lies in some year of ours."""
    return moment.tzinfo is not None and moment.year in YEARS


def read_as(decode: Callable[[bytes], T], content: bytes) -> T | None:
    """What foreign bytes hold; None when they are not that."""
    try:
        return decode(content)
    except UNREADABLE:
        return None
