"""Rows: what the facts of one subject add up to. Kept in the file for a quick start, in memory for the screens."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

import msgspec

from village_console.journal.aliases import Aliases
from village_console.journal.facts import TARGETED, Catalogue, Fold, Merge, NotUnderstood, Recorded
from village_console.journal.standing import branch, heads, standing
from village_console.village.ids import FactHash

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Folded(Generic[R]):
    """One row with the facts that it rests on."""

    subject: str
    value: R | None
    """None when nothing stands any more (everything was taken back or erased)."""
    heads: tuple[FactHash, ...]
    in_conflict: bool = False
    """Whether consoles that did not know of each other have said different things about a single row."""


Change = tuple[Fold[Any], Folded[Any]]
"""A row that was folded again."""


class Rows:
    """Every row in memory, by type and subject; merged persons under the id that speaks for them."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Start empty; `load` fills from the file."""
        self._catalogue = catalogue
        self._tables: dict[type[Any], dict[str, Folded[Any]]] = {fold.row: {} for fold in catalogue.folds}
        self._versions: dict[type[Any], int] = {fold.row: 0 for fold in catalogue.folds}
        self._standing: dict[type[Any], tuple[int, Mapping[str, Any]]] = {}
        self.aliases = Aliases()

    def load(self, connection: sqlite3.Connection) -> None:
        """Read every row of the file."""
        folds = {fold.row.__name__: fold for fold in self._catalogue.folds}
        query = "SELECT row, subject, body, heads, conflict FROM rows"
        for name, subject, body, head_list, conflict in connection.execute(query):
            fold = folds.get(name)
            if fold is not None:
                value = None if body is None else msgspec.json.decode(body, type=fold.row)
                self._put(fold, Folded(subject, value, tuple(json.loads(head_list)), bool(conflict)))
        self.aliases = Aliases(self.all(Merge).values())

    def folded(self, row: type[R], subject: str) -> Folded[R]:
        """The row of a subject with its heads; empty when nothing was ever written about it."""
        subject = self.aliases.canonical(subject)
        found = self._tables[row].get(subject)
        return cast("Folded[R]", found) if found else Folded(subject, None, ())

    def raw(self, row: type[Any], subject: str) -> bool:
        """Whether a row stands under this very id."""
        return subject in self._tables[row]

    def drop(self, subjects: Iterable[str]) -> None:
        """Forget every row under these very ids."""
        for subject in subjects:
            for fold in self._catalogue.folds:
                self._put(fold, Folded(subject, None, ()))

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

    def everything(self) -> dict[tuple[str, str], Folded[Any]]:
        """Every row with its heads, by the name of its type and its subject: what two consoles compare."""
        return {(row.__name__, s): f for row, table in self._tables.items() for s, f in table.copy().items()}

    def version(self, row: type[Any]) -> int:
        """Rises whenever a row of this type gets another value: a view may keep what it computed until then."""
        return self._versions[row]

    def conflicts(self) -> list[Folded[Any]]:
        """Single rows about which consoles disagree: a person decides."""
        return [folded for table in self._tables.values() for folded in table.copy().values() if folded.in_conflict]

    def take(self, changed: Iterable[Change]) -> None:
        """Adopt rows that have been committed."""
        merges = self._versions[Merge]
        for fold, folded in changed:
            self._put(fold, folded)
        if merges != self._versions[Merge]:
            self.aliases = Aliases(self.all(Merge).values())

    def _put(self, fold: Fold[Any], folded: Folded[Any]) -> None:
        table = self._tables[fold.row]
        before = table.get(folded.subject)
        if folded.heads:
            table[folded.subject] = folded
        else:
            table.pop(folded.subject, None)
        if (before.value if before else None) != folded.value:
            self._versions[fold.row] += 1


def facts_of_row(fold: Fold[Any], facts: Sequence[Recorded[Any]]) -> list[Recorded[Any]]:
    """The facts that belong to one row of a subject: its kinds, read or not, and what is about them."""
    names = {kind.__name__ for kind in fold.kinds}
    own = {r.hash for r in facts if isinstance(r.fact, fold.kinds) or _unread_kind(r) in names}
    grown = True
    while grown:
        more = {r.hash for r in facts if isinstance(r.fact, TARGETED) and r.fact.target in own} - own
        own |= more
        grown = bool(more)
    return [r for r in facts if r.hash in own]


def _unread_kind(recorded: Recorded[Any]) -> str | None:
    return recorded.fact.kind if isinstance(recorded.fact, NotUnderstood) else None


def fold_subject(catalogue: Catalogue, subject: str, facts: Sequence[Recorded[Any]]) -> list[Change]:
    """Every row of a subject, folded from all its facts, whatever their order.

    Facts about others who are the same person count as facts about the subject.
    """
    if any(r.fact.subject != subject for r in facts):
        facts = [replace(r, fact=replace(r.fact, subject=subject)) for r in facts]
    own = ((fold, facts_of_row(fold, facts)) for fold in catalogue.folds_for(facts))
    return [(fold, _fold_row(fold, subject, mine, facts)) for fold, mine in own if mine]


def _fold_row(
    fold: Fold[Any], subject: str, own: Sequence[Recorded[Any]], facts: Sequence[Recorded[Any]]
) -> Folded[Any]:
    tips = heads(own, facts)
    in_conflict = fold.single and len(tips) > 1 and _disagree(fold, tips, own, facts)
    return Folded(subject, _value(fold, own), tips, in_conflict)


def _value(fold: Fold[Any], own: Sequence[Recorded[Any]]) -> Any:
    stands = standing(own)
    return fold.fold(stands) if stands else None


def _disagree(
    fold: Fold[Any], tips: Sequence[FactHash], own: Sequence[Recorded[Any]], facts: Sequence[Recorded[Any]]
) -> bool:
    """Whether the consoles that wrote the heads would have shown different things."""
    mine = {r.hash for r in own}
    branches = ([r for r in branch(tip, facts) if r.hash in mine] for tip in tips)
    values = (_value(fold, facts_of_row(fold, known)) for known in branches)
    said = [None if value is None else fold.says(value) for value in values]
    return any(what != said[0] for what in said[1:])


def write_rows(connection: sqlite3.Connection, changed: Iterable[Change]) -> None:
    """Store rows inside the writing transaction; a row without heads is gone."""
    changed = list(changed)
    stand = [
        (fold.row.__name__, f.subject, None if f.value is None else msgspec.json.encode(f.value), json.dumps(f.heads),
         f.in_conflict)
        for fold, f in changed if f.heads
    ]  # fmt: skip
    connection.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", stand)
    gone = [(fold.row.__name__, f.subject) for fold, f in changed if not f.heads]
    connection.executemany("DELETE FROM rows WHERE row = ? AND subject = ?", gone)
