"""Rows of needs: one for every need, and what each person was handed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.needs.facts import NeedMet, NeedTaken, NeedTold, Outcome, Owner, SupplyHanded, Urgency
from village_console.village.ids import FactHash, Operator, ResidentId, ShelterId


@dataclass(frozen=True, slots=True)
class Need:
    """One need of one person, and how far it has come."""

    id: str
    resident: ResidentId
    code: str
    detail: str
    shelter: ShelterId
    urgency: Urgency
    until: datetime | None
    told_at: datetime
    by: Operator
    owner: Owner | None
    outcome: Outcome | None
    changed_at: datetime
    fact: FactHash
    """The newest: what undo takes back."""


@dataclass(frozen=True, slots=True)
class Handed:
    """Something that a person was handed."""

    item: str
    at: datetime
    shelter: ShelterId
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Supplies:
    """What a person was handed so far, in order."""

    resident: ResidentId
    handed: tuple[Handed, ...]


def fold_need(facts: Sequence[Recorded[Any]]) -> Need | None:
    """What was told last, with who took it and what became of it since; None while only those have arrived."""
    told = [recorded for recorded in facts if isinstance(recorded.fact, NeedTold)]
    if not told:
        return None
    fact: NeedTold = told[-1].fact
    owners = [recorded.fact.owner for recorded in facts if isinstance(recorded.fact, NeedTaken)]
    last = facts[-1]
    outcome = last.fact.outcome if isinstance(last.fact, NeedMet) else None
    return Need(
        fact.subject, fact.resident, fact.code, fact.detail, fact.shelter, fact.urgency, fact.until, told[0].wall,
        told[-1].by, owners[-1] if owners else None, outcome, last.wall, last.hash,
    )  # fmt: skip


def fold_supplies(facts: Sequence[Recorded[Any]]) -> Supplies:
    """Everything counts, whichever console wrote it."""
    handed = (Handed(r.fact.item, r.wall, r.fact.shelter, r.hash) for r in facts)
    return Supplies(ResidentId(facts[-1].fact.subject), tuple(sorted(handed, key=lambda one: (one.at, one.fact))))


FOLDS = (
    Fold(Need, (NeedTold, NeedTaken, NeedMet), fold_need, says=lambda need: (need.outcome, need.owner, need.until)),
    Fold(Supplies, (SupplyHanded,), fold_supplies, single=False),
)
