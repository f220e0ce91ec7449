"""Which subjects belong together, and the rows that their facts tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from village_console.archive.history import history, linked
from village_console.archive.tables import OF_SUBJECTS, PERSONS, Row, Table, person_row, span_rows
from village_console.journal.facts import Catalogue, PersonsMerged, Recorded
from village_console.journal.journal import Journal
from village_console.needs.rows import Need
from village_console.register.rows import Resident
from village_console.shelter.facts import NamedFromGroup
from village_console.shelter.groups import CountGroup, FromGroup
from village_console.shelter.rows import Outing, Stay

_THEN = frozenset({Stay, Outing, CountGroup, FromGroup, Need})
"""Rows that the archive keeps as they were at every moment; of the register it keeps what holds now."""
_MOST = 2**31


class Subjects:
    """The subjects of a journal as they are linked now; made anew when facts have come."""

    def __init__(self, journal: Journal, catalogue: Catalogue) -> None:
        """Read who is linked with whom, whether that still stands or not."""
        self._journal = journal
        folds = [fold for fold in catalogue.folds if fold.row in _THEN]
        self._catalogue = Catalogue((kind for fold in folds for kind in fold.kinds), folds)
        self._kinds = tuple(self._catalogue.kinds.values())
        merges = ((r.fact.one, r.fact.other, r.fact.subject) for r in journal.last_of(PersonsMerged, _MOST))
        groups = ((r.fact.subject, r.fact.group) for r in journal.last_of(NamedFromGroup, _MOST))
        self._classes = linked((*merges, *groups))

    def every(self) -> set[str]:
        """Every subject that a row of the archive may come from."""
        names = {row.__name__ for row in (Resident, *_THEN)}
        here = {subject for name, subject in self._journal.rows.everything() if name in names}
        return here | self._classes.keys()

    def with_linked(self, subjects: Iterable[str]) -> list[frozenset[str]]:
        """Some subjects, each class of linked ones once."""
        return list(dict.fromkeys(self._classes.get(subject, frozenset((subject,))) for subject in sorted(subjects)))

    def rows_of(self, classes: Iterable[frozenset[str]]) -> dict[Table, set[Row]]:
        """Every row that the facts of some classes tell."""
        rows = {table: set[Row]() for table in OF_SUBJECTS}
        for members in classes:
            for table, row in self._of_class(members):
                rows[table].add(row)
        return rows

    def _of_class(self, members: frozenset[str]) -> Iterator[tuple[Table, Row]]:
        if any(self._journal.rows.folded(row, member).heads for row in _THEN for member in members):
            facts = {r.hash: r for member in members for r in self._facts(member)}
            yield from span_rows(history(self._catalogue, list(facts.values())))
        residents = self._journal.rows.all(Resident)
        yield from ((PERSONS, person_row(member, residents[member])) for member in members if member in residents)

    def _facts(self, member: str) -> list[Recorded[Any]]:
        about = self._journal.everything_about(member)
        names = self._catalogue.kinds
        return [r for r in about if isinstance(r.fact, self._kinds) or getattr(r.fact, "kind", "") in names]
