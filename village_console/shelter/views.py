"""What spans people at a shelter: counts, the household at a glance, the roster, the follow-ups. Computed, never stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from village_console.register.households import Household, NameIndex, typed_words
from village_console.register.rows import Resident
from village_console.shelter.rows import Outing, Stay, is_out
from village_console.shelter.rules import OUT_LONG, Known, PersonState, person_state
from village_console.village.ids import ResidentId, ShelterId

MOST_COMPANIONS = 9
"""One digit each."""


@dataclass(frozen=True, slots=True)
class People:
    """The rows from which every view of people is made."""

    residents: Mapping[str, Resident]
    stays: Mapping[str, Stay]
    outings: Mapping[str, Outing]
    in_conflict: frozenset[str] = frozenset()
    """Those about whose stay consoles disagree."""

    def known(self, person: str) -> Known:
        """What the rows say about one person."""
        return Known(self.stays.get(person), self.outings.get(person), person in self.in_conflict)

    def state(self, person: str, shelter: ShelterId) -> PersonState:
        """Where a person is, as one shelter sees it."""
        return person_state(self.known(person), shelter)


@dataclass(frozen=True, slots=True)
class Presence:
    """How many are registered here, and how many of them are out."""

    people: int
    """Those who were only counted among them."""
    households: int
    """Of those who are here by name."""
    out: int = 0
    unnamed: int = 0
    """How many were only counted (人数だけ)."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A member of the household as the desk offers it."""

    key: str
    """The digit that receives this person."""
    resident: Resident
    state: PersonState
    stay: Stay | None


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One line of the roster (避難者名簿)."""

    resident: Resident
    stay: Stay
    state: PersonState = PersonState.HERE


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Somebody about whom a person has to ask (未完了)."""

    resident: Resident
    stay: Stay
    state: PersonState
    since: datetime


def presence(people: People, shelter: ShelterId, unnamed: int = 0) -> Presence:
    """Count people and the households they come from; whoever the register does not list is counted all the same."""
    here = [stay for stay in people.stays.values() if stay.shelter == shelter]
    homes = {people.residents[stay.resident].household for stay in here if stay.resident in people.residents}
    out = sum(is_out(stay, people.outings.get(stay.resident)) for stay in here)
    return Presence(len(here) + unnamed, len(homes), out, unnamed)


def registered(stays: Mapping[str, Stay]) -> Counter[ShelterId]:
    """How many people are registered at every shelter that has somebody, as far as this console has heard."""
    return Counter(stay.shelter for stay in stays.values() if stay.shelter is not None)


def companions(people: People, household: Household, of: ResidentId, shelter: ShelterId) -> tuple[Companion, ...]:
    """The household of a person, that person first."""
    ordered = sorted(household.members, key=lambda r: r.id != of)
    return tuple(
        Companion(str(n), member, people.state(member.id, shelter), people.stays.get(member.id))
        for n, member in enumerate(ordered[:MOST_COMPANIONS], start=1)
    )


def roster(
    people: People, shelter: ShelterId, names: NameIndex, words: str = "", also: Iterable[Stay] = ()
) -> list[RosterEntry]:
    """Everybody registered here in kana order; `words` (name, kana, settlement, receipt) must all occur in a line.

    `also`: stays here of those who may as well be elsewhere.
    """
    stays = {stay.resident: stay for stay in (*also, *people.stays.values()) if stay.shelter == shelter}
    here = [
        RosterEntry(people.residents[person], stay, people.state(person, shelter))
        for person, stay in stays.items()
        if person in people.residents
    ]
    for word in typed_words(words):
        answering = names.answering(word)
        here = [
            e for e in here if e.resident.id in answering or word in e.resident.settlement or word in e.stay.receipt
        ]
    return sorted(here, key=lambda entry: (names.kana_of(entry.resident.id) or "", entry.stay.receipt))


def follow_ups(people: People, shelter: ShelterId, now: datetime) -> list[FollowUp]:
    """Whom this shelter should ask about, the longest first: contradicted, left for nobody knows where, out for long."""
    found: list[FollowUp] = []
    for person, stay in people.stays.items():
        resident = people.residents.get(person)
        if resident is None:
            continue
        state, since = people.state(person, shelter), stay.since
        if state is PersonState.OUT:
            since = people.outings[person].since
        if _to_be_asked(stay, state, shelter, (now - since) >= OUT_LONG):
            found.append(FollowUp(resident, stay, state, since))
    return sorted(found, key=lambda one: (one.since, one.resident.id))


def _to_be_asked(stay: Stay, state: PersonState, shelter: ShelterId, long: bool) -> bool:  # noqa: FBT001 -- one of four conditions
    match state:
        case PersonState.TWO_PLACES:
            return True
        case PersonState.OUT:
            return long
        case PersonState.AWAY:
            return stay.lost_sight_of and stay.left in (shelter, None)
        case _:
            return False
