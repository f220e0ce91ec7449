"""What is ordered, what a television was then, and who was cleared."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TvEvidenceGiven(Fact):
    """What a household's television was when the order was given; subject: order and household. Later logs append versions."""

    order: OrderId
    household: HouseholdId
    television: TelevisionId
    state: TvState
    last_heard: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdCleared(Fact):
    """Somebody has made sure (確認済); subject: order and household."""

    order: OrderId
    household: HouseholdId
    reason: Reason


def about(order: OrderId, household: HouseholdId) -> str:
    """The journal's subject for a household under an order."""
    return f"{order}/{household}"
