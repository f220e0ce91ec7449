"""The reception desk (受付) as the screen uses it: taps, names and companions in, answers out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable, CardUnusable, Tap, Unusable
from village_console.journal.journal import Journal
from village_console.journal.standing import standing
from village_console.journal.undo import take_all_back
from village_console.register.facts import card_subject
from village_console.register.households import Household, NameIndex, households
from village_console.register.rows import CardBinding, Resident
from village_console.register.tokens import card_token, token_key_name
from village_console.shelter.acts import Answer, acts_before, kept
from village_console.shelter.bind import HeldCard, bind
from village_console.shelter.facts import Path
from village_console.shelter.receive import Desk, Reception, receive
from village_console.shelter.rows import Stay
from village_console.shelter.rules import (
    CompanionState,
    Verdict,
    companion_state,
    may_be_handed_out,
    may_stand_for_somebody,
)
from village_console.shelter.views import Companion, Presence, RosterEntry, companions, presence, roster
from village_console.village.ids import HouseholdId, ResidentId
from village_console.village.run_mode import World

REMEMBERED_ACTS = 10
REMEMBERED_WAITING = 4
"""Unknown cards that stay in the list until somebody is named for them, however many acts come after."""


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
        self._cards: tuple[int, Counter[ResidentId]] | None = None
        self.hand_to: ResidentId | None = None
        """Who gets the card that is tapped next; forgotten with that tap."""
        self.acts: list[Answer] = self._acts_before()

    def tap(self, tap: Tap) -> Answer:
        """Answer a card on the reader."""
        match tap:
            case CardRead(kind, issuer, identifier, world) if world is self._world:
                return self._tap_read(HeldCard(card_token(self._token_key, kind, issuer, identifier), kind))
            case CardRead(world=world):
                return self._cannot_use(Unusable.REAL_CARD if world is World.PHYSICAL else Unusable.DRILL_CARD)
            case CardUnusable(why):
                return self._cannot_use(why)
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

    def bind(self, card: HeldCard, person: ResidentId, instead_of: ResidentId | None = None) -> Answer:
        """Make a card a person's, and receive the person who is nowhere yet; see `bind.bind`."""
        done = bind(self._journal, self.desk, card, person, instead_of)
        stay = done.reception.stay if done.reception else self._stays.get(person)
        received = done.reception.fact if done.reception else None
        return self._remember(
            Answer(
                done.verdict,
                self._journal.clock.now(),
                resident=self._residents[person],
                stay=stay,
                fact=received or done.bound,
                household=self._household(person),
                facts=tuple(fact for fact in (done.bound, received) if fact),
                card=card,
                owner=self._residents[done.owner] if done.owner and done.owner != person else None,
            )
        )

    def undo(self, act: Answer, why: str) -> Answer:
        """Take back everything that an act wrote."""
        taken = take_all_back(self._journal, act.facts, why, via=f"reception/{self.desk.console}")
        verdict = Verdict.UNDONE if taken else Verdict.NOTHING_TO_UNDO
        return self._remember(Answer(verdict, self._journal.clock.now(), resident=act.resident, people=act.people))

    def last_undoable(self) -> Answer | None:
        """The newest act that still stands: what the undo key offers."""
        return next((act for act in self.acts if act.facts and self.stands(act)), None)

    def stands(self, act: Answer) -> bool:
        """Whether an act's facts are what the rows rest on."""
        people = [person.id for person, _ in act.people] + ([act.resident.id] if act.resident else [])
        stays = (self._journal.rows.one(Stay, person) for person in people)
        return any(stay.fact in act.facts for stay in stays if stay) or self._binding_stands(act)

    def waits(self, act: Answer) -> bool:
        """Whether an act left a card for which nobody has been named yet."""
        return act.verdict is Verdict.UNKNOWN_CARD and act.card is not None and self._owner(act.card) is None

    def recent(self, limit: int) -> list[Answer]:
        """So many of the last acts, newest first; unknown cards keep their place among them as long as they wait."""
        acts = [act for act in self.acts if act.verdict is not Verdict.UNKNOWN_CARD or self.waits(act)]
        return kept(acts, self._waiting(acts), limit)

    def cards_of(self, person: ResidentId) -> int:
        """How many cards a person has."""
        version = self._journal.rows.version(CardBinding)
        if self._cards is None or self._cards[0] != version:
            bindings = self._journal.rows.all(CardBinding).values()
            self._cards = (version, Counter(binding.resident for binding in bindings))
        return self._cards[1][person]

    def find(self, text: str) -> list[Candidate]:
        """People who answer to a search, those who have not yet come before those who have."""
        stays = self._stays
        found = [
            Candidate(r, companion_state(stays.get(r.id), self.desk.shelter), stays.get(r.id))
            for r in self._names.find(text)
        ]
        return sorted(found, key=lambda c: c.state is not CompanionState.NOT_YET)

    def note_look(self, resident: Resident) -> None:
        """Write that a person's details are about to be shown."""
        self._journal.note_look("opened", resident.id)

    def note_search(self, found: int) -> None:
        """Write that a search was finished, and how many it found; never what was typed."""
        self._journal.note_look("searched", str(found))

    def presence(self) -> Presence:
        """How many are here now."""
        return presence(self._stays, self._residents, self.desk.shelter)

    def roster(self, words: str = "") -> list[RosterEntry]:
        """Who is here, in kana order."""
        return roster(self._stays, self._residents, self.desk.shelter, self._names, words)

    def stay_of(self, person: ResidentId) -> Stay | None:
        """Where a person is, if anywhere."""
        return self._stays.get(person)

    def household_of(self, person: ResidentId) -> tuple[Companion, ...]:
        """The household at a glance."""
        return self._household(person)

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

    def _household(self, person: ResidentId) -> tuple[Companion, ...]:
        version = self._journal.rows.version(Resident)
        if self._homes is None or self._homes[0] != version:
            self._homes = (version, households(self._residents.values()))
        return companions(self._stays, self._homes[1][self._residents[person].household], person, self.desk.shelter)

    @property
    def _world(self) -> World:
        return World(self._journal.purpose.world)

    def _tap_read(self, card: HeldCard) -> Answer:
        holder, self.hand_to = self.hand_to, None
        if holder is not None and may_be_handed_out(card.kind):
            return self.bind(card, holder)
        if owner := self._owner(card):
            return self.receive(owner, Path.CARD)
        if may_stand_for_somebody(card.kind, self._world):
            return self._remember(Answer(Verdict.UNKNOWN_CARD, self._journal.clock.now(), card=card))
        return self._remember(Answer(Verdict.NOT_TO_BE_BOUND, self._journal.clock.now()))

    def _cannot_use(self, why: Unusable) -> Answer:
        return self._remember(Answer(Verdict.CANNOT_USE, self._journal.clock.now(), why=why))

    def _owner(self, card: HeldCard) -> ResidentId | None:
        binding = self._journal.rows.one(CardBinding, card_subject(card.token))
        return binding.resident if binding and binding.resident in self._residents else None

    def _binding_stands(self, act: Answer) -> bool:
        if act.card is None or not act.facts:
            return False
        bindings = standing(self._journal.facts_about(card_subject(act.card.token)))
        return bool(bindings) and bindings[-1].hash in act.facts

    def _waiting(self, acts: Sequence[Answer]) -> list[Answer]:
        return [act for act in acts if self.waits(act)][:REMEMBERED_WAITING]

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
        unknown = answer.card if answer.verdict is Verdict.UNKNOWN_CARD else None
        before = [act for act in self.acts if unknown is None or act.card != unknown or act.facts]
        acts = [answer, *before]
        self.acts = kept(acts, self._waiting(acts), REMEMBERED_ACTS)
        return answer

    def _acts_before(self) -> list[Answer]:
        return acts_before(self._journal, self.desk, REMEMBERED_ACTS)
