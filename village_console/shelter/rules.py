"""What the desk may decide: values in, verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from village_console.register.tokens import BY_CERTIFICATE, may_become_token
from village_console.shelter.rows import Outing, Stay, is_out
from village_console.village.ids import ResidentId, ShelterId
from village_console.village.run_mode import World

CROWDED_FROM = 0.8
"""Share of the places at which a shelter counts as crowded (混雑)."""
OUT_LONG = timedelta(hours=6)
"""After so long out somebody should ask."""


class Verdict(StrEnum):
    """What a tap or a choice by name came to."""

    RECEIVED = "received"
    ALREADY_HERE = "already_here"
    ELSEWHERE = "elsewhere"
    MOVED = "moved"
    """Received here by somebody who was asked; the stay at the other shelter has ended."""
    CAME_BACK = "came_back"
    WENT_OUT = "went_out"
    DEPARTED = "departed"
    PLACE_TOLD = "place_told"
    SPACE_ASSIGNED = "space_assigned"
    CANNOT_KNOW = "cannot_know"
    """Consoles say different things: a person has to decide."""
    DECIDED = "decided"
    NOT_HERE = "not_here"
    """What was asked for can be done only with somebody who is registered here."""
    COMPANIONS_RECEIVED = "companions_received"
    KNOWN_LATER = "known_later"
    """What a sheet of paper says has been overtaken by what is known."""
    COUNTED = "counted"
    """People without names are counted."""
    NAMED = "named"
    """One of those is here by name, and counted once."""
    NOBODY_COUNTED = "nobody_counted"
    NOBODY_LEFT = "nobody_left"
    ALREADY_NAMED = "already_named"
    UNKNOWN_CARD = "unknown_card"
    NOT_TO_BE_BOUND = "not_to_be_bound"
    """A card that nobody is known to hold, and that may stand for nobody."""
    BOUND_AND_RECEIVED = "bound_and_received"
    BOUND = "bound"
    ALREADY_BOUND = "already_bound"
    BOUND_TO_OTHER = "bound_to_other"
    REMOVED_TOO_SOON = "removed_too_soon"
    UNREADABLE = "unreadable"
    CANNOT_USE = "cannot_use"
    UNDONE = "undone"
    NOTHING_TO_UNDO = "nothing_to_undo"


RECEPTIONS = frozenset({Verdict.RECEIVED, Verdict.MOVED, Verdict.CAME_BACK})
"""Verdicts of a reception that wrote something."""


ASKING = frozenset({Verdict.ELSEWHERE, Verdict.CANNOT_KNOW})
"""Verdicts that ask something about a person; one that gave way to the next card can be asked again."""


class PersonState(StrEnum):
    """Where a person is, as this desk sees it."""

    HERE = "here"
    OUT = "out"
    NOT_YET = "not_yet"
    ELSEWHERE = "elsewhere"
    """At another shelter."""
    AWAY = "away"
    """In no shelter, and the desk knows why: at home, in a car, departed."""
    TWO_PLACES = "two_places"


MAY_COME_ALONG = frozenset({PersonState.NOT_YET, PersonState.OUT, PersonState.AWAY})
"""Members of a household whom a digit receives; those elsewhere and at two places are asked about first."""
EVERYBODY = frozenset({PersonState.NOT_YET, PersonState.OUT})
"""Members whom one key receives together."""


class Room(StrEnum):
    """How full a shelter is (空き・混雑・定員一杯・不明)."""

    FREE = "free"
    CROWDED = "crowded"
    FULL = "full"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows say about one person."""

    stay: Stay | None
    outing: Outing | None = None
    in_conflict: bool = False


def may_receive(known: Known, shelter: ShelterId, moving_from: ShelterId | None = None) -> Verdict:
    """Whether a person can be received here: nobody twice, and nobody is moved without being asked (`moving_from`)."""
    stay = known.stay
    if known.in_conflict:
        return Verdict.CANNOT_KNOW
    if stay is None or stay.shelter is None:
        return Verdict.RECEIVED
    if stay.shelter == shelter:
        return Verdict.CAME_BACK if is_out(stay, known.outing) else Verdict.ALREADY_HERE
    return Verdict.MOVED if stay.shelter == moving_from else Verdict.ELSEWHERE


def may_go_out(known: Known, shelter: ShelterId) -> Verdict:
    """Whether a person goes out or comes back: only somebody who is registered here."""
    came = may_receive(known, shelter)
    if came is Verdict.ALREADY_HERE:
        return Verdict.WENT_OUT
    return came if came in (Verdict.CAME_BACK, Verdict.CANNOT_KNOW) else Verdict.NOT_HERE


def may_depart(known: Known, shelter: ShelterId) -> Verdict:
    """Whether a word about where a person stays ends a stay here, or begins one; of another shelter it ends none."""
    if known.in_conflict:
        return Verdict.CANNOT_KNOW
    registered = known.stay.shelter if known.stay else None
    if registered is None:
        return Verdict.PLACE_TOLD
    return Verdict.DEPARTED if registered == shelter else Verdict.NOT_HERE


def person_state(known: Known, shelter: ShelterId) -> PersonState:
    """How a person is shown at this desk."""
    stay = known.stay
    if known.in_conflict:
        return PersonState.TWO_PLACES
    if stay is None:
        return PersonState.NOT_YET
    if stay.shelter is None:
        return PersonState.AWAY
    if stay.shelter != shelter:
        return PersonState.ELSEWHERE
    return PersonState.OUT if is_out(stay, known.outing) else PersonState.HERE


def room_for(people: int, capacity: int | None) -> Room:
    """How full a shelter with so many people registered is."""
    if capacity is None:
        return Room.UNKNOWN
    if people >= capacity:
        return Room.FULL
    return Room.CROWDED if people >= capacity * CROWDED_FROM else Room.FREE


def may_bind(owner: ResidentId | None, person: ResidentId, instead_of: ResidentId | None) -> Verdict:
    """Whether a card can be bound: it is taken from nobody but the one whom the clerk was shown (`instead_of`)."""
    if owner == person:
        return Verdict.ALREADY_BOUND
    return Verdict.BOUND if owner in (None, instead_of) else Verdict.BOUND_TO_OTHER


def may_stand_for_somebody(kind: str, world: World, ground: str = "") -> bool:
    """Whether a card may be known again at the desk; `ground`: what the village has stated as its ground in law.

    Asked before any token is made: the number of a real certificate becomes none without a ground.
    """
    return may_become_token(kind, world, ground)


def may_be_handed_out(kind: str) -> bool:
    """Whether a card can be the village's own: somebody's My Number card is never given to another."""
    return kind not in BY_CERTIFICATE
