"""The verb of presence (外出・もどり): somebody goes out for a while or comes back, and stays registered."""

from __future__ import annotations

from collections.abc import Iterable

from village_console.journal.journal import Draft, Journal
from village_console.shelter.facts import CameBack, WentOut
from village_console.shelter.receive import Desk, Reception, known_of
from village_console.shelter.rules import Verdict, may_go_out
from village_console.village.ids import ResidentId


def go_out(journal: Journal, desk: Desk, people: Iterable[ResidentId]) -> list[Reception]:
    """Whoever is in goes out, whoever is out comes back; the facts are on disk when this returns."""
    with journal.writing(via=desk.via) as draft:
        return [_one(draft, desk, person) for person in people]


def _one(draft: Draft, desk: Desk, person: ResidentId) -> Reception:
    known = known_of(draft, person)
    verdict = may_go_out(known, desk.shelter)
    if verdict not in (Verdict.WENT_OUT, Verdict.CAME_BACK):
        return Reception(person, verdict, known.stay, None)
    kind = WentOut if verdict is Verdict.WENT_OUT else CameBack
    return Reception(person, verdict, known.stay, draft.append(kind(subject=person, shelter=desk.shelter)).hash)
