"""Rows of the stranded board: order, evidence, word of mouth, outage, hazard, visit, clearance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.stranded.facts import (
    Cut,
    EvacuationOrdered,
    Found,
    HazardExpected,
    HouseholdCleared,
    Issuer,
    Level,
    Means,
    OrderLifted,
    OrderNarrowed,
    OutageEnded,
    OutageReported,
    Reason,
    Said,
    TvEvidenceGiven,
    VisitAssigned,
    VisitReported,
    WordHeard,
)
from village_console.viewing.facts import TvState
from village_console.village.ids import FactHash, HouseholdId, OrderId, TelevisionId


@dataclass(frozen=True, slots=True)
class Order:
    """An evacuation order (避難指示)."""

    id: OrderId
    level: Level
    settlements: tuple[str, ...]
    """Where it holds now; empty: the whole village."""
    issued_at: datetime
    fact: FactHash
    """The newest fact about it: what undo takes back."""
    by: Issuer = Issuer.MAYOR
    lifted_at: datetime | None = None
    """None: it is in force."""
    said_at: datetime | None = None
    """When that newest fact was written."""

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
    source: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was said of a household."""

    means: Means
    what: Said
    at: datetime
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that was said of a household and stands."""

    household: HouseholdId
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Outage:
    """Power or line in a settlement."""

    settlement: str
    cut: Cut | None
    """None: both are back."""
    since: datetime
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Hazard:
    """When the hazard may reach a settlement."""

    settlement: str
    at: datetime
    said_at: datetime
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Visit:
    """The newest visit to a household."""

    household: HouseholdId
    team: str
    assigned_at: datetime
    found: Found | None
    """None: the team has not reported back."""
    reported_at: datetime | None
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Clearance:
    """Who was made sure of, and how."""

    order: OrderId
    household: HouseholdId
    reason: Reason
    at: datetime
    fact: FactHash


def fold_order(facts: Sequence[Recorded[Any]]) -> Order | None:
    """An order is issued once, and the newest word on where it holds stands; None while only that word has arrived."""
    issued: EvacuationOrdered | None = next((r.fact for r in facts if isinstance(r.fact, EvacuationOrdered)), None)
    if issued is None:
        return None
    settlements, lifted = issued.settlements, None
    for recorded in facts:
        match recorded.fact:
            case OrderNarrowed(settlements=kept):
                settlements, lifted = kept, None
            case OrderLifted(at=at):
                lifted = at
            case _:
                pass
    last = facts[-1]
    return Order(
        OrderId(issued.subject), issued.level, settlements, issued.issued_at, last.hash, issued.by, lifted, last.wall
    )


def fold_evidence(facts: Sequence[Recorded[Any]]) -> Evidence:
    """The highest version holds, whenever it arrived."""
    fact: TvEvidenceGiven = max(facts, key=lambda r: (r.fact.version, r.order)).fact
    return Evidence(fact.order, fact.household, fact.television, fact.state, fact.last_heard, fact.version, fact.source)


def fold_clearance(facts: Sequence[Recorded[Any]]) -> Clearance:
    """The newest word holds."""
    last: Recorded[HouseholdCleared] = facts[-1]
    return Clearance(last.fact.order, last.fact.household, last.fact.reason, last.wall, last.hash)


def fold_words(facts: Sequence[Recorded[Any]]) -> Words:
    """All that was said counts, until it has grown too old."""
    told = tuple(Told(r.fact.means, r.fact.what, r.wall, r.hash) for r in facts)
    return Words(facts[-1].fact.household, told)


def fold_outage(facts: Sequence[Recorded[Any]]) -> Outage:
    """The newest word holds."""
    last: Recorded[OutageReported | OutageEnded] = facts[-1]
    cut = last.fact.cut if isinstance(last.fact, OutageReported) else None
    return Outage(last.fact.settlement, cut, last.wall, last.hash)


def fold_hazard(facts: Sequence[Recorded[Any]]) -> Hazard:
    """The newest word holds."""
    last: Recorded[HazardExpected] = facts[-1]
    return Hazard(last.fact.settlement, last.fact.at, last.wall, last.hash)


def fold_visit(facts: Sequence[Recorded[Any]]) -> Visit | None:
    """The newest visit, with what was found since it was assigned; None while only a report has arrived."""
    visit: Visit | None = None
    for recorded in facts:
        match recorded.fact:
            case VisitAssigned(household=home, team=team):
                visit = Visit(home, team, recorded.wall, None, None, recorded.hash)
            case VisitReported(found=found) if visit is not None:
                visit = replace(visit, found=found, reported_at=recorded.wall, fact=recorded.hash)
            case _:
                pass
    return visit


FOLDS = (
    Fold(Order, (EvacuationOrdered, OrderNarrowed, OrderLifted), fold_order),
    Fold(Evidence, (TvEvidenceGiven,), fold_evidence, single=False),
    Fold(Clearance, (HouseholdCleared,), fold_clearance),
    Fold(Words, (WordHeard,), fold_words, single=False),
    Fold(Outage, (OutageReported, OutageEnded), fold_outage, says=lambda outage: outage.cut),
    Fold(Hazard, (HazardExpected,), fold_hazard, says=lambda hazard: hazard.at),
    # Two desks that sent a team each are no matter for a decision: both teams have gone.
    Fold(Visit, (VisitAssigned, VisitReported), fold_visit, says=lambda visit: visit.household),
)
