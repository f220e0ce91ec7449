"""The verb of decision: consoles have said that a person is at different places, and somebody says where the person is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from village_console.journal.facts import Recorded
from village_console.journal.journal import Draft, Journal
from village_console.journal.rows import facts_of_row
from village_console.journal.standing import branch, heads, standing
from village_console.shelter.facts import EvacueeReceived, Path, Place, PlaceOfStayTold
from village_console.shelter.receive import Desk, Reception, next_receipt
from village_console.shelter.rows import NO_RECEIPT, STAY, Stay
from village_console.shelter.rules import Verdict
from village_console.village.ids import ResidentId, ShelterId


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the places at which a person may be."""

    place: Place
    shelter: ShelterId | None
    stay: Stay | None
    """What a console has said; None: nobody has, and it is the place where the question is asked."""
    name: str | None = None
    """Of the shelter."""


def claims(journal: Journal, desk: Desk, person: ResidentId) -> tuple[Claim, ...]:
    """Where a person may be: here first, for somebody asks, then what every console would have shown."""
    found = {(claim.place, claim.shelter): claim for claim in (_claim(desk, stay) for stay in _said(journal, person))}
    here = Claim(Place.SHELTER, desk.shelter, None, desk.name_of(desk.shelter))
    return (found.pop((Place.SHELTER, desk.shelter), here), *found.values())


def decide(journal: Journal, desk: Desk, person: ResidentId, claim: Claim) -> Reception:
    """Write where a person is, upon everything that was said; the fact is on disk when this returns."""
    with journal.writing(via=desk.via) as draft:
        written = draft.append(_restated(draft, desk, person, claim))
        return Reception(person, Verdict.DECIDED, draft.row(Stay, person), written.hash)


def _claim(desk: Desk, stay: Stay | None) -> Claim:
    if stay is None:
        return Claim(Place.UNKNOWN, None, None)
    return Claim(stay.place, stay.shelter, stay, desk.name_of(stay.shelter) if stay.shelter else None)


def _said(journal: Journal, person: ResidentId) -> list[Stay | None]:
    """What each console that did not know of the others would show; None: that the reception was taken back."""
    facts = journal.everything_about(person)
    facts = [replace(r, fact=replace(r.fact, subject=person)) for r in facts]
    own = facts_of_row(STAY, facts)
    mine = {recorded.hash for recorded in own}
    return [_shown([r for r in branch(tip, facts) if r.hash in mine]) for tip in heads(own, facts)]


def _shown(known: list[Recorded[Any]]) -> Stay | None:
    stands = standing(facts_of_row(STAY, known))
    return STAY.fold(stands) if stands else None


def _restated(draft: Draft, desk: Desk, person: ResidentId, claim: Claim) -> EvacueeReceived | PlaceOfStayTold:
    if claim.shelter is None:
        return PlaceOfStayTold(subject=person, place=claim.place)
    given = claim.stay.receipt if claim.stay else NO_RECEIPT
    receipt = next_receipt(draft, desk) if given == NO_RECEIPT else given
    return EvacueeReceived(subject=person, shelter=claim.shelter, receipt=receipt, path=Path.DECIDED)
