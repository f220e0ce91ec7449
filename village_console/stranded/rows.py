"""Rows of the stranded board: the order, the evidence, the clearance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.stranded.facts import EvacuationOrdered, HouseholdCleared, Level, Reason, TvEvidenceGiven
from village_console.viewing.facts import TvState
from village_console.village.ids import FactHash, HouseholdId, OrderId, TelevisionId


@dataclass(frozen=True, slots=True)
class Order:
    """An evacuation order (避難指示) in force."""

    id: OrderId
    level: Level
    settlements: tuple[str, ...]
    issued_at: datetime
    fact: FactHash

    def covers(self, settlement: str) -> bool:
        """Whether it was given for this settlement."""
        return not self.settlements or settlement in self.settlements


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a household's television was when the order was given."""

    order: OrderId
    household: HouseholdId
    television: TelevisionId
    state: TvState
    last_heard: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Clearance:
    """Who was made sure of, and how."""

    order: OrderId
    household: HouseholdId
    reason: Reason
    at: datetime
    fact: FactHash


def fold_order(facts: Sequence[Recorded[Any]]) -> Order:
    """An order is issued once."""
    last: Recorded[EvacuationOrdered] = facts[-1]
    fact = last.fact
    return Order(OrderId(fact.subject), fact.level, fact.settlements, fact.issued_at, last.hash)


def fold_evidence(facts: Sequence[Recorded[Any]]) -> Evidence:
    """The highest version holds, whenever it arrived."""
    fact: TvEvidenceGiven = max(facts, key=lambda r: (r.fact.version, r.order)).fact
    return Evidence(fact.order, fact.household, fact.television, fact.state, fact.last_heard, fact.version)


def fold_clearance(facts: Sequence[Recorded[Any]]) -> Clearance:
    """The newest word holds."""
    last: Recorded[HouseholdCleared] = facts[-1]
    return Clearance(last.fact.order, last.fact.household, last.fact.reason, last.wall, last.hash)


FOLDS = (
    Fold(Order, (EvacuationOrdered,), fold_order),
    Fold(Evidence, (TvEvidenceGiven,), fold_evidence, single=False),
    Fold(Clearance, (HouseholdCleared,), fold_clearance),
)
