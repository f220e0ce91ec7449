"""Who looked (閲覧記録): a chain of its own, one entry written before anything personal is shown, printed or exported."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from village_console.journal.envelope import FIRST_HASH
from village_console.village.errors import JournalIsDamagedError
from village_console.village.ids import Operator

ACTS = ("opened", "searched", "printed", "exported", "stored", "keys")
"""A detail or a report was opened, a search finished, a paper printed; an export begun, and in place; keys changed."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what was done, about what."""

    n: int
    at: int
    """Milliseconds since 1970."""
    by: Operator
    act: str
    """One of `ACTS`."""
    about: str
    """Ids, counts and file names; never a name, nor what somebody typed."""


def write_look(connection: sqlite3.Connection, now_ms: int, by: Operator, act: str, about: str) -> None:
    """Add a look to the chain inside the open transaction, and note where the chain ends now."""
    (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM audit").fetchone()
    head = _head(connection)
    n, hash_ = max(head.n, int(last)) + 1, _link(head.hash, now_ms, by, act, about)
    connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)", (n, now_ms, by, act, about, hash_))
    _set_head(connection, n, hash_)


def looks(connection: sqlite3.Connection) -> Iterator[Look]:
    """Every look, oldest first.

    Raises:
        JournalIsDamagedError: an entry was changed, is missing, or was cut off the end.
    """
    expected, previous = 1, FIRST_HASH
    for n, at, by, act, about, hash_ in connection.execute("SELECT n, at, by, act, about, hash FROM audit ORDER BY n"):
        previous = _link(previous, at, by, act, about)
        if (n, previous) != (expected, bytes(hash_)):
            raise _damaged(connection, n)
        yield Look(n, at, by, act, about)
        expected += 1
    if (expected - 1, previous) != _head(connection):
        raise _damaged(connection, expected)


def adopt_end(connection: sqlite3.Connection) -> None:
    """Take the last entry for the end: in a journal whose version noted none; inside the open transaction."""
    last = connection.execute("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    if last:
        _set_head(connection, last[0], bytes(last[1]))


class _Head(NamedTuple):
    n: int
    hash: bytes


def _head(connection: sqlite3.Connection) -> _Head:
    """Where the chain ends: noted beside it, so that nobody cuts its end unseen."""
    noted = connection.execute("SELECT value FROM meta WHERE name = 'audit_end'").fetchone()
    if noted is None:
        return _Head(0, FIRST_HASH)
    n, hash_ = str(noted[0]).split()
    return _Head(int(n), bytes.fromhex(hash_))


def _set_head(connection: sqlite3.Connection, n: int, hash_: bytes) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('audit_end', ?)", (f"{n} {hash_.hex()}",))


def _damaged(connection: sqlite3.Connection, n: int) -> JournalIsDamagedError:
    (_, _, path) = connection.execute("PRAGMA database_list").fetchone()
    return JournalIsDamagedError(path=path, seq=n, what="audit")


def _link(previous: bytes, at: int, by: str, act: str, about: str) -> bytes:
    return hashlib.sha256(previous + json.dumps([at, by, act, about], ensure_ascii=False).encode()).digest()
