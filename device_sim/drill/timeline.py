"""How a drill went, every five minutes of its own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from device_sim.drill.check_ins import acknowledged_in
from device_sim.drill.desk_lines import BoardSeen
from device_sim.drill.record import Record

STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Moment:
    """Counts of people at a moment."""

    at: datetime
    arrived: int
    """At the shelter, in truth."""
    checked_in: int
    """As the desk was shown."""
    presumed: int | None
    """On the board that was in force; None before the first."""
    stranded: int | None
    """In truth: still at home since the order; None before it."""


def timeline(record: Record) -> tuple[Moment, ...]:
    """From the beginning to the end of the drill, the last moment that of its end."""
    return tuple(_moment(record, at) for at in _moments(record))


def _moments(record: Record) -> Iterator[datetime]:
    drill = record.truth.drill
    at = drill.starts_at
    last = record.ended.at if record.ended else drill.ends_at
    while at < last:
        yield at
        at += STEP
    yield last


def _moment(record: Record, at: datetime) -> Moment:
    truth = record.truth
    acts = [act for act in record.acts if act.at <= at]
    boards = [board for board in record.of(BoardSeen) if board.at <= at]
    home = sum(person.at_home and (person.leaves_at is None or person.leaves_at > at) for person in truth.persons)
    return Moment(
        at=at,
        arrived=sum(len(party.people) for party in truth.parties if party.arrives_at <= at),
        checked_in=len(acknowledged_in(acts)),
        presumed=sum(len(household.people) for household in boards[-1].households) if boards else None,
        stranded=home if at >= truth.drill.order_at else None,
    )
