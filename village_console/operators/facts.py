"""Who works at the consoles, who was there when, what was handed over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from village_console.journal.facts import Fact, personal
from village_console.village.ids import CardToken, ShelterId


class Role(StrEnum):
    """What somebody is there for (役)."""

    DESK = "desk"
    HEAD = "head"
    """Of the shelter (責任者)."""
    CLERK = "clerk"
    """Of the town hall (町職員)."""
    COORDINATOR = "coordinator"
    """Of a drill (訓練の進行)."""


class Means(StrEnum):
    """How somebody signed in."""

    PASSPHRASE = "passphrase"  # noqa: S105 -- the word for it, not one
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorListed(Fact):
    """Somebody works at the consoles (係員); subject: the operator. A later one replaces it."""

    name: str = personal()
    role: Role
    verifier: str = personal("")
    """Argon2id of the passphrase with its salt and cost (PHC string); empty: by card only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLeft(Fact):
    """Somebody works at the consoles no longer; subject: the operator."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCardGiven(Fact):
    """A card signs an operator in (係員カード); subject: the operator."""

    token: CardToken = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Fact):
    """An operator is at a console from now on; subject: the operator."""

    shelter: ShelterId
    console: int
    means: Means


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Fact):
    """An operator has left the console; subject: the operator."""

    shelter: ShelterId
    console: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Fact):
    """A shift was handed over (引き継ぎ); subject: the note."""

    shelter: ShelterId
    note: str = personal()
    people: int
    unfinished: int
    alarms: int
