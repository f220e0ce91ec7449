"""What held when (経過): the rows of some subjects at every moment, in the desks' own time and as it became known here.

Two times, never mixed. `written`: a fact counts from when a desk wrote it, so that a count at 19:30 has everybody who was
written down by then, however late that came here. `heard`: a span stands as long as it was the newest that was known here, so
that the figure somebody was given at 19:35 can be found again. Nothing here asks a clock: the same facts give the same spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from village_console.journal.aliases import Aliases
from village_console.journal.facts import Catalogue, Merge, Recorded
from village_console.journal.rows import Change, Folded, fold_subject
from village_console.needs.rows import Need
from village_console.shelter.groups import CountGroup, FromGroup, Named, left_of
from village_console.shelter.rows import Outing, Stay, is_out


@dataclass(frozen=True, slots=True)
class StayThen:
    """Where a person was registered, or stayed as far as anybody had said."""

    place: str
    shelter: str | None
    since: datetime
    is_out: bool
    disputed: bool
    """Desks had said different things of it."""


@dataclass(frozen=True, slots=True)
class UnnamedThen:
    """People of a group who were counted and had no name yet."""

    shelter: str
    people: int


@dataclass(frozen=True, slots=True)
class NeedThen:
    """What somebody needed, and how far that had come; not in whose words."""

    person: str
    shelter: str
    code: str
    urgency: str
    until: datetime | None
    owner: str | None
    outcome: str | None


Then = StayThen | UnnamedThen | NeedThen


@dataclass(frozen=True, slots=True)
class Stretch:
    """What held of a subject from one moment of the desks' time to another; None: until now."""

    subject: str
    value: Then
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch, and from when to when it was what the archive knew."""

    stretch: Stretch
    heard: datetime
    replaced: datetime | None


R = TypeVar("R")
Facts = Sequence[Recorded[Any]]
_Point = tuple[datetime, Mapping[str, Then]]


def written(recorded: Recorded[Any]) -> datetime:
    """When a desk wrote a fact: by its own clock, but not after it came here."""
    return min(recorded.wall, recorded.arrived)


def history(catalogue: Catalogue, facts: Facts) -> set[Span]:
    """Every span of the subjects that some facts are about; all facts of whoever is linked to them belong in it."""
    fold = _Folding(catalogue)
    points, known = list[_Point](), list[Recorded[Any]]()
    open_, ended = dict[Stretch, datetime](), set[Span]()
    for arrived, coming in groupby(sorted(facts, key=lambda r: (r.arrived, r.order)), key=lambda r: r.arrived):
        new = list(coming)
        known += new
        first = min(map(written, new))
        points = [point for point in points if point[0] < first]
        for moment in sorted({at for at in map(written, known) if at >= first}):
            points.append((moment, fold.at([r for r in known if written(r) <= moment])))
        stands = set(_stretches(points))
        for gone in open_.keys() - stands:
            ended.add(Span(gone, open_.pop(gone), arrived))
        for stretch in stands - open_.keys():
            open_[stretch] = arrived
    return ended | {Span(stretch, heard, None) for stretch, heard in open_.items()}


def _stretches(points: Sequence[_Point]) -> Iterator[Stretch]:
    for subject in {subject for _, held in points for subject in held}:
        began, value = None, None
        for moment, held in points:
            if (now := held.get(subject)) == value:
                continue
            if value is not None and began is not None:
                yield Stretch(subject, value, began, moment)
            began, value = moment, now
        if value is not None and began is not None:
            yield Stretch(subject, value, began, None)


class _Folding:
    """Folds facts as a journal does (`Journal.as_of`), and remembers what it has folded before."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._folded: dict[tuple[str, tuple[str, ...]], list[Change]] = {}

    def at(self, facts: Facts) -> dict[str, Then]:
        about = dict[str, list[Recorded[Any]]]()
        for recorded in facts:
            about.setdefault(recorded.fact.subject, []).append(recorded)
        rows = _Rows()
        for subject, own in about.items():
            rows.take(self._changes(subject, own))
        for persons in Aliases(rows.all(Merge).values()).classes():
            rows.drop(persons)
            rows.take(self._changes(min(persons), [r for person in sorted(persons) for r in about.get(person, ())]))
        return dict(_held(rows))

    def _changes(self, subject: str, facts: Facts) -> list[Change]:
        key = (subject, tuple(recorded.hash for recorded in facts))
        if key not in self._folded:
            self._folded[key] = fold_subject(self._catalogue, subject, facts)
        return self._folded[key]


class _Rows:
    """The rows of a few subjects at one moment: a journal's `Rows` without what screens need."""

    def __init__(self) -> None:
        self._tables = dict[type[Any], dict[str, Folded[Any]]]()

    def take(self, changes: Iterable[Change]) -> None:
        for fold, folded in changes:
            self._tables.setdefault(fold.row, {})[folded.subject] = folded

    def drop(self, subjects: Iterable[str]) -> None:
        for subject in subjects:
            for table in self._tables.values():
                table.pop(subject, None)

    def all(self, row: type[R]) -> dict[str, R]:
        table: dict[str, Folded[R]] = self._tables.get(row, {})
        return {subject: folded.value for subject, folded in table.items() if folded.value is not None}

    def in_conflict(self, row: type[Any], subject: str) -> bool:
        return self._tables[row][subject].in_conflict


def _held(rows: _Rows) -> Iterator[tuple[str, Then]]:
    stays, outings = rows.all(Stay), rows.all(Outing)
    for person, stay in stays.items():
        disputed, out = rows.in_conflict(Stay, person), is_out(stay, outings.get(person))
        yield person, StayThen(stay.place.value, stay.shelter, stay.since, out, disputed)
    named = {person: Named(stay.receipt, stay.hlc) for person, stay in stays.items()}
    for unnamed in left_of(rows.all(CountGroup).values(), rows.all(FromGroup).values(), named):
        yield unnamed.group.id, UnnamedThen(unnamed.group.shelter, unnamed.people)
    for need in rows.all(Need).values():
        yield need.id, _need_then(need)


def _need_then(need: Need) -> NeedThen:
    return NeedThen(
        need.resident, need.shelter, need.code, need.urgency.value, need.until,
        need.owner and need.owner.value, need.outcome and need.outcome.value,
    )  # fmt: skip


def linked(pairs: Iterable[tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Who has to be folded together: everybody in a chain of pairs, by every one of them."""
    classes = dict[str, set[str]]()
    for pair in pairs:
        joined = {other for one in pair for other in classes.get(one, {one})}
        for one in joined:
            classes[one] = joined
    return {one: frozenset(joined) for one, joined in classes.items()}
