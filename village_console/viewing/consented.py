"""Whose logs may be kept: nothing is stored of a television whose household has not agreed (同意)."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from village_console.journal.facts import Catalogue
from village_console.journal.rows import Rows
from village_console.journal.sqlcipher import EngineError, open_encrypted
from village_console.viewing.facts import Purpose
from village_console.viewing.rows import FOLDS, Consent, Pairing
from village_console.village.clock import Clock
from village_console.village.errors import DiskIsFullError

READ_EVERY = 2.0
"""Seconds after which a consent that a desk has recorded is known to a collector beside it."""


class ConsentedDevices:
    """Whether a device's log may be kept, by the rows of a journal."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: tuple[tuple[int, int], frozenset[str]] | None = None

    def __call__(self, device: str) -> bool:
        """Whether its household has agreed."""
        return device in self.devices()

    def devices(self) -> frozenset[str]:
        """All that may be kept now."""
        version = (self._rows.version(Pairing), self._rows.version(Consent))
        if self._known is None or self._known[0] != version:
            consents = self._rows.all(Consent)
            agreed = {name for name, consent in consents.items() if Purpose.DISASTER in consent.purposes}
            pairings = self._rows.all(Pairing).values()
            self._known = (version, frozenset(p.device for p in pairings if p.television in agreed))
        return self._known[1]


class ConsentsBesideDesk:
    """The same in a process that does not own the journal: it looks into the file again and again."""

    def __init__(self, journal: Path, key: bytes, clock: Clock) -> None:
        """A journal that is not there yet has no consents, and is looked for again."""
        self._path, self._key, self._clock = journal, key, clock
        self._rows = Rows(Catalogue([], list(FOLDS)))
        self._consented = ConsentedDevices(self._rows)
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._looked = float("-inf")

    def __call__(self, device: str) -> bool:
        """Whether its household has agreed."""
        return device in self.devices()

    def devices(self) -> frozenset[str]:
        """All that may be kept now; raises JournalKeyIsWrongError when the file is first looked into."""
        if self._clock.monotonic() - self._looked >= READ_EVERY:
            with suppress(EngineError, DiskIsFullError):  # it is being made, or held for too long
                self._look()
            self._looked = self._clock.monotonic()
        return self._consented.devices()

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()

    def _look(self) -> None:
        if self._connection is None:
            if not self._path.exists():
                return
            self._connection = open_encrypted(self._path, self._key, read_only=True)
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self._rows.load(self._connection)
            self._version = version
