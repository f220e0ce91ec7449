"""The desk of needs (ニーズ): tell, take, meet; hand out. Every answer is given after its facts are on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from village_console.journal.journal import Draft, Journal
from village_console.journal.undo import take_all_back, take_back
from village_console.needs.codes import Codes, Kind
from village_console.needs.facts import NeedMet, NeedTaken, NeedTold, Outcome, Owner, SupplyHanded, Urgency
from village_console.needs.rows import Handed, Need, Supplies
from village_console.needs.rules import Alarm, HandVerdict, alarm_of, may_hand, rank
from village_console.shelter.receive import Desk
from village_console.shelter.rows import Stay
from village_console.village.ids import FactHash, ResidentId


@dataclass(frozen=True, slots=True)
class Wish:
    """A need as somebody tells it."""

    code: str
    urgency: Urgency
    until: datetime | None = None
    detail: str = ""
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Handing:
    """What came of handing something to one person."""

    resident: ResidentId
    verdict: HandVerdict
    at: datetime
    fact: FactHash | None = None
    last: datetime | None = None
    again_at: datetime | None = None
    allergies: tuple[str, ...] = ()
    """Codes of what the person must not eat, where food was handed."""


class NeedsDesk:
    """What one console does about needs."""

    def __init__(self, journal: Journal, desk: Desk, codes: Codes) -> None:
        """Read nothing yet."""
        self._journal, self._desk, self.codes = journal, desk, codes

    def tell(self, person: ResidentId, wish: Wish) -> Need | None:
        """Write a need; an open one of the same kind is told anew. None: the list has no such code."""
        if wish.code not in self.codes.needs:
            return None
        with self._journal.writing(via=self._via) as draft:
            before = next((need for need in self.of(person) if need.code == wish.code), None)
            id_ = before.id if before else f"need:{self._desk.shelter}-{self._desk.console}-{self._next(draft)}"
            draft.append(
                NeedTold(
                    subject=id_, resident=person, code=wish.code, detail=wish.detail, shelter=self._desk.shelter,
                    urgency=wish.urgency, until=wish.until,
                )
            )  # fmt: skip
            if wish.owner is not None:
                draft.append(NeedTaken(subject=id_, owner=wish.owner))
            return draft.row(Need, id_)

    def take(self, need: Need, owner: Owner) -> None:
        """Somebody looks after it from now on."""
        self._journal.append(NeedTaken(subject=need.id, owner=owner), via=self._via)

    def meet(self, need: Need, outcome: Outcome) -> None:
        """It is a need no longer."""
        self._journal.append(NeedMet(subject=need.id, outcome=outcome), via=self._via)

    def take_back(self, need: Need, why: str) -> bool:
        """Take back what was written last about a need."""
        return take_back(self._journal, need.fact, why, via=self._via) is not None

    def of(self, person: ResidentId) -> list[Need]:
        """The open needs of a person, the most pressing first."""
        own = self._journal.rows.aliases.members(person)
        return self._sorted(n for n in self._all() if n.resident in own and n.outcome is None)

    def board(self, *, met: bool = False) -> list[Need]:
        """Open needs that were told here or belong to somebody who is here; `met`: those that are needs no longer."""
        stays, here = self._journal.rows.all(Stay), self._desk.shelter
        own = [n for n in self._all() if (n.outcome is not None) is met and _is_here(n, stays.get(n.resident), here)]
        return sorted(own, key=lambda n: n.changed_at, reverse=True) if met else self._sorted(own)

    def newest(self) -> Need | None:
        """The need about which something was written last: what undo offers."""
        return max(self.board() + self.board(met=True), key=lambda need: need.changed_at, default=None)

    def alarm(self, need: Need) -> Alarm:
        """How loudly it calls now."""
        return alarm_of(need, self.codes.kind(need.code), self._journal.clock.now())

    def alarms(self) -> list[Need]:
        """The needs that call."""
        return [need for need in self.board() if self.alarm(need) is not Alarm.NONE]

    def allergies(self, person: ResidentId) -> tuple[str, ...]:
        """Codes of what a person must not eat."""
        return tuple(sorted(n.code for n in self.of(person) if self.codes.kind(n.code) is Kind.ALLERGY))

    def hand(self, people: Sequence[ResidentId], item: str, *, anyway: bool = False) -> list[Handing]:
        """Hand something to people; `anyway`: a person has decided so."""
        supply = self.codes.supplies[item]
        with self._journal.writing(via=self._via) as draft:
            return [self._hand(draft, person, supply.code, anyway=anyway) for person in people]

    def take_handing_back(self, facts: Iterable[FactHash], why: str) -> int:
        """Take handings back; how many were."""
        return len(take_all_back(self._journal, facts, why, via=self._via))

    def handed(self, person: ResidentId) -> Collection[Handed]:
        """What a person was handed so far."""
        row = self._journal.rows.one(Supplies, person)
        return row.handed if row else ()

    def handed_today(self, item: str) -> int:
        """How often an item was handed out at this shelter today."""
        today, here = self._journal.clock.now().date(), self._desk.shelter
        every = (one for row in self._journal.rows.all(Supplies).values() for one in row.handed)
        return sum(one.item == item and one.shelter == here and one.at.date() == today for one in every)

    def note_look(self, person: ResidentId) -> None:
        """Write that a person's needs are about to be shown."""
        self._journal.note_look("needs", person)

    @property
    def _via(self) -> str:
        return f"needs/{self._desk.console}"

    def _all(self) -> Collection[Need]:
        return self._journal.rows.all(Need).values()

    def _sorted(self, needs: Iterable[Need]) -> list[Need]:
        now = self._journal.clock.now()
        return sorted(needs, key=lambda need: rank(need, self.codes.kind(need.code), now))

    def _next(self, draft: Draft) -> int:
        return draft.count_own(NeedTold) + 1

    def _hand(self, draft: Draft, person: ResidentId, item: str, *, anyway: bool) -> Handing:
        supply, now = self.codes.supplies[item], self._journal.clock.now()
        allergies = self.allergies(person) if supply.food else ()
        row = draft.row(Supplies, person)
        refusal = may_hand(row.handed if row else (), supply, now)
        if refusal is not None and not anyway:
            return Handing(person, refusal.verdict, now, None, refusal.last, refusal.again_at, allergies)
        if draft.row(Stay, person) is None and not anyway:
            return Handing(person, HandVerdict.NOT_RECEIVED, now, allergies=allergies)
        fact = SupplyHanded(subject=person, shelter=self._desk.shelter, item=item, anyway=anyway)
        return Handing(person, HandVerdict.HANDED, now, draft.append(fact).hash, allergies=allergies)


def subjects_of(needs: Iterable[Need], people: Collection[str]) -> list[str]:
    """The subjects under which needs of some people stand: what goes with them when they are erased."""
    return sorted(need.id for need in needs if need.resident in people)


def _is_here(need: Need, stay: Stay | None, shelter: str) -> bool:
    return stay.shelter == shelter if stay and stay.shelter else need.shelter == shelter
