"""Rows of the shelter: where a person stays, whether the person is out for a while, and in which space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.shelter.facts import (
    CameBack,
    DisclosureSaid,
    EvacueeReceived,
    Path,
    Place,
    PlaceOfStayTold,
    SpaceAssigned,
    StayEnded,
    WentOut,
)
from village_console.shelter.groups import GROUP_FOLDS
from village_console.village.ids import FactHash, ResidentId, ShelterId

NO_RECEIPT = "----"
"""The receipt number of somebody who was received nowhere."""
_KNOWN_TO_BE_AWAY = frozenset({Place.CAR, Place.RELATIVES, Place.FACILITY, Place.OUTSIDE})


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a person stays (滞在): in a shelter, or elsewhere as far as anybody has said."""

    resident: ResidentId
    shelter: ShelterId | None
    """Where the person is registered; None: in no shelter."""
    receipt: str
    since: datetime
    path: Path
    fact: FactHash
    """The fact that says so: what undo takes back."""
    place: Place = Place.SHELTER
    left: ShelterId | None = None
    """The shelter that the person left for this place."""
    hlc: int = field(default=0, compare=False)
    """When it was said, by logical clock; told by `fact`."""

    @property
    def accounted_for(self) -> bool:
        """Whether the person is known to be out of the home.

        Somebody at home under an order is where the order says nobody should be, somebody who left for an unknown place may be,
        and somebody who left for another shelter has not come there yet.
        """
        return self.shelter is not None or self.place in _KNOWN_TO_BE_AWAY

    @property
    def lost_sight_of(self) -> bool:
        """Whether somebody has to ask where the person is: left for an unknown place, or for a shelter that has not said so."""
        return self.shelter is None and self.place in (Place.UNKNOWN, Place.SHELTER)


@dataclass(frozen=True, slots=True)
class Outing:
    """Whether a person who is registered at a shelter is there: presence (在・外出) apart from registration."""

    resident: ResidentId
    shelter: ShelterId
    out: bool
    since: datetime
    fact: FactHash
    hlc: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Space:
    """The space (区画) that a person has in a shelter."""

    resident: ResidentId
    shelter: ShelterId
    space: str
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a person said about the notice board."""

    resident: ResidentId
    agreed: bool
    fact: FactHash


def fold_stay(facts: Sequence[Recorded[Any]]) -> Stay:
    """The newest word holds: a person is at one place."""
    last = facts[-1]
    subject = ResidentId(last.fact.subject)
    match last.fact:
        case PlaceOfStayTold(place=place):
            return Stay(subject, None, NO_RECEIPT, last.wall, Path.TOLD, last.hash, place, hlc=last.hlc)
        case StayEnded(shelter=shelter, destination=place):
            was = next((r.fact for r in reversed(facts) if _received_at(r, shelter)), None)
            receipt, path = (was.receipt, was.path) if was else (NO_RECEIPT, Path.TOLD)
            return Stay(subject, None, receipt, last.wall, path, last.hash, place, shelter, last.hlc)
        case fact:
            return Stay(subject, fact.shelter, fact.receipt, _since(facts), fact.path, last.hash, hlc=last.hlc)


def fold_outing(facts: Sequence[Recorded[Any]]) -> Outing:
    """The newest word holds."""
    last: Recorded[WentOut | CameBack] = facts[-1]
    out = isinstance(last.fact, WentOut)
    return Outing(ResidentId(last.fact.subject), last.fact.shelter, out, last.wall, last.hash, last.hlc)


def fold_space(facts: Sequence[Recorded[Any]]) -> Space:
    """The newest assignment holds."""
    last: Recorded[SpaceAssigned] = facts[-1]
    return Space(ResidentId(last.fact.subject), last.fact.shelter, last.fact.space, last.hash)


def fold_disclosure(facts: Sequence[Recorded[Any]]) -> Disclosure:
    """The newest word holds."""
    last: Recorded[DisclosureSaid] = facts[-1]
    return Disclosure(ResidentId(last.fact.subject), last.fact.agreed, last.hash)


def is_out(stay: Stay, outing: Outing | None) -> bool:
    """Whether a person has gone out of this very stay: being received anywhere since then ends an outing."""
    return outing is not None and outing.out and outing.shelter == stay.shelter and outing.hlc > stay.hlc


def _received_at(recorded: Recorded[Any], shelter: ShelterId) -> bool:
    return isinstance(recorded.fact, EvacueeReceived) and recorded.fact.shelter == shelter


def _since(facts: Sequence[Recorded[Any]]) -> datetime:
    """When a reception began: one that was decided upon began when its receipt number was given."""
    last: Recorded[EvacueeReceived] = facts[-1]
    if last.fact.path is not Path.DECIDED:
        return last.fact.at or last.wall
    given = (r for r in facts if _received_at(r, last.fact.shelter) and r.fact.receipt == last.fact.receipt)
    first = next(given)
    return first.fact.at or first.wall


STAY: Fold[Stay] = Fold(
    Stay, (EvacueeReceived, StayEnded, PlaceOfStayTold), fold_stay, says=lambda stay: (stay.place, stay.shelter)
)
FOLDS = (
    STAY,
    # Two desks that disagree about in and out are no matter for a decision: the next tap says it anew.
    Fold(Outing, (WentOut, CameBack), fold_outing, says=lambda outing: outing.resident),
    Fold(Space, (SpaceAssigned,), fold_space, says=lambda space: (space.shelter, space.space)),
    # Where two desks have heard different things a name does not hang out: the fold takes the newest, a person asks again.
    Fold(Disclosure, (DisclosureSaid,), fold_disclosure, says=lambda one: one.agreed),
    *GROUP_FOLDS,
)
