"""The verb of reception (受付): decide and write in one transaction, so that nobody is received twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from village_console.journal.journal import Draft, Journal
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.rows import Stay
from village_console.shelter.rules import Verdict, may_receive
from village_console.village.ids import FactHash, ResidentId, ShelterId


@dataclass(frozen=True, slots=True)
class Desk:
    """Where receptions happen: the shelter and the number of this console."""

    shelter: ShelterId
    console: int


@dataclass(frozen=True, slots=True)
class Reception:
    """What came of one person."""

    resident: ResidentId
    verdict: Verdict
    stay: Stay | None
    fact: FactHash | None
    """The fact that was written, if one was."""


def receive(journal: Journal, desk: Desk, people: Iterable[ResidentId], path: Path) -> list[Reception]:
    """Receive people; the facts are on disk when this returns."""
    with journal.writing(via=f"reception/{desk.console}") as draft:
        return [receive_one(draft, desk, person, path) for person in people]


def receive_one(draft: Draft, desk: Desk, person: ResidentId, path: Path) -> Reception:
    """Receive one person within an open transaction."""
    stay = draft.row(Stay, person)
    verdict = may_receive(stay, desk.shelter)
    if verdict is not Verdict.RECEIVED:
        return Reception(person, verdict, stay, None)
    number = draft.count_own(EvacueeReceived) + 1
    receipt = f"{desk.shelter}-{desk.console}-{number:04d}" if desk.console > 1 else f"{desk.shelter}-{number:04d}"
    written = draft.append(EvacueeReceived(subject=person, shelter=desk.shelter, receipt=receipt, path=path))
    return Reception(person, verdict, draft.row(Stay, person), written.hash)
