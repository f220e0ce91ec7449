"""The journal's file: schema, its version, and the lock that keeps it to one owner."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from village_console.journal import migrations
from village_console.journal.admission import new_village
from village_console.journal.ballast import throw_away
from village_console.journal.identity import Identity, machine_id
from village_console.journal.sqlcipher import explained, open_encrypted, transaction
from village_console.journal.tables import FRESH, SCHEMA_VERSION
from village_console.village.errors import (
    DiskIsFullError,
    JournalIsInUseError,
    JournalIsNewerError,
    RunModeDiffersError,
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a journal is for: fixed when the file is made, checked at every opening."""

    mode: str
    world: str
    incident: str


class Store:
    """An open journal file, owned by this process until `close`."""

    def __init__(self, path: Path, key: bytes, purpose: Purpose) -> None:
        """Open or make the file.

        Raises:
            JournalIsInUseError: another process owns it.
            JournalIsNewerError: a newer version of this program wrote it.
            JournalKeyIsWrongError: the key does not open it.
            RunModeDiffersError: it was made for another run mode, world or incident.
            DiskIsFullError: a new file could not be written.
            JournalIsDamagedError: the engine cannot read what every opening needs.
        """
        self.path = path
        with ExitStack() as unless_opened:
            self._lock = unless_opened.enter_context(own(path))
            self.connection = _open_with_room(path, key)
            unless_opened.callback(self.connection.close)
            with explained(path):
                self._prepare(purpose)
            unless_opened.pop_all()

    def _prepare(self, purpose: Purpose) -> None:
        version = int(self.connection.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise JournalIsNewerError(path=self.path, found=version, known=SCHEMA_VERSION)
        if version == 0:
            self._create(purpose)
        elif version < SCHEMA_VERSION:
            migrations.bring_up(self.connection, version)
        found = str(self.meta("purpose"))
        wanted = f"{purpose.mode}/{purpose.world}/{purpose.incident}"
        if found != wanted:
            raise RunModeDiffersError(path=self.path, found=found, wanted=wanted)

    def _create(self, purpose: Purpose) -> None:
        identity = Identity.new()
        entries = {
            "purpose": f"{purpose.mode}/{purpose.world}/{purpose.incident}",
            "device_seed": identity.seed,
            "village_seed": new_village(),
            "incarnation": identity.inc,
            "machine": machine_id(),
        }
        with transaction(self.connection):
            for statement in filter(str.strip, FRESH.split(";")):
                self.connection.execute(statement)
            self.connection.executemany("INSERT INTO meta VALUES (?, ?)", list(entries.items()))
            self.connection.execute("INSERT INTO devices (dev, public) VALUES (?, ?)", (identity.dev, identity.public))
            self.connection.execute("INSERT INTO incarnations VALUES (?, 0, 'made')", (identity.inc,))
            self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def meta(self, name: str) -> object:
        """One value of the file's own description, or None."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: object) -> None:
        """Write one value of the file's own description inside the open transaction."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def village_seed(self) -> bytes:
        """The key of the village that this console founded when it was made."""
        seed = self.meta("village_seed")
        assert isinstance(seed, bytes)  # noqa: S101 -- written when the file was made or brought up
        return seed

    def set_village(self, village: bytes, seed: bytes | None) -> None:
        """Belong to another village, inside the open transaction."""
        if seed is None:
            self.set_meta("village", village)
        else:
            self.set_meta("village_seed", seed)
            self.connection.execute("DELETE FROM meta WHERE name = 'village'")

    def begin_incarnation(self, why: str, now_ms: int) -> Identity:
        """Give this file a new incarnation inside the open transaction."""
        identity = Identity.new(self.identity().seed)
        self.set_meta("incarnation", identity.inc)
        self.connection.execute("INSERT INTO incarnations VALUES (?, ?, ?)", (identity.inc, now_ms, why))
        return identity

    def identity(self) -> Identity:
        """Who writes into this file."""
        seed = self.meta("device_seed")
        assert isinstance(seed, bytes)  # noqa: S101 -- written when the file was made
        return Identity(seed, str(self.meta("incarnation")))

    def close(self) -> None:
        """Close the file and give it free."""
        self.connection.close()
        self._lock.close()


def _open_with_room(path: Path, key: bytes) -> sqlite3.Connection:
    try:
        return open_encrypted(path, key)
    except DiskIsFullError:
        if not throw_away(path):
            raise
        return open_encrypted(path, key)


def own(path: Path) -> TextIOWrapper:
    """Take the lock beside a file; it is free again when the returned file is closed or the process dies.

    Raises:
        JournalIsInUseError: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise JournalIsInUseError(path=path) from error
    return lock
