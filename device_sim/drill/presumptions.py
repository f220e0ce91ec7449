"""Whom the board presumed stranded at the end, against who really was; and why it missed, and why it was wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from device_sim.drill.figures import Hits
from device_sim.drill.record import Record
from device_sim.drill.totals import homes_on


class Why(StrEnum):
    """Why a household with somebody stranded was not on the last board, as far as truth and town files tell."""

    NO_TELEVISION = "no_television"
    NO_CONSENT = "no_consent"
    OFF = "off"
    """When the order was given."""
    NOT_HEARD = "not_heard"
    """The television was on: its log came late or never, or the household was cleared at the desk."""


@dataclass(frozen=True, slots=True)
class MissedHome:
    """A household with somebody stranded whom the last board did not show."""

    household: str
    people: tuple[str, ...]
    """Names."""
    why: Why


@dataclass(frozen=True, slots=True)
class WrongHome:
    """A household on the last board in which nobody was stranded."""

    household: str
    people: int
    destinations: tuple[str, ...]
    """Where its people really were when the drill ended."""


@dataclass(frozen=True, slots=True)
class Presumptions:
    """The last board against the truth."""

    people: Hits
    households: Hits
    missed: tuple[MissedHome, ...]
    wrong: tuple[WrongHome, ...]

    @classmethod
    def of(cls, record: Record) -> Presumptions:
        """Compare; without any board nothing is said to be missed or wrong."""
        stranded = {person.resident for person in record.truth.persons if person.stranded}
        homes = {person.household for person in record.truth.persons if person.stranded}
        board = record.last_board
        if board is None:
            return cls(Hits.of(None, stranded), Hits.of(None, homes), (), ())
        flagged = {home.household: home.people for home in board.households}
        people = {number for numbers in flagged.values() for number in numbers}
        return cls(
            people=Hits.of(people, stranded),
            households=Hits.of(set(flagged), homes),
            missed=tuple(_missed(record, home) for home in sorted(homes - set(flagged))),
            wrong=tuple(_wrong(record, home, len(flagged[home])) for home in sorted(set(flagged) - homes)),
        )


def _missed(record: Record, household: str) -> MissedHome:
    names = (person.name for person in record.truth.persons if person.household == household and person.stranded)
    return MissedHome(household, tuple(names), _why(record, household))


def _why(record: Record, household: str) -> Why:
    if not any(event.household == household for event in record.truth.tvs):
        return Why.NO_TELEVISION
    if household in record.refusing:
        return Why.NO_CONSENT
    if household not in homes_on(record.truth, record.truth.drill.order_at):
        return Why.OFF
    return Why.NOT_HEARD


def _wrong(record: Record, household: str, people: int) -> WrongHome:
    where: defaultdict[str, int] = defaultdict(int)
    for person in record.truth.persons:
        if person.household == household:
            where[person.destination] += 1
    return WrongHome(household, people, tuple(sorted(where)))
