"""Printed codes: digits on paper that stand for a person until a register knows whose they are. Nothing of a person is in them.

Digits alone, because an input method leaves them digits while letters become kana (reference/printing.md 6). The two
check digits are those of ISO/IEC 7064, MOD 97-10, as in IBAN: every wrong digit and every swap of two digits is refused,
since 97 is prime and no difference between two digits times a power of ten is its multiple.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from village_console.village.run_mode import RunMode, World

DIGITS = 14
CONSOLES = 100
SERIALS = 100_000
NONCES = 10_000
"""How many random parts there are: who knows one code finds the next in one of so many tries."""
_MODULUS = 97
_PREFIXES = {
    (RunMode.REAL, World.PHYSICAL): "1",
    (RunMode.DRILL, World.PHYSICAL): "2",
    (RunMode.TEST, World.PHYSICAL): "3",
    (RunMode.REAL, World.SIMULATED): "4",
    (RunMode.DRILL, World.SIMULATED): "5",
    (RunMode.TEST, World.SIMULATED): "6",
}
"""Of codes that stand for a person; 7 to 9 are left for other kinds, 0 is none, so that a number never loses it."""
_MEANINGS = {digit: meaning for meaning, digit in _PREFIXES.items()}
_KANA_DIGITS = str.maketrans("ぬふあうえおやゆよわ", "1234567890")
"""Kana of the digits on a JIS keyboard: what a scanner types while kana input is on."""


class CodeRefusal(StrEnum):
    """Why digits are not taken for a code."""

    NOT_DIGITS = "not_digits"
    """A barcode of something else."""
    WRONG_LENGTH = "wrong_length"
    """Digits are missing or too many: half read, or a barcode of something else."""
    WRONG_CHECK = "wrong_check"
    """A digit is not as printed."""
    OTHER_KIND = "other_kind"
    """Right in itself, and not for a person."""
    OTHER_MODE = "other_mode"
    """Printed in a drill and shown in earnest, or the other way round."""


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code that stands for a person; unlike a serial alone, it cannot be guessed from the one before."""

    run_mode: RunMode
    world: World
    console: int
    """Number of the laptop that printed it, 0 to 99."""
    serial: int
    """Counted by that laptop, 0 to 99999; never twice."""
    nonce: int
    """Random, 0 to 9999."""

    def __post_init__(self) -> None:
        """Refuse what has no place in so many digits; raises ValueError."""
        for value, limit in ((self.console, CONSOLES), (self.serial, SERIALS), (self.nonce, NONCES)):
            if not 0 <= value < limit:
                message = f"{value} is not in 0..{limit - 1}"
                raise ValueError(message)

    @property
    def digits(self) -> str:
        """What is printed and scanned."""
        kind = _PREFIXES[self.run_mode, self.world]
        plain = f"{kind}{self.console:02d}{self.serial:05d}{self.nonce:04d}"
        return plain + check_digits(plain)

    @property
    def groups(self) -> tuple[str, ...]:
        """The digits as one reads them aloud; the check digits stand alone at the end."""
        digits = self.digits
        return digits[:4], digits[4:8], digits[8:12], digits[12:]


def check_digits(digits: str) -> str:
    """The two digits that ISO/IEC 7064 MOD 97-10 puts behind these."""
    return f"{_MODULUS + 1 - int(digits) * 100 % _MODULUS:02d}"


def repaired(text: str) -> str:
    """What a scanner typed, through whatever input method: full-width digits a code in the kana of the digit keys."""
    plain = unicodedata.normalize("NFKC", text).strip()
    kana = plain.translate(_KANA_DIGITS)
    return kana if len(kana) == DIGITS and _is_digits(kana) else plain


def read_code(text: str, run_mode: RunMode, world: World) -> PrintedCode | CodeRefusal:
    """The code that was scanned or typed, or why it is refused; groups may be apart."""
    digits = repaired(text).replace(" ", "")
    if not _is_digits(digits):
        return CodeRefusal.NOT_DIGITS
    if len(digits) != DIGITS:
        return CodeRefusal.WRONG_LENGTH
    if check_digits(digits[:-2]) != digits[-2:]:
        return CodeRefusal.WRONG_CHECK
    meaning = _MEANINGS.get(digits[0])
    if meaning is None:
        return CodeRefusal.OTHER_KIND
    if meaning != (run_mode, world):
        return CodeRefusal.OTHER_MODE
    return PrintedCode(*meaning, int(digits[1:3]), int(digits[3:8]), int(digits[8:12]))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
