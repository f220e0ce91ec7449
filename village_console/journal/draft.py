"""An open writing transaction: what it reads cannot change before it is committed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from village_console.journal.aliases import Aliases
from village_console.journal.chain import Chain
from village_console.journal.erasure import apply_erasures, erasures
from village_console.journal.facts import TARGETED, Catalogue, Fact, Merge, PersonErased, Recorded
from village_console.journal.reading import Reader
from village_console.journal.rows import Change, Folded, Rows, fold_subject
from village_console.journal.subject_keys import SubjectKeys
from village_console.village.ids import FactHash, Operator

F = TypeVar("F", bound=Fact)
R = TypeVar("R")
READ_AT_ONCE = 200
"""Subjects."""


class Draft:
    """Belongs to `Journal.writing`."""

    def __init__(  # noqa: PLR0913, PLR0917 -- the parts of one journal
        self, connection: sqlite3.Connection, chain: Chain, keys: SubjectKeys, reader: Reader, catalogue: Catalogue,
        rows: Rows, by: Operator, via: str,
    ) -> None:  # fmt: skip
        """Nothing is written yet."""
        self._connection = connection
        self._chain = chain
        self._keys = keys
        self._reader = reader
        self._catalogue = catalogue
        self._rows = rows
        self._by = by
        self._via = via
        self._aliases = rows.aliases
        self._changed: dict[tuple[type[Any], str], Change] = {}
        self.set_apart = False
        """Whether facts were taken out of sight: then a row may have lost all of its own."""
        self.erased = False
        """Whether personal fields were deleted."""

    @property
    def changed(self) -> Iterable[Change]:
        """The rows that this draft has folded again."""
        return self._changed.values()

    def row(self, row: type[R], subject: str) -> R | None:
        """The row of a subject, with what this draft has already written."""
        return self._folded(row, subject).value

    def in_conflict(self, row: type[Any], subject: str) -> bool:
        """Whether consoles have said different things about a subject, with what this draft has already written."""
        return self._folded(row, subject).in_conflict

    def append(self, fact: F) -> Recorded[F]:
        """Write a fact, building on the heads of its row, and fold its subject again."""
        if not fact.is_sound():
            raise ValueError(f"a {type(fact).__name__} that nobody could read")  # its values are nobody's business
        facts = self._reader.about(sorted(self._aliases.members(fact.subject)))
        written = self._chain.write(fact, self._heads_for(fact, facts), self._by, self._via)
        if isinstance(fact, PersonErased):
            self.fold_again((fact.subject,))
        else:
            self._fold(self._aliases.canonical(fact.subject), [*facts, written])
        return written

    def fold_again(self, subjects: Iterable[str]) -> None:
        """Fold subjects whose facts have changed otherwise: from another console, by a key, by an erasure."""
        left = iter(subjects)
        while batch := list(islice(left, READ_AT_ONCE)):
            facts = self._reader.about_each(sorted({one for s in batch for one in self._aliases.members(s)}))
            for subject in batch:
                self._fold_anew(subject, facts)

    def _fold_anew(self, subject: str, facts: dict[str, list[Recorded[Any]]]) -> None:
        if apply_erasures(self._connection, self._keys, subject, facts[subject]):
            self.erased = True
            facts[subject] = self._reader.about((subject,))
        members = self._aliases.members(subject)
        if merged_since := members - facts.keys():
            facts |= self._reader.about_each(sorted(merged_since))
        known = [recorded for member in sorted(members) for recorded in facts[member]]
        self._fold(self._aliases.canonical(subject), known)

    def count_own(self, kind: type[Fact]) -> int:
        """How many facts of a kind this device has ever written, taken back or not."""
        return self._reader.count(kind, self._chain.dev)

    def _fold(self, subject: str, facts: list[Recorded[Any]]) -> None:
        changes = fold_subject(self._catalogue, subject, facts)
        for fold, folded in [*(self._rows_without_facts(subject, changes) if self.set_apart else ()), *changes]:
            self._changed[fold.row, folded.subject] = (fold, folded)
        if any(fold.row is Merge for fold, _ in changes):
            self._meet_merges()

    def _rows_without_facts(self, subject: str, changes: list[Change]) -> list[Change]:
        """Rows of a subject of which no fact is left: those of a revoked console are kept apart."""
        folded = {fold.row for fold, _ in changes}
        gone = (fold for fold in self._catalogue.folds if fold.row not in folded)
        stands = (f for f in gone if self._rows.raw(f.row, subject) or (f.row, subject) in self._changed)
        return [(fold, Folded(subject, None, ())) for fold in stands]

    def _meet_merges(self) -> None:
        """Persons have become one, or two again: everybody concerned is folded anew."""
        merges = dict(self._rows.all(Merge))
        for (row, subject), (_, folded) in self._changed.items():
            if row is Merge:
                merges.pop(subject, None)
                merges |= {} if folded.value is None else {subject: folded.value}
        before, self._aliases = self._aliases, Aliases(merges.values())
        for subject in sorted(before.touched_by(self._aliases)):
            for fold in self._catalogue.folds:
                if self._rows.raw(fold.row, subject) or (fold.row, subject) in self._changed:
                    self._changed[fold.row, subject] = (fold, Folded(subject, None, ()))
        for subject in sorted({self._aliases.canonical(s) for s in before.touched_by(self._aliases)}):
            self._fold(subject, self._reader.about(sorted(self._aliases.members(subject))))

    def _folded(self, row: type[R], subject: str) -> Folded[R]:
        subject = self._aliases.canonical(subject)
        changed = self._changed.get((row, subject))
        return changed[1] if changed else self._rows.folded(row, subject)

    def _heads_for(self, fact: Fact, facts: list[Recorded[Any]]) -> tuple[FactHash, ...]:
        known = {recorded.hash: recorded.fact for recorded in facts}
        about: Fact | None = fact
        while isinstance(about, TARGETED):
            about = known.get(about.target)
        if isinstance(about, PersonErased):
            return tuple(sorted(recorded.hash for recorded in facts if not isinstance(recorded.fact, PersonErased)))
        fold = self._catalogue.row_of.get(type(about)) if about else None
        tips = self._folded(fold.row, fact.subject).heads if fold else ()
        return tuple(sorted({*tips, *erasures(facts)}))
