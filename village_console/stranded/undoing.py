"""What the undo key takes back at the board: the newest act, with every fact that was written in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from village_console.journal.rows import Rows
from village_console.stranded.facts import Means
from village_console.stranded.rows import Clearance, Hazard, Order, Outage, Told, Visit, Words
from village_console.village.ids import FactHash, HouseholdId

_ONE_ACT = timedelta(seconds=1)
_RANK = ("order", "outage", "hazard", "word", "clearance", "visit", "report")
"""Which of two acts at the same moment is taken for the later one: what rests on the other."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """An act at the board that stands."""

    at: datetime
    what: str
    """The end of the key of its words: `undo.WHAT`."""
    facts: tuple[FactHash, ...]


def newest_act(rows: Rows) -> Undoable | None:
    """The newest act; None when nothing is left."""
    return max(_acts(rows), key=lambda act: (act.at, _RANK.index(act.what)), default=None)


def _acts(rows: Rows) -> Iterator[Undoable]:
    for order in rows.all(Order).values():
        yield Undoable(order.said_at or order.issued_at, "order", (order.fact,))
    for clearance in rows.all(Clearance).values():
        yield Undoable(clearance.at, "clearance", (clearance.fact,))
    for words in rows.all(Words).values():
        newest = words.told[-1]
        yield Undoable(newest.at, "word", (newest.fact,))
    for outage in rows.all(Outage).values():
        yield Undoable(outage.since, "outage", (outage.fact,))
    visits = list(rows.all(Visit).values())
    for visit in visits:
        if visit.reported_at is None:
            yield Undoable(visit.assigned_at, "visit", _assigned_with(visit, visits))
        else:
            follow = dict(_followed(rows, visit.household, visit.reported_at))
            at = max((visit.reported_at, *follow.values()))  # what follows was written a moment later
            yield Undoable(at, "report", (*follow, visit.fact))
    for hazard in rows.all(Hazard).values():
        yield Undoable(hazard.said_at, "hazard", (hazard.fact,))


def _assigned_with(visit: Visit, visits: list[Visit]) -> tuple[FactHash, ...]:
    """The visits that were assigned to the same team in the same act."""
    return tuple(
        v.fact
        for v in visits
        if v.team == visit.team and v.found is None and abs(v.assigned_at - visit.assigned_at) < _ONE_ACT
    )


def _followed(rows: Rows, household: HouseholdId, at: datetime) -> Iterator[tuple[FactHash, datetime]]:
    """What was written of a home together with a team's report, and when."""
    for clearance in rows.all(Clearance).values():
        if clearance.household == household and abs(clearance.at - at) < _ONE_ACT:
            yield clearance.fact, clearance.at
    for words in rows.all(Words).values():
        if words.household == household:
            yield from ((told.fact, told.at) for told in words.told if _told_by_team(told, at))


def _told_by_team(told: Told, at: datetime) -> bool:
    return told.means is Means.VISIT and abs(told.at - at) < _ONE_ACT
