"""What the desk did last: what the list shows and undo takes back; after a restart it is read from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from village_console.devices.ports import Unusable
from village_console.journal.facts import Recorded
from village_console.journal.journal import Journal
from village_console.register.facts import CardBound, token_of
from village_console.register.rows import Resident
from village_console.shelter.bind import HeldCard
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.receive import Desk
from village_console.shelter.rows import Stay
from village_console.shelter.rules import Verdict
from village_console.shelter.views import Companion
from village_console.village.ids import FactHash


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
    card: HeldCard | None = None
    """The card that the act was about, where a card can be bound."""
    owner: Resident | None = None
    """Whose card it was before."""
    why: Unusable | None = None
    """Why a card cannot be used."""


def acts_before(journal: Journal, desk: Desk, limit: int) -> list[Answer]:
    """The last receptions and cards handed out, newest first; a card and the reception written with it are one act."""
    handed = {_place(r, 1): r for r in journal.last_of(CardBound, limit) if r.fact.shelter == desk.shelter}
    found: list[tuple[Recorded[EvacueeReceived] | Recorded[CardBound], Answer]] = []
    for received in journal.last_of(EvacueeReceived, limit):
        bound = handed.get(_place(received))
        if bound is not None and bound.fact.resident == received.fact.subject:
            found.append((received, _together(journal, bound, received)))
            del handed[_place(received)]
        else:
            found.append((received, _received(journal, received)))
    found += ((bound, _bound(journal, bound)) for bound in handed.values())
    return [answer for _, answer in sorted(found, key=lambda pair: pair[0].order, reverse=True)][:limit]


def kept(acts: Sequence[Answer], waiting: Sequence[Answer], limit: int) -> list[Answer]:
    """The newest acts, and those which wait for a person however old they are."""
    first = {id(act) for act in waiting}
    others = [id(act) for act in acts if id(act) not in first][: max(0, limit - len(waiting))]
    return [act for act in acts if id(act) in first.union(others)]


def _place(recorded: Recorded[EvacueeReceived] | Recorded[CardBound], after: int = 0) -> tuple[str, str, int]:
    """Where a fact stands in its device's chain, or the fact so many places after it."""
    return recorded.dev, recorded.inc, recorded.seq + after


def _received(journal: Journal, received: Recorded[EvacueeReceived]) -> Answer:
    stay = journal.rows.one(Stay, received.fact.subject)
    return Answer(
        Verdict.RECEIVED,
        received.wall,
        resident=journal.rows.one(Resident, received.fact.subject),
        stay=stay if stay and stay.fact == received.hash else None,
        fact=received.hash,
        facts=(received.hash,),
    )


def _bound(journal: Journal, bound: Recorded[CardBound]) -> Answer:
    return Answer(
        Verdict.BOUND,
        bound.wall,
        resident=journal.rows.one(Resident, bound.fact.resident),
        stay=journal.rows.one(Stay, bound.fact.resident),
        fact=bound.hash,
        facts=(bound.hash,),
        card=HeldCard(token_of(bound.fact.subject), bound.fact.kind),
    )


def _together(journal: Journal, bound: Recorded[CardBound], received: Recorded[EvacueeReceived]) -> Answer:
    alone = _received(journal, received)
    return Answer(
        Verdict.BOUND_AND_RECEIVED,
        alone.at,
        resident=alone.resident,
        stay=alone.stay,
        fact=alone.fact,
        facts=(bound.hash, received.hash),
        card=HeldCard(token_of(bound.fact.subject), bound.fact.kind),
    )
