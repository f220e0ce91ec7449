"""What people need, who looks after it, what was handed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from village_console.journal.facts import Fact, personal
from village_console.village.ids import ResidentId, ShelterId


class Urgency(StrEnum):
    """How soon (いそぐ度)."""

    NOW = "now"
    TODAY = "today"
    ORDINARY = "ordinary"


class Owner(StrEnum):
    """Who looks after a need (係)."""

    DESK = "desk"
    HEAD = "head"
    NURSE = "nurse"
    SUPPLIES = "supplies"
    TOWN_HALL = "town_hall"
    FAMILY = "family"


class Outcome(StrEnum):
    """What became of a need."""

    MET = "met"
    REFERRED = "referred"
    """To a hospital, a welfare shelter (福祉避難所), another office."""
    NO_LONGER = "no_longer"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTold(Fact):
    """Somebody needs something (ニーズ); subject: the need. Told again, it replaces what was said of it before.

    What is needed, and by whom, is sealed: an erasure leaves nothing but that something was needed.
    """

    resident: ResidentId = personal()
    code: str = personal()
    detail: str = personal()
    """In the person's own words."""
    shelter: ShelterId
    urgency: Urgency
    until: datetime | None = None
    """How long what there is will last, or by when it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTaken(Fact):
    """Somebody looks after a need from now on (係を決めた); subject: the need."""

    owner: Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedMet(Fact):
    """A need is one no longer (済); subject: the need."""

    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyHanded(Fact):
    """Something was handed out (配った); subject: the resident."""

    shelter: ShelterId
    item: str
    """A code of the list of supplies."""
    anyway: bool = False
    """Whether a person decided so although it was too soon or enough for the day."""
