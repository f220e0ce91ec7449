"""What the reception desk sees at a glance: people found, households, counts, the roster, who has to be asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from village_console.journal.journal import Journal
from village_console.register.households import Household, NameIndex, households
from village_console.register.rows import CardBinding, Resident
from village_console.shelter.count import unnamed_here
from village_console.shelter.decide import Claim, claims
from village_console.shelter.groups import Unnamed
from village_console.shelter.receive import Desk
from village_console.shelter.rows import Disclosure, Outing, Space, Stay
from village_console.shelter.rules import Known, PersonState, Room, person_state, room_for
from village_console.shelter.views import (
    Companion,
    FollowUp,
    People,
    Presence,
    RosterEntry,
    companions,
    follow_ups,
    presence,
    registered,
    roster,
)
from village_console.village.ids import HouseholdId, ResidentId, ShelterId


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a search found."""

    resident: Resident
    state: PersonState
    stay: Stay | None


@dataclass(frozen=True, slots=True)
class Fullness:
    """How many are registered at a shelter, as far as this console has heard, and how full that makes it."""

    shelter: ShelterId
    people: int
    capacity: int | None
    room: Room


class Glance:
    """Reads rows; what is worked out from all of them is kept until one of them changes."""

    def __init__(self, journal: Journal, desk: Desk) -> None:
        """Read nothing yet."""
        self._journal = journal
        self.desk = desk
        self._index: tuple[int, NameIndex] | None = None
        self._homes: tuple[int, dict[HouseholdId, Household]] | None = None
        self._cards: tuple[int, Counter[ResidentId]] | None = None
        self._asked: tuple[tuple[object, ...], int] | None = None

    def find(self, text: str) -> list[Candidate]:
        """People who answer to a search, those who have not yet come before those who have."""
        found = [
            Candidate(resident, self.state_of(resident.id), self._stays.get(resident.id))
            for resident in self._names.find(text)
        ]
        return sorted(found, key=lambda c: c.state is not PersonState.NOT_YET)

    def everybody(self) -> Collection[Resident]:
        """All whom the register lists."""
        return self._residents.values()

    def state_of(self, person: ResidentId) -> PersonState:
        """Where a person is, as this desk sees it."""
        rows = self._journal.rows
        stay = rows.folded(Stay, person)
        return person_state(Known(stay.value, rows.one(Outing, person), stay.in_conflict), self.desk.shelter)

    def stay_of(self, person: ResidentId) -> Stay | None:
        """Where a person is, if anywhere."""
        return self._stays.get(person)

    def space_of(self, person: ResidentId) -> str | None:
        """The space that a person has in this shelter."""
        space = self._journal.rows.one(Space, person)
        return space.space if space and space.shelter == self.desk.shelter else None

    def may_hang_out(self, person: ResidentId) -> bool:
        """Whether a name may be on the notice board: only if the person has said so, and no console has heard otherwise."""
        said = self._journal.rows.folded(Disclosure, person)
        return said.value is not None and said.value.agreed and not said.in_conflict

    def claims(self, person: ResidentId) -> tuple[Claim, ...]:
        """Where a person about whom consoles disagree may be; this shelter first."""
        return claims(self._journal, self.desk, person)

    def household_of(self, person: ResidentId) -> tuple[Companion, ...]:
        """The household at a glance; empty for somebody whom the register does not list."""
        version = self._journal.rows.version(Resident)
        if self._homes is None or self._homes[0] != version:
            self._homes = (version, households(self._residents.values()))
        resident = self._residents.get(person)
        if resident is None:
            return ()
        home = self._homes[1][resident.household]
        return companions(self._people(m.id for m in home.members), home, person, self.desk.shelter)

    def cards_of(self, person: ResidentId) -> int:
        """How many cards a person has."""
        version = self._journal.rows.version(CardBinding)
        if self._cards is None or self._cards[0] != version:
            bindings = self._journal.rows.all(CardBinding).values()
            self._cards = (version, Counter(binding.resident for binding in bindings))
        return self._cards[1][person]

    def presence(self) -> Presence:
        """How many are here now."""
        return presence(self._people(()), self.desk.shelter, sum(one.people for one in self.unnamed()))

    def unnamed(self) -> list[Unnamed]:
        """The groups of this shelter of whom somebody has no name yet, the oldest first."""
        return [one for one in unnamed_here(self._journal, self.desk) if one.people]

    def own_fullness(self) -> Fullness:
        """How full this shelter is."""
        return self._fullness(self.desk.shelter, self.presence().people)

    def fullness(self) -> list[Fullness]:
        """Every shelter of the village's list, this one first; elsewhere at least so many are registered."""
        counts, own = registered(self._stays), self.desk.shelter
        return [self._fullness(id_, counts[id_]) for id_ in (own, *(id_ for id_ in self.desk.shelters if id_ != own))]

    def roster(self, words: str = "") -> list[RosterEntry]:
        """Who is registered here, in kana order, those among them who may be elsewhere."""
        everybody = self._people_in_doubt()
        said = (claim.stay for person in everybody.in_conflict for claim in self.claims(ResidentId(person)))
        return roster(everybody, self.desk.shelter, self._names, words, [stay for stay in said if stay])

    def follow_ups(self) -> list[FollowUp]:
        """Whom somebody has to ask about, the longest first."""
        return follow_ups(self._people_in_doubt(), self.desk.shelter, self._journal.clock.now())

    def to_be_asked(self) -> int:
        """How many follow-ups there are; a minute old at most, for every second asks."""
        rows, minute = self._journal.rows, self._journal.clock.now().replace(second=0, microsecond=0)
        known = (rows.version(Stay), rows.version(Outing), rows.version(Resident), minute)
        if self._asked is None or self._asked[0] != known:
            self._asked = (known, len(self.follow_ups()))
        return self._asked[1]

    def _fullness(self, shelter: ShelterId, people: int) -> Fullness:
        place = self.desk.shelters.get(shelter)
        capacity = place.capacity if place else None
        return Fullness(shelter, people, capacity, room_for(people, capacity))

    def _people(self, doubtful: Iterable[str]) -> People:
        """The rows; `doubtful`: of whom to look whether consoles disagree."""
        rows = self._journal.rows
        disputed = frozenset(person for person in doubtful if rows.folded(Stay, person).in_conflict)
        return People(self._residents, self._stays, rows.all(Outing), disputed)

    def _people_in_doubt(self) -> People:
        return self._people(folded.subject for folded in self._journal.rows.conflicts())

    @property
    def _names(self) -> NameIndex:
        """Every name folded once, until a resident changes."""
        version = self._journal.rows.version(Resident)
        if self._index is None or self._index[0] != version:
            self._index = (version, NameIndex(self._residents))
        return self._index[1]

    @property
    def _residents(self) -> Mapping[str, Resident]:
        return self._journal.rows.all(Resident)

    @property
    def _stays(self) -> Mapping[str, Stay]:
        return self._journal.rows.all(Stay)
