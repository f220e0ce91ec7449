"""Erasure (消去): after it, nothing personal that was known of a subject before can be read, here or from any copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from village_console.journal.facts import PersonErased, Recorded
from village_console.journal.standing import foundations
from village_console.journal.subject_keys import SubjectKeys
from village_console.village.ids import FactHash


def erasures(facts: Iterable[Recorded[Any]]) -> tuple[FactHash, ...]:
    """The erasures among the facts of a subject: whatever is written afterwards is built upon them."""
    return tuple(r.hash for r in facts if isinstance(r.fact, PersonErased))


def apply_erasures(
    connection: sqlite3.Connection, keys: SubjectKeys, subject: str, facts: Sequence[Recorded[Any]]
) -> bool:
    """Delete seals that an erasure covers, and the keys of what was known before; whether anything was there to delete.

    What was written in knowledge of an erasure is not covered by it, so every console ends with the same, in whatever
    order the facts came.
    """
    marks = erasures(facts)
    if not marks:
        return False
    covered = [r.hash for r in facts if not set(marks) <= foundations([r], facts)]
    gone = [(bytes.fromhex(hash_),) for hash_ in covered]
    before = connection.total_changes
    connection.executemany("UPDATE facts SET sealed = x'' WHERE hash = ? AND sealed != x''", gone)
    keys.end(subject, marks)
    return connection.total_changes > before


def sealed_subjects(connection: sqlite3.Connection) -> list[str]:
    """Everything of which personal fields are in the file."""
    query = "SELECT DISTINCT subject FROM facts WHERE sealed != x'' ORDER BY subject"
    return [subject for (subject,) in connection.execute(query)]
