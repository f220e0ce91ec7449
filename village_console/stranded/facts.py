"""What is ordered, what a television was then, what was said and found of a home, what failed, and who was cleared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from village_console.journal.facts import Fact
from village_console.viewing.facts import TvState
from village_console.village.ids import HouseholdId, OrderId, TelevisionId


class Level(StrEnum):
    """Alert level of an order (警戒レベル): 3 高齢者等避難, 4 避難指示, 5 緊急安全確保; issued by the mayor."""

    EARLY_EVACUATION = "3"
    EVACUATION_ORDER = "4"
    EMERGENCY_SAFETY_MEASURES = "5"


class Issuer(StrEnum):
    """Who issued an order: the mayor (町村長), who stands in for the mayor (職務代理者), or the prefecture (知事)."""

    MAYOR = "mayor"
    DEPUTY = "deputy"
    GOVERNOR = "governor"


class Means(StrEnum):
    """How word of a household came to the desk."""

    TELEVISION = "television"
    """Somebody answered a message with the remote control."""
    RELATIVE = "relative"
    PHONE = "phone"
    VISIT = "visit"


class Said(StrEnum):
    """What was said of a household, short of making sure of it (that is a clearance)."""

    NEEDS_HELP = "needs_help"
    AT_HOME = "at_home"
    """Somebody is there, and stays."""
    SAFE = "safe"
    """Whoever pressed the key is well; from where they are."""
    LEAVING = "leaving"
    HAS_LEFT = "has_left"
    """By hearsay."""
    NO_ANSWER = "no_answer"


class Cut(StrEnum):
    """What failed in an outage: without either a television is silent whatever it does."""

    POWER = "power"
    LINE = "line"


class Found(StrEnum):
    """What a team reported of a home that it visited (訪問の結果)."""

    MET = "met"
    STAYS = "stays"
    NO_ANSWER = "no_answer"
    NEEDS_HELP = "needs_help"
    EMPTY = "empty"
    """The team made sure that nobody is there."""


class Reason(StrEnum):
    """Why a household is no longer presumed stranded (確認済のわけ)."""

    MET = "met"
    FAMILY_CONFIRMED = "family_confirmed"
    SPOKE_BY_PHONE = "spoke_by_phone"
    WAS_ELSEWHERE = "was_elsewhere"
    KNOWN_ABSENT = "known_absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacuationOrdered(Fact):
    """An evacuation order (避難指示) was issued; subject: the order."""

    level: Level
    settlements: tuple[str, ...]
    """Empty: the whole village."""
    issued_at: datetime
    by: Issuer = Issuer.MAYOR


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNarrowed(Fact):
    """From now on an order holds for these settlements only (一部解除), or for more; subject: the order."""

    settlements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLifted(Fact):
    """An order holds no more (解除); subject: the order."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TvEvidenceGiven(Fact):
    """What a household's television was when the order was given; subject: order and household. Later logs append versions."""

    order: OrderId
    household: HouseholdId
    television: TelevisionId
    state: TvState
    last_heard: datetime | None
    version: int
    source: str = ""
    """The dialect that spoke, as `TvEvent.source`; empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdCleared(Fact):
    """Somebody has made sure (確認済); subject: order and household."""

    order: OrderId
    household: HouseholdId
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class WordHeard(Fact):
    """Somebody said something of a household, whatever the order (聞いたこと); subject: `word_of` the household."""

    household: HouseholdId
    means: Means
    what: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageReported(Fact):
    """Power or the line is gone in a settlement (停電・断線); subject: `outage_in` the settlement."""

    settlement: str
    cut: Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageEnded(Fact):
    """It is back; subject: `outage_in` the settlement."""

    settlement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardExpected(Fact):
    """When the hazard may reach a settlement (危険がとどく見込み); subject: `hazard_at` the settlement."""

    settlement: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAssigned(Fact):
    """A team was asked to go to a home (訪問); subject: `visit_to` the household."""

    household: HouseholdId
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReported(Fact):
    """What the team found; subject: `visit_to` the household."""

    household: HouseholdId
    found: Found


def word_of(household: HouseholdId) -> str:
    """The journal's subject for what was said of a household."""
    return f"word/{household}"


def visit_to(household: HouseholdId) -> str:
    """The journal's subject for visits to a household."""
    return f"visit/{household}"


def outage_in(settlement: str) -> str:
    """The journal's subject for outages in a settlement."""
    return f"outage/{settlement}"


def hazard_at(settlement: str) -> str:
    """The journal's subject for when the hazard reaches a settlement."""
    return f"hazard/{settlement}"


def about(order: OrderId, household: HouseholdId) -> str:
    """The journal's subject for a household under an order."""
    return f"{order}/{household}"
