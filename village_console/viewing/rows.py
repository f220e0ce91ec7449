"""Rows of viewing: which television stands where, and what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.viewing.facts import Purpose, TelevisionPaired, ViewingConsentGiven
from village_console.village.ids import HouseholdId, TelevisionId


@dataclass(frozen=True, slots=True)
class Pairing:
    """A television and its household."""

    television: TelevisionId
    household: HouseholdId
    device: str


@dataclass(frozen=True, slots=True)
class Consent:
    """The purposes that are agreed to; what is not in here is not agreed to."""

    purposes: frozenset[Purpose]


def fold_pairing(facts: Sequence[Recorded[Any]]) -> Pairing:
    """The newest pairing holds."""
    fact: TelevisionPaired = facts[-1].fact
    return Pairing(TelevisionId(fact.subject), fact.household, fact.device)


def fold_consent(facts: Sequence[Recorded[Any]]) -> Consent:
    """The newest word on each purpose holds."""
    last: dict[Purpose, bool] = {}
    for recorded in facts:
        fact: ViewingConsentGiven = recorded.fact
        last[fact.purpose] = fact.agreed
    return Consent(frozenset(purpose for purpose, agreed in last.items() if agreed))


FOLDS = (
    Fold(Pairing, (TelevisionPaired,), fold_pairing),
    Fold(Consent, (ViewingConsentGiven,), fold_consent, single=False),
)
