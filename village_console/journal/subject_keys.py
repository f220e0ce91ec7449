"""Keys of subjects: what personal fields are sealed under. Deleting a key deletes what it sealed, wherever copies lie."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from village_console.journal.envelope import unseal
from village_console.journal.tables import among
from village_console.village.ids import FactHash


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """One key of a subject; consoles that wrote before they met have made one each."""

    subject: str
    key: bytes
    after: tuple[FactHash, ...] = ()
    """The erasures that were known when it was made. It seals only what was written in knowledge of them, and any other
    erasure ends it: so a key that comes before its facts is kept or not as if it had come after them."""

    @classmethod
    def from_row(cls, subject: str, key: bytes, after: str) -> SubjectKey:
        """As the table `keys` has it."""
        return cls(subject, bytes(key), tuple(map(FactHash, after.split())))


ADDED_AT_ONCE = 1000
Keys = Mapping[str, Sequence[SubjectKey]]
"""By subject."""


def opened_by(keys: Iterable[SubjectKey], sealed: bytes) -> dict[str, Any] | None:
    """What a seal holds; None when none of the keys opens it."""
    secrets = (unseal(held.key, sealed) for held in keys)
    return next((secret for secret in secrets if secret is not None), None)


class SubjectKeys:
    """The keys in the open file. Not thread-safe by itself: the journal holds the lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read and write through the journal's connection."""
        self._connection = connection
        self.version = 0
        """Rises whenever a key may have come or gone: what was worked out of all keys counts until then."""

    def current(self, subject: str) -> bytes:
        """The 32-byte key that new seals use, made on first use and after every erasure."""
        marks = self._marks(subject)
        known = [held.key for held in self._all(subject) if set(held.after) == set(marks)]
        if known:
            return known[0]
        made = SubjectKey(subject, os.urandom(32), marks)
        self.add((made,))
        return made.key

    def of(self, subjects: Iterable[str]) -> list[SubjectKey]:
        """Every key of some subjects."""
        return [held for subject in subjects for held in self._all(subject)]

    def of_each(self, subjects: Sequence[str]) -> Keys:
        """The same, subject by subject: read at once."""
        query = f"SELECT subject, key, after FROM keys WHERE subject {among(subjects)} ORDER BY key"  # noqa: S608 -- no values
        found: dict[str, list[SubjectKey]] = {}
        for row in self._connection.execute(query, subjects):
            found.setdefault(row[0], []).append(SubjectKey.from_row(*row))
        return found

    def every(self) -> list[SubjectKey]:
        """All keys."""
        rows = self._connection.execute("SELECT subject, key, after FROM keys ORDER BY subject, key")
        return [SubjectKey.from_row(*row) for row in rows]

    def add(self, keys: Iterable[SubjectKey]) -> set[str]:
        """Keep keys; returns the subjects of those that were not known."""
        query = "INSERT OR IGNORE INTO keys (subject, key, after) VALUES (?, ?, ?)"
        left, new = iter(keys), set[str]()
        while batch := list(islice(left, ADDED_AT_ONCE)):
            there = self.of_each(sorted({held.subject for held in batch}))
            known = {(held.subject, held.key) for some in there.values() for held in some}
            lacking = [held for held in batch if (held.subject, held.key) not in known]
            self._connection.executemany(query, [(held.subject, held.key, " ".join(held.after)) for held in lacking])
            new |= {held.subject for held in lacking}
        self.version += bool(new)
        return new

    def end(self, subject: str, marks: Iterable[FactHash]) -> None:
        """Delete the keys of a subject that were made without knowing of all these erasures."""
        gone = [(subject, held.key) for held in self._all(subject) if not set(marks) <= set(held.after)]
        self._connection.executemany("DELETE FROM keys WHERE subject = ? AND key = ?", gone)
        self.version += bool(gone)

    def _all(self, subject: str) -> list[SubjectKey]:
        query = "SELECT subject, key, after FROM keys WHERE subject = ? ORDER BY key"
        return [SubjectKey.from_row(*row) for row in self._connection.execute(query, (subject,))]

    def _marks(self, subject: str) -> tuple[FactHash, ...]:
        query = "SELECT hash FROM facts WHERE subject = ? AND kind = 'PersonErased' ORDER BY hash"
        return tuple(FactHash(bytes(hash_).hex()) for (hash_,) in self._connection.execute(query, (subject,)))
