"""What the desk did last: what the list shows and undo takes back; after a restart it is read from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.devices.ports import Unusable
from village_console.journal.facts import Fact, Recorded
from village_console.journal.journal import Journal
from village_console.register.facts import CardBound, token_of
from village_console.register.rows import Resident
from village_console.shelter.bind import HeldCard
from village_console.shelter.decide import Claim
from village_console.shelter.facts import (
    CameBack,
    EvacueeReceived,
    GroupCounted,
    NamedFromGroup,
    Path,
    PlaceOfStayTold,
    SpaceAssigned,
    StayEnded,
    WentOut,
)
from village_console.shelter.groups import CountGroup
from village_console.shelter.receive import Desk
from village_console.shelter.rows import Space, Stay
from village_console.shelter.rules import Verdict
from village_console.shelter.views import Companion
from village_console.village.ids import FactHash

MOST_READ = 10_000
"""Facts of a kind that are looked through for those of this console; the others are of consoles that have sent theirs."""


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
    """Who else was meant by this act."""
    facts: tuple[FactHash, ...] = ()
    """Every fact that the act wrote: undo takes them all back."""
    card: HeldCard | None = None
    """The card that the act was about, where a card can be bound."""
    owner: Resident | None = None
    """Whose card it was before."""
    why: Unusable | None = None
    """Why a card cannot be used."""
    claims: tuple[Claim, ...] = ()
    """Where the person may be, when that has to be decided."""
    shelter: str = ""
    """Name of the other shelter that the answer speaks of."""
    space: Space | None = None
    group: CountGroup | None = None
    """People who were only counted."""


_KINDS: dict[type[Fact], Verdict] = {
    EvacueeReceived: Verdict.RECEIVED,
    WentOut: Verdict.WENT_OUT,
    CameBack: Verdict.CAME_BACK,
    StayEnded: Verdict.DEPARTED,
    PlaceOfStayTold: Verdict.PLACE_TOLD,
    SpaceAssigned: Verdict.SPACE_ASSIGNED,
    GroupCounted: Verdict.COUNTED,
    NamedFromGroup: Verdict.NAMED,
}


def nothing_to_undo(at: datetime) -> Answer:
    """The answer when no act is left to take back."""
    return Answer(Verdict.NOTHING_TO_UNDO, at)


def acts_before(journal: Journal, desk: Desk, limit: int) -> list[Answer]:
    """This console's last acts, newest first; a card and the reception written with it are one act."""
    handed = {
        _place(r, 1): r for r in _own(journal, CardBound, limit) if r.fact.shelter == desk.shelter
    }  # the town's own list of cards names no shelter
    found: list[tuple[Recorded[Any], Answer]] = []
    for kind in _KINDS:
        for recorded in _own(journal, kind, limit):
            bound = handed.get(_place(recorded))
            if bound is not None and bound.fact.resident == recorded.fact.subject:
                found.append((recorded, _together(journal, bound, recorded)))
                del handed[_place(recorded)]
            else:
                found.append((recorded, _act(journal, recorded)))
    found += ((bound, _bound(journal, bound)) for bound in handed.values())
    return [answer for _, answer in sorted(found, key=lambda pair: pair[0].order, reverse=True)][:limit]


def kept(acts: Sequence[Answer], waiting: Sequence[Answer], limit: int) -> list[Answer]:
    """The newest acts, and those which wait for a person however old they are."""
    first = {id(act) for act in waiting}
    others = [id(act) for act in acts if id(act) not in first][: max(0, limit - len(waiting))]
    return [act for act in acts if id(act) in first.union(others)]


def _own(journal: Journal, kind: type[Any], limit: int) -> list[Recorded[Any]]:
    """The newest facts of a kind that this console has written; what others sent may have come in between."""
    wanted = limit
    while True:
        found = journal.last_of(kind, wanted)
        own = [recorded for recorded in found if recorded.dev == journal.device]
        if len(own) >= limit or len(found) < wanted or wanted >= MOST_READ:
            return own[:limit]
        wanted *= 10


def _place(recorded: Recorded[Any], after: int = 0) -> tuple[str, str, int]:
    """Where a fact stands in its device's chain, or the fact so many places after it."""
    return recorded.dev, recorded.inc, recorded.seq + after


def _verdict(journal: Journal, recorded: Recorded[Any]) -> Verdict:
    """What the desk answered when it wrote a fact."""
    fact = recorded.fact
    if not isinstance(fact, EvacueeReceived):
        return _KINDS[type(fact)]
    if fact.path is Path.DECIDED:
        return Verdict.DECIDED
    before = [found.fact for hash_ in recorded.prev if (found := journal.find(hash_))]
    moved = any(isinstance(was, EvacueeReceived) and was.shelter != fact.shelter for was in before)
    return Verdict.MOVED if moved else Verdict.RECEIVED


def _act(journal: Journal, recorded: Recorded[Any]) -> Answer:
    stay = journal.rows.one(Stay, recorded.fact.subject)
    about_stay = isinstance(recorded.fact, EvacueeReceived | StayEnded | PlaceOfStayTold)
    space = journal.rows.one(Space, recorded.fact.subject) if isinstance(recorded.fact, SpaceAssigned) else None
    return Answer(
        _verdict(journal, recorded),
        recorded.wall,
        resident=journal.rows.one(Resident, recorded.fact.subject),
        stay=stay if stay and (not about_stay or stay.fact == recorded.hash) else None,
        fact=recorded.hash,
        facts=(recorded.hash,),
        space=space if space and space.fact == recorded.hash else None,
        group=journal.rows.one(CountGroup, _group(recorded.fact)),
    )


def _group(fact: Fact) -> str:
    return fact.group if isinstance(fact, NamedFromGroup) else fact.subject


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


def _together(journal: Journal, bound: Recorded[CardBound], received: Recorded[Any]) -> Answer:
    alone = _act(journal, received)
    return Answer(
        Verdict.BOUND_AND_RECEIVED,
        alone.at,
        resident=alone.resident,
        stay=alone.stay,
        fact=alone.fact,
        facts=(bound.hash, received.hash),
        card=HeldCard(token_of(bound.fact.subject), bound.fact.kind),
    )
