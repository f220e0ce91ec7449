"""The one file that touches SQLCipher: opens an encrypted database as the standard library's connection type."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingTypeStubs]

from village_console.journal.ballast import throw_away
from village_console.village.errors import (
    DiskIsFullError,
    EngineIsTooOldError,
    JournalIsDamagedError,
    JournalKeyIsWrongError,
)

_engine = cast("Any", dbapi2)
EngineError: type[Exception] = _engine.DatabaseError
"""What the engine raises when a file is damaged, locked, or the disk is full."""

_DAMAGE = ("malformed", "not a database", "corrupt")
_SAFE_ENGINE = (3, 51, 3)
_CACHE_KIB = 65_536
"""Of decrypted pages that the writer keeps: with the engine's 2 MB, a hundred thousand facts are decrypted again and again."""


def open_encrypted(path: Path, key: bytes, *, read_only: bool = False) -> sqlite3.Connection:
    """Open or create the database at `path` with a raw 32-byte key, in WAL mode with synchronous=FULL.

    Raises:
        JournalKeyIsWrongError: the key does not open this file.
        DiskIsFullError: there is no room for what an open database needs beside it.
        EngineIsTooOldError: this SQLite has the WAL-reset defect.
    """
    if tuple(_engine.sqlite_version_info) < _SAFE_ENGINE:
        raise EngineIsTooOldError(found=_engine.sqlite_version)
    mode = "ro" if read_only else "rwc"
    connection = cast(
        "sqlite3.Connection",
        _engine.connect(
            f"file:{quote(str(path))}?mode={mode}", uri=True, check_same_thread=False, isolation_level=None
        ),
    )
    try:
        connection.execute("PRAGMA cipher_log = off")  # a wrong key would print over the screen
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA secure_delete = ON")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except EngineError as error:
        connection.close()
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise JournalKeyIsWrongError(path=path) from error
        raise DiskIsFullError(path=path) from error
    return connection


def is_damage(error: Exception) -> bool:
    """Whether the engine says that the file itself is damaged, and not that it could not be written."""
    return any(word in str(error) for word in _DAMAGE)


def is_full(error: Exception) -> bool:
    """Whether the engine says that there is no room, or that the disk did not take what it was given."""
    name = str(getattr(error, "sqlite_errorname", ""))
    return name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN"))


@contextmanager
def explained(path: Path) -> Generator[None]:
    """Say what the engine's complaint means for a journal; where there was no room, its ballast is thrown away.

    Raises:
        JournalIsDamagedError, DiskIsFullError: the one or the other.
    """
    try:
        yield
    except EngineError as error:
        if is_damage(error):
            raise JournalIsDamagedError(path=path, seq="?", what=str(error)) from error
        if is_full(error):
            throw_away(path)  # the next one can be written
        raise DiskIsFullError(path=path) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """Commit what is written inside, or leave no transaction open behind whatever went wrong."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
