"""What reception may decide: values in, verdict out."""

from __future__ import annotations

from enum import StrEnum

from village_console.shelter.rows import Stay
from village_console.village.ids import ShelterId


class Verdict(StrEnum):
    """What a tap or a choice by name came to."""

    RECEIVED = "received"
    ALREADY_HERE = "already_here"
    ELSEWHERE = "elsewhere"
    COMPANIONS_RECEIVED = "companions_received"
    UNKNOWN_CARD = "unknown_card"
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
