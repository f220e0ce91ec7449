"""Code 128 (ISO/IEC 15417) as GS k hands it over: code sets chosen by `{A`, `{B` and `{C` within the data.

The widths of the bars are those of python-barcode's table; which of them are printed follows the bytes alone, so that a
wrong command prints a wrong code, as a printer does.
"""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

BEGINS = {"A": 103, "B": 104, "C": 105}
SWITCHES = {"A": 101, "B": 100, "C": 99}
SPECIAL: dict[str, dict[str, int]] = {
    "S": {"A": 98, "B": 98},
    "1": {"A": 102, "B": 102, "C": 102},
    "2": {"A": 97, "B": 97},
    "3": {"A": 96, "B": 96},
    "4": {"A": 101, "B": 100},
}
PAIRS = 100
MODULUS = 103
BRACE = ord("{")
TERMINATION = "11"


class Character(NamedTuple):
    """A symbol character: its number, and what of the text it stands for."""

    value: int
    text: str = ""


def characters(payload: bytes) -> list[Character] | None:
    """Return the characters of the data without the check, or None where the printer would refuse them."""
    read = list(_characters(payload))
    good = [character for character in read if character is not None]
    return good if len(good) == len(read) > 1 else None


def modules(code: list[Character]) -> list[bool]:
    """Return the modules of the code with check and stop, black is true."""
    from barcode.charsets import code128  # noqa: PLC0415 -- slow import

    values = [character.value for character in code]
    check = (values[0] + sum(place * value for place, value in zip(count(1), values[1:], strict=False))) % MODULUS
    bars = "".join(code128.CODES[value] for value in (*values, check)) + code128.STOP + TERMINATION
    return [bar == "1" for bar in bars]


def _characters(payload: bytes) -> Iterator[Character | None]:
    """None for a byte that has no place in the code set of its time."""
    chosen, rest = "", iter(payload)
    for byte in rest:
        letter = chr(next(rest, 0)) if byte == BRACE else ""
        if letter in SWITCHES:
            yield Character((SWITCHES if chosen else BEGINS)[letter])
            chosen = letter
        elif letter in SPECIAL:
            value = SPECIAL[letter].get(chosen)
            yield None if value is None else Character(value)
        else:
            yield _plain(byte, chosen) if letter in {"", "{"} else None


def _plain(byte: int, chosen: str) -> Character | None:
    """In set C a byte is a pair of digits; in A and B it is a character."""
    if chosen == "C" and byte < PAIRS:
        return Character(byte, f"{byte:02d}")
    if chosen == "B" and 32 <= byte < 128:
        return Character(byte - 32, chr(byte))
    if chosen == "A" and byte < 96:
        return Character((byte - 32) % 96, chr(byte))
    return None
