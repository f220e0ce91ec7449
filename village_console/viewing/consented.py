"""Whose logs may be kept, how much of them and how long: nothing is stored of a household that has not agreed (同意)."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from village_console.journal.facts import Catalogue
from village_console.journal.rows import Rows
from village_console.journal.sqlcipher import EngineError, open_encrypted
from village_console.viewing.facts import Granularity, Purpose
from village_console.viewing.rows import FOLDS, Consent, Pairing
from village_console.village.clock import Clock
from village_console.village.errors import DiskIsFullError

READ_EVERY = 2.0
"""Seconds after which a consent that a desk has recorded is known to a collector beside it."""
KEPT_FOR = {Purpose.DISASTER: timedelta(days=14), Purpose.WATCH_OVER: timedelta(days=400)}
"""How long a log is needed: until an order has been worked off; until a year's habits are known (保存の期間)."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a household has agreed to for one television, all purposes together."""

    granularity: Granularity
    kept_for: timedelta


NOTHING = Agreed(Granularity.NOTHING, timedelta(0))


class Consents(Protocol):
    """What a collector asks before it keeps anything."""

    def __call__(self, device: str) -> bool:
        """Whether anything of a device may be kept."""
        ...

    def granularity(self, device: str) -> Granularity:
        """How much of it."""
        ...

    def paired(self) -> dict[str, Agreed] | None:
        """What is agreed to for every television of a household, NOTHING too; None while that is not known."""
        ...


class ConsentedDevices:
    """The consents in the rows of a journal."""

    def __init__(self, rows: Rows, clock: Clock | None = None) -> None:
        self._rows, self._clock = rows, clock or Clock()
        self._known: tuple[tuple[int, int, date], dict[str, Agreed]] | None = None

    def __call__(self, device: str) -> bool:
        """Whether its household has agreed to anything."""
        return self.granularity(device) is not Granularity.NOTHING

    def granularity(self, device: str) -> Granularity:
        """How much of what it says may be kept."""
        return self.paired().get(device, NOTHING).granularity

    def devices(self) -> frozenset[str]:
        """All of which something may be kept now."""
        return frozenset(d for d, agreed in self.paired().items() if agreed.granularity is not Granularity.NOTHING)

    def paired(self) -> dict[str, Agreed]:
        """What is agreed to for every television of a household, today."""
        today = self._clock.now().date()
        version = (self._rows.version(Pairing), self._rows.version(Consent), today)
        if self._known is None or self._known[0] != version:
            self._known = (version, _agreed(self._rows, today))
        return self._known[1]


class ConsentsBesideDesk:
    """The same in a process that does not own the journal: it looks into the file again and again."""

    def __init__(self, journal: Path, key: bytes, clock: Clock) -> None:
        """A journal that is not there yet has no consents, and is looked for again."""
        self._path, self._key, self._clock = journal, key, clock
        self._rows = Rows(Catalogue([], list(FOLDS)))
        self._consented = ConsentedDevices(self._rows, clock)
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._looked = float("-inf")

    def __call__(self, device: str) -> bool:
        """Whether its household has agreed to anything."""
        return self.granularity(device) is not Granularity.NOTHING

    def granularity(self, device: str) -> Granularity:
        """How much of what it says may be kept."""
        return (self.paired() or {}).get(device, NOTHING).granularity

    def devices(self) -> frozenset[str]:
        """All of which something may be kept now; raises JournalKeyIsWrongError when the file is first looked into."""
        self._look_again()
        return self._consented.devices()

    def paired(self) -> dict[str, Agreed] | None:
        """What is agreed to for every television; None while the journal has not been read."""
        self._look_again()
        return None if self._version == -1 else self._consented.paired()

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()

    def _look_again(self) -> None:
        if self._clock.monotonic() - self._looked >= READ_EVERY:
            with suppress(EngineError, DiskIsFullError):  # it is being made, or held for too long
                self._look()
            self._looked = self._clock.monotonic()

    def _look(self) -> None:
        if self._connection is None:
            if not self._path.exists():
                return
            self._connection = open_encrypted(self._path, self._key, read_only=True)
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self._rows.load(self._connection)
            self._version = version


def _agreed(rows: Rows, today: date) -> dict[str, Agreed]:
    consents = rows.all(Consent)
    found: dict[str, Agreed] = {}
    for pairing in rows.all(Pairing).values():
        consent = consents.get(pairing.television)
        terms = consent.in_force(today) if consent else ()
        most = max((one.granularity for one in terms), key=lambda g: g.rank, default=Granularity.NOTHING)
        longest = max((KEPT_FOR[one.purpose] for one in terms), default=timedelta(0))
        found[pairing.device] = Agreed(most, longest)
    return found
