"""Who looked (閲覧記録): a chain of its own, one entry written before anything personal is shown, printed or exported."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from village_console.journal.envelope import FIRST_HASH
from village_console.village.ids import Operator


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what was done, about what."""

    n: int
    at: int
    """Milliseconds since 1970."""
    by: Operator
    act: str
    """opened, printed, exported, searched."""
    about: str


def write_look(connection: sqlite3.Connection, now_ms: int, by: Operator, act: str, about: str) -> None:
    """Add a look to the chain inside the open transaction."""
    last = connection.execute("SELECT hash FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    hash_ = _link(bytes(last[0]) if last else FIRST_HASH, now_ms, by, act, about)
    connection.execute(
        "INSERT INTO audit (at, by, act, about, hash) VALUES (?, ?, ?, ?, ?)", (now_ms, by, act, about, hash_)
    )


def looks(connection: sqlite3.Connection) -> Iterator[Look]:
    """Every look, oldest first.

    Raises:
        ValueError: an entry does not follow from the one before it.
    """
    previous = FIRST_HASH
    for n, at, by, act, about, hash_ in connection.execute("SELECT n, at, by, act, about, hash FROM audit ORDER BY n"):
        previous = _link(previous, at, by, act, about)
        if previous != bytes(hash_):
            raise ValueError(f"look {n} does not follow from the one before")
        yield Look(n, at, by, act, about)


def _link(previous: bytes, at: int, by: str, act: str, about: str) -> bytes:
    return hashlib.sha256(previous + json.dumps([at, by, act, about], ensure_ascii=False).encode()).digest()
