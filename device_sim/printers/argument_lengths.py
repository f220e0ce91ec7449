"""How long the arguments of a command are: rules that read the arguments themselves.

A rule gets the bytes received so far and the position of the first argument. It returns the number of argument bytes,
or None while too few have arrived to tell. It never looks past the end and never raises.
"""

from collections.abc import Callable
from typing import TypeAlias

LengthRule: TypeAlias = Callable[[bytearray, int], int | None]

TAB_POSITIONS = 32
LONGEST_BARCODE = 255
FEEDING_CUTS = frozenset((65, 66, 97, 98, 103, 104))
STATUS_WITH_A_SECOND_ARGUMENT = frozenset((7, 8, 18))
PULSE_AND_BUZZER_LENGTHS = {1: 3, 2: 3, 3: 6, 7: 2, 8: 8}


def fixed(length: int) -> LengthRule:
    """Return the rule of a command that always has `length` argument bytes."""

    def rule(_received: bytearray, _at: int) -> int:
        """The same for every command."""
        return length

    return rule


def counted(skip: int, width: int) -> LengthRule:
    """Return the rule of a command whose data are counted by a number of `width` bytes after `skip` others."""

    def rule(received: bytearray, at: int) -> int | None:
        """None until the count itself has arrived."""
        count = _number(received, at + skip, width)
        return None if count is None else skip + width + count

    return rule


def column_image(received: bytearray, at: int) -> int | None:
    """ESC * m nL nH: one or three bytes a column."""
    columns = _number(received, at + 1, 2)
    if columns is None:
        return None
    return 3 + columns * (3 if received[at] in {32, 33} else 1)


def raster_image(received: bytearray, at: int) -> int | None:
    """GS v 0 m xL xH yL yH: x bytes a row, y rows."""
    rows = _number(received, at + 3, 2)
    if rows is None:
        return None
    return 5 + int.from_bytes(received[at + 1 : at + 3], "little") * rows


def downloaded_image(received: bytearray, at: int) -> int | None:
    """GS * x y: eight columns for each x, y bytes each."""
    return None if len(received) < at + 2 else 2 + received[at] * received[at + 1] * 8


def downloaded_characters(received: bytearray, at: int) -> int | None:
    """ESC & y c1 c2: for each character its width x, then x columns of y bytes."""
    if len(received) < at + 3:
        return None
    depth, first, last = received[at : at + 3]
    end = at + 3
    for _ in range(first, last + 1):
        if len(received) <= end:
            return None
        end += 1 + depth * received[end]
    return end - at


def tab_positions(received: bytearray, at: int) -> int | None:
    """ESC D n1..nk NUL: a position not beyond the one before it also ends the list, and belongs to what follows."""
    last = 0
    for count, position in enumerate(received[at : at + TAB_POSITIONS + 1]):
        if position == 0:
            return count + 1
        if position <= last or count == TAB_POSITIONS:
            return count
        last = position
    return None


def barcode(received: bytearray, at: int) -> int | None:
    """GS k m: up to 6, data that end with NUL; from 65, counted data."""
    if len(received) < at + 2:
        return None
    if received[at] > 6:
        return 2 + received[at + 1]
    end = received.find(0, at + 1, at + 1 + LONGEST_BARCODE)
    if end >= 0:
        return end + 1 - at
    return 1 + LONGEST_BARCODE if len(received) >= at + 1 + LONGEST_BARCODE else None


def cut(received: bytearray, at: int) -> int | None:
    """GS V m [n]: only the cuts that feed have n."""
    return _by_first(received, at, lambda mode: 2 if mode in FEEDING_CUTS else 1)


def real_time_status(received: bytearray, at: int) -> int | None:
    """DLE EOT n [a]."""
    return _by_first(received, at, lambda kind: 2 if kind in STATUS_WITH_A_SECOND_ARGUMENT else 1)


def real_time_request(received: bytearray, at: int) -> int | None:
    """DLE DC4 fn ...: pulse, power off, buzzer, status, clear."""
    return _by_first(received, at, lambda function: PULSE_AND_BUZZER_LENGTHS.get(function, 1))


def _by_first(received: bytearray, at: int, length: Callable[[int], int]) -> int | None:
    return length(received[at]) if len(received) > at else None


def _number(received: bytearray, at: int, width: int) -> int | None:
    """Return the little-endian number of `width` bytes at `at`."""
    if len(received) < at + width:
        return None
    return int.from_bytes(received[at : at + width], "little")
