"""Screen lock (画面ロック): hides what is shown from whoever passes by. It encrypts nothing: reception goes on under it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import by_secret
from village_console.journal.keys.secret import Passphrase
from village_console.journal.keys.slot import Kind
from village_console.journal.keys.slots_file import read_slots

FREE_SLIPS = 2
"""Wrong passphrases without a wait."""
FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class ScreenLock:
    """What locks a console's screen, and the passphrases of its key slots, any of which opens it again."""

    folder: Path
    minutes: float
    """Without a key; 0: never."""

    @property
    def asks(self) -> bool:
        """Whether anybody has a passphrase; without one there is nothing to ask for. Raises SlotsAreDamagedError."""
        slots = read_slots(self.folder / slots_file.NAME).slots
        return any(slot.kind is Kind.PASSPHRASE for slot in slots)

    def opens(self, typed: str) -> bool:
        """Whether it is a passphrase of this console; takes a second, as argon2id should. Raises SlotsAreDamagedError."""
        return by_secret(self.folder, Passphrase(typed)) is not None


def wait_after(slips: int) -> float:
    """Seconds to wait after so many wrong passphrases in a row."""
    return 0.0 if slips <= FREE_SLIPS else min(FIRST_WAIT * 2 ** (slips - FREE_SLIPS - 1), LONGEST_WAIT)
