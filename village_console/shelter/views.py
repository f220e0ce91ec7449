"""What spans people at a shelter: counts, the household at a glance, the roster. Computed, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from village_console.register.households import Household, NameIndex, typed_words
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.shelter.rules import CompanionState, companion_state
from village_console.village.ids import ResidentId, ShelterId

MOST_COMPANIONS = 9
"""One digit each."""


@dataclass(frozen=True, slots=True)
class Presence:
    """How many are here."""

    people: int
    households: int


@dataclass(frozen=True, slots=True)
class Companion:
    """A member of the household as the desk offers it."""

    key: str
    """The digit that receives this person."""
    resident: Resident
    state: CompanionState
    stay: Stay | None


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One line of the roster (避難者名簿)."""

    resident: Resident
    stay: Stay


def presence(stays: Mapping[str, Stay], residents: Mapping[str, Resident], shelter: ShelterId) -> Presence:
    """Count people and the households they come from."""
    here = [stay.resident for stay in stays.values() if stay.shelter == shelter]
    return Presence(len(here), len({residents[id_].household for id_ in here if id_ in residents}))


def companions(
    stays: Mapping[str, Stay], household: Household, of: ResidentId, shelter: ShelterId
) -> tuple[Companion, ...]:
    """The household of a person, that person first."""
    ordered = sorted(household.members, key=lambda r: r.id != of)
    return tuple(
        Companion(str(n), member, companion_state(stays.get(member.id), shelter), stays.get(member.id))
        for n, member in enumerate(ordered[:MOST_COMPANIONS], start=1)
    )


def roster(
    stays: Mapping[str, Stay], residents: Mapping[str, Resident], shelter: ShelterId, names: NameIndex, words: str = ""
) -> list[RosterEntry]:
    """Everybody here in kana order; `words` (name, kana, settlement, receipt) must all occur in a line."""
    here = [
        RosterEntry(residents[stay.resident], stay)
        for stay in stays.values()
        if stay.shelter == shelter and stay.resident in residents
    ]
    for word in typed_words(words):
        answering = names.answering(word)
        here = [
            e for e in here if e.resident.id in answering or word in e.resident.settlement or word in e.stay.receipt
        ]
    return sorted(here, key=lambda entry: (names.kana_of(entry.resident.id) or "", entry.stay.receipt))
