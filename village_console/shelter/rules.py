"""What reception may decide: values in, verdict out."""

from __future__ import annotations

from enum import StrEnum

from village_console.register.tokens import BY_CERTIFICATE
from village_console.shelter.rows import Stay
from village_console.village.ids import ResidentId, ShelterId
from village_console.village.run_mode import World


class Verdict(StrEnum):
    """What a tap or a choice by name came to."""

    RECEIVED = "received"
    ALREADY_HERE = "already_here"
    ELSEWHERE = "elsewhere"
    COMPANIONS_RECEIVED = "companions_received"
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


class CompanionState(StrEnum):
    """Where a member of the household is, as the desk offers it."""

    HERE = "here"
    NOT_YET = "not_yet"
    ELSEWHERE = "elsewhere"


def may_receive(stay: Stay | None, shelter: ShelterId) -> Verdict:
    """Whether a person can be received here: nobody is received twice, nobody is moved without being asked."""
    if stay is None:
        return Verdict.RECEIVED
    return Verdict.ALREADY_HERE if stay.shelter == shelter else Verdict.ELSEWHERE


def companion_state(stay: Stay | None, shelter: ShelterId) -> CompanionState:
    """How a member of the tapper's household is shown."""
    if stay is None:
        return CompanionState.NOT_YET
    return CompanionState.HERE if stay.shelter == shelter else CompanionState.ELSEWHERE


def may_bind(owner: ResidentId | None, person: ResidentId, instead_of: ResidentId | None) -> Verdict:
    """Whether a card can be bound: it is taken from nobody but the one whom the clerk was shown (`instead_of`)."""
    if owner == person:
        return Verdict.ALREADY_BOUND
    return Verdict.BOUND if owner in (None, instead_of) else Verdict.BOUND_TO_OTHER


def may_stand_for_somebody(kind: str, world: World) -> bool:
    """Whether the desk may make an unknown card a person's.

    The number of a real certificate may not become an identifier without a ground in law (reference/cards.md 4).
    """
    return world is World.SIMULATED or kind not in BY_CERTIFICATE


def may_be_handed_out(kind: str) -> bool:
    """Whether a card can be the village's own: somebody's My Number card is never given to another."""
    return kind not in BY_CERTIFICATE
