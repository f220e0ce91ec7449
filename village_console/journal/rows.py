"""Rows: what the facts of one subject add up to. Kept in the file for a quick start, in memory for the screens."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import msgspec

from village_console.journal.facts import Catalogue, FactTakenBack, Fold, Recorded, heads, standing
from village_console.village.ids import FactHash

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Folded(Generic[R]):
    """One row with the facts that it rests on."""

    subject: str
    value: R | None
    """None when nothing stands any more (everything was taken back)."""
    heads: tuple[FactHash, ...]
    single: bool

    @property
    def in_conflict(self) -> bool:
        """Whether two consoles have said different things about a single row."""
        return self.single and len(self.heads) > 1


class Rows:
    """Every row in memory, by type and subject."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Start empty; `load` fills from the file."""
        self._catalogue = catalogue
        self._tables: dict[type[Any], dict[str, Folded[Any]]] = {fold.row: {} for fold in catalogue.folds}
        self._versions: dict[type[Any], int] = {fold.row: 0 for fold in catalogue.folds}
        self._standing: dict[type[Any], tuple[int, Mapping[str, Any]]] = {}

    def load(self, connection: sqlite3.Connection) -> None:
        """Read every row of the file."""
        folds = {fold.row.__name__: fold for fold in self._catalogue.folds}
        for name, subject, body, head_list in connection.execute("SELECT row, subject, body, heads FROM rows"):
            fold = folds.get(name)
            if fold is not None:
                value = None if body is None else msgspec.json.decode(body, type=fold.row)
                self._put(fold, Folded(subject, value, tuple(json.loads(head_list)), fold.single))

    def folded(self, row: type[R], subject: str) -> Folded[R]:
        """The row of a subject with its heads; empty when nothing was ever written about it."""
        found = self._tables[row].get(subject)
        return cast("Folded[R]", found) if found else Folded(subject, None, (), single=True)

    def one(self, row: type[R], subject: str) -> R | None:
        """The row of a subject, or None."""
        return self.folded(row, subject).value

    def all(self, row: type[R]) -> Mapping[str, R]:
        """Every standing row of a type, by subject, as they are now: gathered again only when one has changed."""
        version, kept = self._versions[row], self._standing.get(row)  # the version first: threads write meanwhile
        if kept is None or kept[0] != version:
            table = self._tables[row].copy()
            kept = (version, {subject: f.value for subject, f in table.items() if f.value is not None})
            self._standing[row] = kept
        return kept[1]

    def version(self, row: type[Any]) -> int:
        """Rises whenever a row of this type gets another value: a view may keep what it computed until then."""
        return self._versions[row]

    def conflicts(self) -> list[Folded[Any]]:
        """Single rows about which two consoles disagree: a person decides."""
        return [folded for table in self._tables.values() for folded in table.copy().values() if folded.in_conflict]

    def take(self, changed: Iterable[tuple[Fold[Any], Folded[Any]]]) -> None:
        """Adopt rows that have been committed."""
        for fold, folded in changed:
            self._put(fold, folded)

    def _put(self, fold: Fold[Any], folded: Folded[Any]) -> None:
        before = self._tables[fold.row].get(folded.subject)
        self._tables[fold.row][folded.subject] = folded
        if before is None or before.value != folded.value:
            self._versions[fold.row] += 1


def facts_of_row(fold: Fold[Any], facts: Sequence[Recorded[Any]]) -> list[Recorded[Any]]:
    """The facts that belong to one row of a subject: its kinds, and what takes them back."""
    own = {r.hash for r in facts if isinstance(r.fact, fold.kinds)}
    grown = True
    while grown:
        more = {r.hash for r in facts if isinstance(r.fact, FactTakenBack) and r.fact.target in own} - own
        own |= more
        grown = bool(more)
    return [r for r in facts if r.hash in own]


def fold_subject(
    catalogue: Catalogue, subject: str, facts: Sequence[Recorded[Any]]
) -> list[tuple[Fold[Any], Folded[Any]]]:
    """Every row of a subject, folded from all its facts, whatever their order."""
    result: list[tuple[Fold[Any], Folded[Any]]] = []
    for fold in catalogue.folds:
        own = facts_of_row(fold, facts)
        if own:
            result.append(
                (fold, Folded(subject, fold.fold(standing(own)) if standing(own) else None, heads(own), fold.single))
            )
    return result


def write_rows(connection: sqlite3.Connection, changed: Iterable[tuple[Fold[Any], Folded[Any]]]) -> None:
    """Store rows inside the writing transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)",
        [
            (
                fold.row.__name__,
                f.subject,
                None if f.value is None else msgspec.json.encode(f.value),
                json.dumps(f.heads),
            )
            for fold, f in changed
        ],
    )
