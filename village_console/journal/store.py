"""The journal's file: schema, its version, and the lock that keeps it to one owner."""

from __future__ import annotations

import fcntl
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from village_console.journal.identity import Identity
from village_console.journal.sqlcipher import EngineError, open_encrypted
from village_console.village.errors import (
    DiskIsFullError,
    JournalIsInUseError,
    JournalIsNewerError,
    RunModeDiffersError,
)

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE keys (subject TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE devices (dev TEXT PRIMARY KEY, public BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (
    id INTEGER PRIMARY KEY, dev TEXT NOT NULL, inc TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, arrived INTEGER NOT NULL, body BLOB NOT NULL, sealed BLOB NOT NULL,
    sealed_sha BLOB NOT NULL,    hash BLOB NOT NULL UNIQUE, sig BLOB NOT NULL, UNIQUE (dev, inc, seq)
);
CREATE INDEX facts_subject ON facts (subject);
CREATE INDEX facts_kind ON facts (kind, dev);
CREATE TABLE heads (dev TEXT NOT NULL, inc TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, hlc INTEGER NOT NULL,
    PRIMARY KEY (dev, inc)) WITHOUT ROWID;
CREATE TABLE rows (row TEXT NOT NULL, subject TEXT NOT NULL, body BLOB, heads TEXT NOT NULL,
    PRIMARY KEY (row, subject)) WITHOUT ROWID;
CREATE TABLE audit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL,
    hash BLOB NOT NULL);
"""


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
        """
        self.path = path
        with ExitStack() as unless_opened:
            self._lock = unless_opened.enter_context(own(path))
            self.connection = open_encrypted(path, key)
            unless_opened.callback(self.connection.close)
            try:
                self._prepare(purpose)
            except EngineError as error:
                raise DiskIsFullError(path=path) from error
            unless_opened.pop_all()

    def _prepare(self, purpose: Purpose) -> None:
        version = int(self.connection.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise JournalIsNewerError(path=self.path, found=version, known=SCHEMA_VERSION)
        if version == 0:
            self._create(purpose)
        found = str(self.meta("purpose"))
        wanted = f"{purpose.mode}/{purpose.world}/{purpose.incident}"
        if found != wanted:
            raise RunModeDiffersError(path=self.path, found=found, wanted=wanted)

    def _create(self, purpose: Purpose) -> None:
        identity = Identity.new()
        entries = {
            "purpose": f"{purpose.mode}/{purpose.world}/{purpose.incident}",
            "device_seed": identity.seed,
            "incarnation": identity.inc,
        }
        self.connection.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            self.connection.execute(statement)
        self.connection.executemany("INSERT INTO meta VALUES (?, ?)", list(entries.items()))
        self.connection.execute("INSERT INTO devices VALUES (?, ?)", (identity.dev, identity.public))
        self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self.connection.execute("COMMIT")

    def meta(self, name: str) -> object:
        """One value of the file's own description, or None."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def identity(self) -> Identity:
        """Who writes into this file."""
        seed = self.meta("device_seed")
        assert isinstance(seed, bytes)  # noqa: S101 -- written when the file was made
        return Identity(seed, str(self.meta("incarnation")))

    def close(self) -> None:
        """Close the file and give it free."""
        self.connection.close()
        self._lock.close()


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
