"""What spans people at a shelter: counts, the household at a glance, the roster. Computed, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from village_console.register.households import Household, plain, sounds_like
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.shelter.rules import CompanionState, companion_state
from village_console.village.ids import ResidentId, ShelterId
from village_console.village.kana import folded, loose

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
    stays: Mapping[str, Stay], residents: Mapping[str, Resident], shelter: ShelterId, words: str = ""
) -> list[RosterEntry]:
    """Everybody here in kana order; `words` (name, kana, settlement, receipt) must all occur in a line."""
    here = [
        RosterEntry(residents[stay.resident], stay)
        for stay in stays.values()
        if stay.shelter == shelter and stay.resident in residents
    ]
    wanted = words.replace("\u3000", " ").split()
    return sorted(
        (entry for entry in here if all(_occurs(word, entry) for word in wanted)),
        key=lambda entry: (folded(entry.resident.kana), entry.stay.receipt),
    )


def _occurs(word: str, entry: RosterEntry) -> bool:
    resident = entry.resident
    if plain(word) in plain(resident.name) or word in resident.settlement or word in entry.stay.receipt:
        return True
    return sounds_like(word, folded(resident.kana), loose(resident.kana))
