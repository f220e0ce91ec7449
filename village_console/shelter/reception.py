"""The reception desk (受付) as the screen uses it: taps, names and companions in, answers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable, CardUnusable, Tap
from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.register.facts import card_subject
from village_console.register.households import Household, NameIndex, households
from village_console.register.rows import CardBinding, Resident
from village_console.register.tokens import card_token, token_key_name
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.receive import Desk, Reception, receive
from village_console.shelter.rows import Stay
from village_console.shelter.rules import CompanionState, Verdict, companion_state
from village_console.shelter.views import Companion, Presence, RosterEntry, companions, presence, roster
from village_console.village.ids import FactHash, HouseholdId, ResidentId

REMEMBERED_ACTS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says to one act."""

    verdict: Verdict
    at: datetime
    resident: Resident | None = None
    stay: Stay | None = None
    fact: FactHash | None = None
    household: tuple[Companion, ...] = ()
    people: tuple[tuple[Resident, Stay], ...] = ()
    """Who else was received by this act."""
    facts: tuple[FactHash, ...] = ()
    """Every fact that the act wrote: undo takes them all back."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a search found."""

    resident: Resident
    state: CompanionState
    stay: Stay | None


class ReceptionDesk:
    """One desk of one shelter. Every answer is given after its facts are on disk."""

    def __init__(self, journal: Journal, desk: Desk) -> None:
        """Remember the last acts from the journal, so that a restart goes on where it was."""
        self._journal = journal
        self.desk = desk
        self._token_key = journal.secret(token_key_name(journal.purpose.incident))
        self._index: tuple[int, NameIndex] | None = None
        self._homes: tuple[int, dict[HouseholdId, Household]] | None = None
        self.acts: list[Answer] = self._acts_before()

    def tap(self, tap: Tap) -> Answer:
        """Answer a card on the reader."""
        match tap:
            case CardRead(kind, issuer, identifier, world) if world.value == self._journal.purpose.world:
                return self._tap_read(card_subject(card_token(self._token_key, kind, issuer, identifier)))
            case CardRead() | CardUnusable():
                return self._remember(Answer(Verdict.CANNOT_USE, self._journal.clock.now()))
            case CardRemoved():
                return self._remember(Answer(Verdict.REMOVED_TOO_SOON, self._journal.clock.now()))
            case CardUnreadable():
                return self._remember(Answer(Verdict.UNREADABLE, self._journal.clock.now()))

    def receive(self, person: ResidentId, path: Path = Path.NAME) -> Answer:
        """Receive one person."""
        return self._remember(self._answer(receive(self._journal, self.desk, [person], path)[0]))

    def receive_companions(self, of: ResidentId, chosen: Sequence[ResidentId]) -> Answer:
        """Receive members of a household who came along."""
        done = [r for r in receive(self._journal, self.desk, chosen, Path.COMPANION) if r.fact and r.stay]
        people = tuple((self._residents[r.resident], r.stay) for r in done if r.stay)
        return self._remember(
            Answer(
                Verdict.COMPANIONS_RECEIVED,
                self._journal.clock.now(),
                resident=self._residents[of],
                stay=self._stays.get(of),
                household=self._household(of),
                people=people,
                facts=tuple(r.fact for r in done if r.fact),
            )
        )

    def undo(self, act: Answer, why: str) -> Answer:
        """Take back everything that an act wrote."""
        taken = [take_back(self._journal, fact, why, via=f"reception/{self.desk.console}") for fact in act.facts]
        verdict = Verdict.UNDONE if any(taken) else Verdict.NOTHING_TO_UNDO
        return self._remember(Answer(verdict, self._journal.clock.now(), resident=act.resident, people=act.people))

    def last_undoable(self) -> Answer | None:
        """The newest act that still stands: what the undo key offers."""
        return next((act for act in self.acts if act.facts and self.stands(act)), None)

    def stands(self, act: Answer) -> bool:
        """Whether an act's facts are what the rows rest on."""
        people = [person.id for person, _ in act.people] + ([act.resident.id] if act.resident else [])
        stays = (self._journal.rows.one(Stay, person) for person in people)
        return any(stay.fact in act.facts for stay in stays if stay)

    def find(self, text: str) -> list[Candidate]:
        """People who answer to a search, those who have not yet come before those who have."""
        version = self._journal.rows.version(Resident)
        if self._index is None or self._index[0] != version:
            self._index = (version, NameIndex(self._residents))
        stays = self._stays
        found = [
            Candidate(r, companion_state(stays.get(r.id), self.desk.shelter), stays.get(r.id))
            for r in self._index[1].find(text)
        ]
        return sorted(found, key=lambda c: c.state is not CompanionState.NOT_YET)

    def note_look(self, resident: Resident) -> None:
        """Write that a person's details are about to be shown."""
        self._journal.note_look("opened", resident.id)

    def presence(self) -> Presence:
        """How many are here now."""
        return presence(self._stays, self._residents, self.desk.shelter)

    def roster(self, words: str = "") -> list[RosterEntry]:
        """Who is here, in kana order."""
        return roster(self._stays, self._residents, self.desk.shelter, words)

    def household_of(self, person: ResidentId) -> tuple[Companion, ...]:
        """The household at a glance."""
        return self._household(person)

    @property
    def _residents(self) -> Mapping[str, Resident]:
        return self._journal.rows.all(Resident)

    @property
    def _stays(self) -> Mapping[str, Stay]:
        return self._journal.rows.all(Stay)

    def _household(self, person: ResidentId) -> tuple[Companion, ...]:
        version = self._journal.rows.version(Resident)
        if self._homes is None or self._homes[0] != version:
            self._homes = (version, households(self._residents.values()))
        return companions(self._stays, self._homes[1][self._residents[person].household], person, self.desk.shelter)

    def _tap_read(self, card: str) -> Answer:
        binding = self._journal.rows.one(CardBinding, card)
        if binding is None or binding.resident not in self._residents:
            return self._remember(Answer(Verdict.UNKNOWN_CARD, self._journal.clock.now()))
        return self.receive(binding.resident, Path.CARD)

    def _answer(self, reception: Reception) -> Answer:
        person = reception.resident
        return Answer(
            reception.verdict,
            self._journal.clock.now(),
            resident=self._residents[person],
            stay=reception.stay,
            fact=reception.fact,
            household=self._household(person),
            facts=(reception.fact,) if reception.fact else (),
        )

    def _remember(self, answer: Answer) -> Answer:
        self.acts = [answer, *self.acts][:REMEMBERED_ACTS]
        return answer

    def _acts_before(self) -> list[Answer]:
        residents, begun_by = self._residents, {stay.fact: stay for stay in self._stays.values()}
        return [
            Answer(
                Verdict.RECEIVED,
                recorded.wall,
                resident=residents.get(recorded.fact.subject),
                stay=begun_by.get(recorded.hash),
                fact=recorded.hash,
                facts=(recorded.hash,),
            )
            for recorded in self._journal.last_of(EvacueeReceived, REMEMBERED_ACTS)
        ]
