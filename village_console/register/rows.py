"""Rows of the register: who a resident is, whose a card is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.register.facts import CardBound, CodesTaken, ResidentListed, Sex
from village_console.village.ids import HouseholdId, ResidentId


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident (住民) of the village."""

    id: ResidentId
    household: HouseholdId
    number: str
    name: str
    kana: str
    birth: date | None
    sex: Sex
    relation: str
    settlement: str
    address: str
    phone: str
    needs_evacuation_support: bool

    @property
    def is_head(self) -> bool:
        """Whether this is the head of the household (世帯主)."""
        return self.relation == "世帯主"


@dataclass(frozen=True, slots=True)
class CardBinding:
    """Whose card this is."""

    resident: ResidentId
    kind: str


@dataclass(frozen=True, slots=True)
class CodesOfConsole:
    """Where the printed codes of one console stand."""

    next: int
    """The first serial that it has never used."""


def fold_resident(facts: Sequence[Recorded[Any]]) -> Resident:
    """The newest listing holds."""
    fact: ResidentListed = facts[-1].fact
    return Resident(
        ResidentId(fact.subject), fact.household, fact.number, fact.name, fact.kana, fact.birth, fact.sex, fact.relation,
        fact.settlement, fact.address, fact.phone, fact.needs_evacuation_support,
    )  # fmt: skip


def fold_card(facts: Sequence[Recorded[Any]]) -> CardBinding:
    """The newest binding holds."""
    fact: CardBound = facts[-1].fact
    return CardBinding(fact.resident, fact.kind)


def fold_codes(facts: Sequence[Recorded[Any]]) -> CodesOfConsole:
    """What was taken by anybody is taken."""
    taken: list[CodesTaken] = [recorded.fact for recorded in facts]
    return CodesOfConsole(max(fact.first + fact.count for fact in taken))


FOLDS = (
    Fold(Resident, (ResidentListed,), fold_resident),
    Fold(CardBinding, (CardBound,), fold_card),
    Fold(CodesOfConsole, (CodesTaken,), fold_codes),
)
