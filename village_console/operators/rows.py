"""Rows of operators: the person, the console the person is at, the notes of shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.operators.facts import (
    HandedOver,
    OperatorLeft,
    OperatorListed,
    Role,
    SignedIn,
    SignedOut,
    StaffCardGiven,
)
from village_console.village.ids import CardToken, FactHash, Operator, ShelterId


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An operator (係員)."""

    id: Operator
    name: str
    role: Role
    verifier: str
    cards: tuple[CardToken, ...]
    has_left: bool
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Duty:
    """Where an operator is signed in, or was last."""

    operator: Operator
    shelter: ShelterId
    console: int
    on_duty: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class ShiftNote:
    """What one shift left for the next (引き継ぎ)."""

    id: str
    shelter: ShelterId
    note: str
    people: int
    unfinished: int
    alarms: int
    at: datetime
    by: Operator


def fold_member(facts: Sequence[Recorded[Any]]) -> StaffMember | None:
    """The newest listing with every card; None while only those have arrived. Listed again, somebody is back."""
    listed = [recorded for recorded in facts if isinstance(recorded.fact, OperatorListed)]
    if not listed:
        return None
    fact: OperatorListed = listed[-1].fact
    cards = tuple(recorded.fact.token for recorded in facts if isinstance(recorded.fact, StaffCardGiven))
    left = any(isinstance(recorded.fact, OperatorLeft) for recorded in facts[facts.index(listed[-1]) :])
    return StaffMember(Operator(fact.subject), fact.name, fact.role, fact.verifier, cards, left, facts[-1].hash)


def fold_duty(facts: Sequence[Recorded[Any]]) -> Duty:
    """The newest word holds."""
    last: Recorded[SignedIn | SignedOut] = facts[-1]
    fact = last.fact
    return Duty(Operator(fact.subject), fact.shelter, fact.console, isinstance(fact, SignedIn), last.wall)


def fold_note(facts: Sequence[Recorded[Any]]) -> ShiftNote:
    """A note is written once."""
    last: Recorded[HandedOver] = facts[-1]
    fact = last.fact
    return ShiftNote(
        fact.subject, fact.shelter, fact.note, fact.people, fact.unfinished, fact.alarms, last.wall, last.by
    )


FOLDS = (
    Fold(StaffMember, (OperatorListed, OperatorLeft, StaffCardGiven), fold_member,
         says=lambda member: (member.role, member.has_left)),
    Fold(Duty, (SignedIn, SignedOut), fold_duty, single=False),
    Fold(ShiftNote, (HandedOver,), fold_note, single=False),
)  # fmt: skip
