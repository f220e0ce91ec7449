"""The reception desk (受付) as the screen uses it: taps, names and companions in, answers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from village_console.devices.ports import CardFace, CardRead, CardRemoved, CardUnreadable, CardUnusable, Tap, Unusable
from village_console.journal.facts import Recorded
from village_console.journal.journal import Journal
from village_console.journal.standing import standing
from village_console.journal.undo import correct, take_all_back
from village_console.register.facts import ResidentListed, card_subject
from village_console.register.rows import CardBinding, Resident
from village_console.register.take_codes import NoCodes, take_codes
from village_console.register.tokens import PRINTED, CardTokens, as_card
from village_console.register.visitor import is_visitor, visitor_listed
from village_console.shelter.acts import Answer, acts_before, kept
from village_console.shelter.assign import assign
from village_console.shelter.bind import HeldCard, bind
from village_console.shelter.count import Counting, count, name_one
from village_console.shelter.decide import Claim, decide
from village_console.shelter.depart import depart
from village_console.shelter.facts import DisclosureSaid, Path, Place
from village_console.shelter.glance import Glance
from village_console.shelter.go_out import go_out
from village_console.shelter.groups import CountGroup, FromGroup
from village_console.shelter.receive import Desk, Reception, receive, receive_from_paper
from village_console.shelter.rows import Outing, Space, Stay
from village_console.shelter.rules import Verdict, may_be_handed_out, may_stand_for_somebody
from village_console.village.ids import FactHash, ResidentId, ShelterId
from village_console.village.printed_code import PrintedCode
from village_console.village.run_mode import World

REMEMBERED_ACTS = 10
REMEMBERED_WAITING = 4
"""Unknown cards that stay in the list until somebody is named for them, however many acts come after."""


class ReceptionDesk(Glance):
    """One desk of one shelter. Every answer is given after its facts are on disk."""

    def __init__(self, journal: Journal, desk: Desk) -> None:
        """Remember the last acts from the journal, so that a restart goes on where it was."""
        super().__init__(journal, desk)
        self._tokens = CardTokens(journal, lambda token: journal.rows.one(CardBinding, card_subject(token)) is not None)
        self.hand_to: ResidentId | None = None
        """Who gets the card that is tapped next; forgotten with that tap."""
        self.acts: list[Answer] = self._acts_before()

    def tap(self, tap: Tap) -> Answer:
        """Answer a card on the reader."""
        match tap:
            case CardRead(kind=kind, world=world) if world is self._world:
                holder, self.hand_to = self.hand_to, None
                if not may_stand_for_somebody(kind, world, self.desk.token_ground):
                    return self._remember(Answer(Verdict.NOT_TO_BE_BOUND, self._journal.clock.now()))
                return self._tap_read(HeldCard(self._tokens.of(tap), kind), holder)
            case CardRead(world=world):
                return self._cannot_use(Unusable.REAL_CARD if world is World.PHYSICAL else Unusable.DRILL_CARD)
            case CardUnusable(why):
                return self._cannot_use(why)
            case CardRemoved():
                return self._remember(Answer(Verdict.REMOVED_TOO_SOON, self._journal.clock.now()))
            case CardUnreadable():
                return self._remember(Answer(Verdict.UNREADABLE, self._journal.clock.now()))

    def owner_of(self, tap: Tap) -> ResidentId | None:
        """Whose card lies on the reader; nothing is written. None: nobody's, or it cannot tell."""
        match tap:
            case CardRead(world=world) if world is self._world:
                return self._owner(HeldCard(self._tokens.of(tap), tap.kind))
            case _:
                return None

    def receive(self, person: ResidentId, path: Path = Path.NAME, moving_from: ShelterId | None = None) -> Answer:
        """Receive one person; `moving_from`: from the other shelter that the clerk was shown."""
        return self._remember(self._answer(receive(self._journal, self.desk, [person], path, moving_from)[0]))

    def receive_from_paper(self, person: ResidentId, at: datetime) -> Answer:
        """Receive somebody at the moment that stands on a sheet of paper."""
        return self._remember(self._answer(receive_from_paper(self._journal, self.desk, person, at)))

    def go_out(self, person: ResidentId) -> Answer:
        """Whoever is in goes out for a while, whoever is out comes back."""
        return self._remember(self._answer(go_out(self._journal, self.desk, [person])[0]))

    def depart(self, of: ResidentId, people: Sequence[ResidentId], to: Place) -> Answer:
        """People leave for good, or say where they stay; `of`: whom the answer names."""
        done = depart(self._journal, self.desk, people, to)
        own = next((r for r in done if r.resident == of), done[0])
        others = tuple((self._residents[r.resident], r.stay) for r in done if r is not own and r.fact and r.stay)
        facts = tuple(r.fact for r in done if r.fact)
        return self._remember(replace(self._answer(own), people=others, facts=facts))

    def decide(self, person: ResidentId, claim: Claim) -> Answer:
        """Write where somebody is about whom consoles disagree."""
        return self._remember(self._answer(decide(self._journal, self.desk, person, claim)))

    def assign(self, person: ResidentId, space: str) -> Answer:
        """Give a space to somebody who is registered here."""
        answer = self._answer(assign(self._journal, self.desk, person, space))
        return self._remember(replace(answer, space=self._journal.rows.one(Space, person)))

    def count(self, counted: Mapping[str, int], again: CountGroup | None = None, why: str = "") -> Answer:
        """Count people whom nobody names yet; `again`: a group that was counted wrongly."""
        done = count(self._journal, self.desk, counted, again, why)
        return self._remember(self._counted(done))

    def name_one(self, person: ResidentId) -> Answer:
        """This person, received by name, had been counted with a group: one less of it."""
        done = name_one(self._journal, self.desk, person)
        stay = self._stays.get(person)
        answer = replace(self._counted(done), resident=self._residents.get(person), stay=stay)
        return self._remember(replace(answer, household=self.household_of(person)))

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
                household=self.household_of(of),
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
                household=self.household_of(person),
                facts=tuple(fact for fact in (done.bound, received) if fact),
                card=card,
                owner=self._residents[done.owner] if done.owner and done.owner != person else None,
            )
        )

    def list_visitor(self, face: CardFace, settlement: str, kana: str = "") -> ResidentId:
        """List somebody whom no register lists, as their card says, or they do; the fact is on disk on return."""
        with self._journal.writing(via=self.desk.via) as draft:
            nth = draft.count_own(ResidentListed) + 1
            return ResidentId(draft.append(visitor_listed(face, self.desk.console, nth, settlement, kana)).fact.subject)

    def say_disclosure(self, person: ResidentId, *, agreed: bool) -> None:
        """Write whether a person's name may hang on the notice board; the fact is on disk on return."""
        self._journal.append(DisclosureSaid(subject=person, agreed=agreed), via=self.desk.via)

    def correct_visitor(self, person: ResidentId, face: CardFace, kana: str, why: str) -> bool:
        """Give somebody whom no register lists the right name, kana and birth date; False: that is the register's to say."""
        listing = next((r for r in reversed(standing(self._journal.facts_about(person))) if _of_a_visitor(r)), None)
        if listing is None:
            return False
        birth = face.birth.isoformat() if face.birth else None
        changes = {"name": face.name, "kana": kana, "birth": birth}
        return correct(self._journal, listing.hash, changes, why, via=self.desk.via) is not None

    def hand_code(self, person: ResidentId) -> tuple[Answer, PrintedCode] | NoCodes:
        """Take a new code and make it a person's, as a card is; it has still to be printed."""
        codes = take_codes(self._journal, self.desk.console, 1)
        if isinstance(codes, NoCodes):
            return codes
        return self.bind(HeldCard(self._tokens.of(as_card(codes[0])), PRINTED), person), codes[0]

    def undo(self, act: Answer, why: str) -> Answer:
        """Take back everything that an act wrote."""
        taken = take_all_back(self._journal, act.facts, why, via=self.desk.via)
        verdict = Verdict.UNDONE if taken else Verdict.NOTHING_TO_UNDO
        return self._remember(Answer(verdict, self._journal.clock.now(), resident=act.resident, people=act.people))

    def last_undoable(self) -> Answer | None:
        """The newest act that can be taken back: what the undo key offers."""
        return next((act for act in self.acts if self.may_be_undone(act)), None)

    def stands(self, act: Answer) -> bool:
        """Whether an act has not been taken back; another may have been built upon it since."""
        if self.may_be_undone(act):
            return True
        written = (self._journal.find(hash_) for hash_ in act.facts)
        subjects = {recorded.fact.subject for recorded in written if recorded}
        return any(r.hash in act.facts for s in subjects for r in standing(self._journal.facts_about(s)))

    def may_be_undone(self, act: Answer) -> bool:
        """Whether an act's facts are what the rows rest on."""
        people = [person.id for person, _ in act.people] + ([act.resident.id] if act.resident else [])
        rows = self._journal.rows
        kinds: tuple[type[Stay | Outing | Space], ...] = (Stay, Outing, Space)
        found = (rows.one(kind, person) for person in people for kind in kinds)
        resting = [row.fact for row in found if row] + self._groups_of(act, people)
        return bool(act.facts) and (any(fact in act.facts for fact in resting) or self._binding_stands(act))

    def waits(self, act: Answer) -> bool:
        """Whether an act left a card for which nobody has been named yet."""
        return act.verdict is Verdict.UNKNOWN_CARD and act.card is not None and self._owner(act.card) is None

    def recent(self, limit: int) -> list[Answer]:
        """So many of the last acts, newest first; unknown cards keep their place among them as long as they wait."""
        acts = [act for act in self.acts if act.verdict is not Verdict.UNKNOWN_CARD or self.waits(act)]
        return kept(acts, self._waiting(acts), limit)

    def note_look(self, resident: Resident) -> None:
        """Write that a person's details are about to be shown."""
        self._journal.note_look("opened", resident.id)

    def note_search(self, found: int) -> None:
        """Write that a search was finished, and how many it found; never what was typed."""
        self._journal.note_look("searched", str(found))

    @property
    def _world(self) -> World:
        return World(self._journal.purpose.world)

    def _tap_read(self, card: HeldCard, holder: ResidentId | None) -> Answer:
        if holder is not None and may_be_handed_out(card.kind):
            return self.bind(card, holder)
        if owner := self._owner(card):
            return self.receive(owner, Path.CARD)
        return self._remember(Answer(Verdict.UNKNOWN_CARD, self._journal.clock.now(), card=card))

    def _cannot_use(self, why: Unusable) -> Answer:
        return self._remember(Answer(Verdict.CANNOT_USE, self._journal.clock.now(), why=why))

    def _owner(self, card: HeldCard) -> ResidentId | None:
        binding = self._journal.rows.one(CardBinding, card_subject(card.token))
        holder = self._journal.rows.one(Resident, binding.resident) if binding else None
        return holder.id if holder else None

    def _binding_stands(self, act: Answer) -> bool:
        if act.card is None or not act.facts:
            return False
        bindings = standing(self._journal.facts_about(card_subject(act.card.token)))
        return bool(bindings) and bindings[-1].hash in act.facts

    def _groups_of(self, act: Answer, people: Sequence[ResidentId]) -> list[FactHash]:
        rows = self._journal.rows
        links = [link.fact for person in people if (link := rows.one(FromGroup, person))]
        group = rows.one(CountGroup, act.group.id) if act.group else None
        return [*links, *((group.fact,) if group else ())]

    def _counted(self, done: Counting) -> Answer:
        facts = (done.fact,) if done.fact else ()
        return Answer(done.verdict, self._journal.clock.now(), fact=done.fact, facts=facts, group=done.group)

    def _waiting(self, acts: Sequence[Answer]) -> list[Answer]:
        return [act for act in acts if self.waits(act)][:REMEMBERED_WAITING]

    def _answer(self, reception: Reception) -> Answer:
        person, stay = reception.resident, reception.stay
        other = (stay.shelter or stay.left) if stay else None
        return Answer(
            reception.verdict,
            self._journal.clock.now(),
            resident=self._residents[person],
            stay=stay,
            fact=reception.fact,
            household=self.household_of(person),
            facts=(reception.fact,) if reception.fact else (),
            claims=self.claims(person) if reception.verdict is Verdict.CANNOT_KNOW else (),
            shelter=self.desk.name_of(other) if other else "",
        )

    def _remember(self, answer: Answer) -> Answer:
        unknown = answer.card if answer.verdict is Verdict.UNKNOWN_CARD else None
        acts = [act for act in self.acts if act.verdict not in (Verdict.UNDONE, Verdict.NOTHING_TO_UNDO)]
        before = [act for act in acts if unknown is None or act.card != unknown or act.facts]
        acts = [answer, *before]
        self.acts = kept(acts, self._waiting(acts), REMEMBERED_ACTS)
        return answer

    def _acts_before(self) -> list[Answer]:
        return acts_before(self._journal, self.desk, REMEMBERED_ACTS)


def _of_a_visitor(recorded: Recorded[Any]) -> bool:
    return isinstance(recorded.fact, ResidentListed) and is_visitor(recorded.fact.number)
