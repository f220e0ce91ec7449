"""Rows of the shelter: where a person stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.village.ids import FactHash, ResidentId, ShelterId


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay (滞在) at a shelter."""

    resident: ResidentId
    shelter: ShelterId
    receipt: str
    since: datetime
    path: Path
    fact: FactHash
    """The fact that began the stay: what undo takes back."""


def fold_stay(facts: Sequence[Recorded[Any]]) -> Stay:
    """The newest reception holds: a person is at one place."""
    last: Recorded[EvacueeReceived] = facts[-1]
    fact = last.fact
    return Stay(ResidentId(fact.subject), fact.shelter, fact.receipt, last.wall, fact.path, last.hash)


FOLDS = (Fold(Stay, (EvacueeReceived,), fold_stay, says=lambda stay: stay.shelter),)
