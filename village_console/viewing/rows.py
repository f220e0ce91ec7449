"""Rows of viewing: which television stands where, and what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.viewing.facts import Granularity, Purpose, TelevisionPaired, ViewingConsentGiven
from village_console.village.ids import HouseholdId, ResidentId, TelevisionId


@dataclass(frozen=True, slots=True)
class Pairing:
    """A television and its household."""

    television: TelevisionId
    household: HouseholdId
    device: str
    registrant: ResidentId | None = None
    with_card: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to for one purpose."""

    purpose: Purpose
    granularity: Granularity
    until: date | None = None
    """The last day on which it holds."""

    def hold_on(self, day: date) -> bool:
        """Whether they are in force on a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class Consent:
    """The purposes that are agreed to; what is not in here is not agreed to."""

    purposes: frozenset[Purpose]
    """Those for which ON and OFF may be used."""
    terms: tuple[Terms, ...] = ()
    """How much of it, and until when; empty in a file from before anybody was asked: ON and OFF."""

    def in_force(self, day: date) -> tuple[Terms, ...]:
        """What holds on a day."""
        known = self.terms or tuple(Terms(purpose, Granularity.ON_OFF) for purpose in sorted(self.purposes))
        return tuple(terms for terms in known if terms.hold_on(day))


def fold_pairing(facts: Sequence[Recorded[Any]]) -> Pairing:
    """The newest pairing holds."""
    fact: TelevisionPaired = facts[-1].fact
    return Pairing(TelevisionId(fact.subject), fact.household, fact.device, fact.registrant, fact.with_card)


def fold_consent(facts: Sequence[Recorded[Any]]) -> Consent:
    """The newest word on each purpose holds."""
    last: dict[Purpose, Terms | None] = {}
    for recorded in facts:
        fact: ViewingConsentGiven = recorded.fact
        agreed = fact.agreed and fact.granularity is not Granularity.NOTHING
        last[fact.purpose] = Terms(fact.purpose, fact.granularity, fact.until) if agreed else None
    terms = tuple(last[purpose] for purpose in sorted(last))
    standing = tuple(one for one in terms if one is not None)
    usable = (one.purpose for one in standing if one.granularity.rank >= Granularity.ON_OFF.rank)
    return Consent(frozenset(usable), standing)


FOLDS = (
    Fold(Pairing, (TelevisionPaired,), fold_pairing),
    Fold(Consent, (ViewingConsentGiven,), fold_consent, single=False),
)
