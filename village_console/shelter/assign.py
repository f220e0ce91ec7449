"""The verb of space (区画): where in the shelter a person stays."""

from __future__ import annotations

from village_console.journal.journal import Journal
from village_console.shelter.facts import SpaceAssigned
from village_console.shelter.receive import Desk, Reception, known_of
from village_console.shelter.rules import PersonState, Verdict, person_state
from village_console.village.ids import ResidentId


def assign(journal: Journal, desk: Desk, person: ResidentId, space: str) -> Reception:
    """Give a space to somebody who is registered here; the fact is on disk when this returns."""
    with journal.writing(via=desk.via) as draft:
        known = known_of(draft, person)
        if person_state(known, desk.shelter) not in (PersonState.HERE, PersonState.OUT):
            return Reception(person, Verdict.NOT_HERE, known.stay, None)
        written = draft.append(SpaceAssigned(subject=person, shelter=desk.shelter, space=space))
        return Reception(person, Verdict.SPACE_ASSIGNED, known.stay, written.hash)
