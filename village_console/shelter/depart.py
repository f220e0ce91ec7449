"""The verb of departure (退所): where a person goes from here, or stays without ever having been here."""

from __future__ import annotations

from collections.abc import Iterable

from village_console.journal.journal import Draft, Journal
from village_console.shelter.facts import Place, PlaceOfStayTold, StayEnded
from village_console.shelter.receive import Desk, Reception, known_of
from village_console.shelter.rows import Stay
from village_console.shelter.rules import Verdict, may_depart
from village_console.village.ids import ResidentId


def depart(journal: Journal, desk: Desk, people: Iterable[ResidentId], to: Place) -> list[Reception]:
    """End a stay here, or note where somebody stays who is in no shelter; the facts are on disk when this returns."""
    with journal.writing(via=desk.via) as draft:
        return [_one(draft, desk, person, to) for person in people]


def _one(draft: Draft, desk: Desk, person: ResidentId, to: Place) -> Reception:
    known = known_of(draft, person)
    verdict = may_depart(known, desk.shelter)
    match verdict:
        case Verdict.DEPARTED:
            fact = StayEnded(subject=person, shelter=desk.shelter, destination=to)
        case Verdict.PLACE_TOLD:
            fact = PlaceOfStayTold(subject=person, place=to)
        case _:
            return Reception(person, verdict, known.stay, None)
    written = draft.append(fact)
    return Reception(person, verdict, draft.row(Stay, person), written.hash)
