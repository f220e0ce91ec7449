"""The verb of reception (受付): decide and write in one transaction, so that nobody is received twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from village_console.journal.journal import Draft, Journal
from village_console.shelter.facts import CameBack, EvacueeReceived, Path
from village_console.shelter.rows import Outing, Stay
from village_console.shelter.rules import Known, Verdict, may_receive
from village_console.village.ids import FactHash, ResidentId, ShelterId
from village_console.village.shelters import ShelterPlace


@dataclass(frozen=True, slots=True)
class Desk:
    """Where receptions happen: the shelter and the number of this console."""

    shelter: ShelterId
    console: int
    shelters: Mapping[ShelterId, ShelterPlace] = field(default_factory=dict[ShelterId, ShelterPlace])
    """Every shelter that the village's list names."""
    token_ground: str = ""
    """The ground in law on which a real certificate's number becomes a token; empty: it becomes none."""

    def name_of(self, shelter: ShelterId) -> str:
        """A shelter's name; its number where the list does not have it."""
        return self.shelters[shelter].name if shelter in self.shelters else shelter

    @property
    def via(self) -> str:
        """What the envelope of its facts says."""
        return f"reception/{self.console}"


@dataclass(frozen=True, slots=True)
class Reception:
    """What came of one person."""

    resident: ResidentId
    verdict: Verdict
    stay: Stay | None
    fact: FactHash | None
    """The fact that was written, if one was."""


def receive(
    journal: Journal, desk: Desk, people: Iterable[ResidentId], path: Path, moving_from: ShelterId | None = None
) -> list[Reception]:
    """Receive people; the facts are on disk when this returns.

    `moving_from`: the shelter at which they are, when the clerk was asked and moves them from there.
    """
    with journal.writing(via=desk.via) as draft:
        return [receive_one(draft, desk, person, path, moving_from) for person in people]


def receive_from_paper(journal: Journal, desk: Desk, person: ResidentId, at: datetime) -> Reception:
    """Receive somebody who came at a moment that stands on paper; what is known of later moments is not overwritten."""
    with journal.writing(via=desk.via) as draft:
        known = known_of(draft, person)
        verdict = may_receive(known, desk.shelter)
        if verdict is Verdict.CAME_BACK:
            verdict = Verdict.ALREADY_HERE
        elif verdict is Verdict.RECEIVED and known.stay is not None and known.stay.since > at:
            verdict = Verdict.KNOWN_LATER
        if verdict is not Verdict.RECEIVED:
            return Reception(person, verdict, known.stay, None)
        fact = EvacueeReceived(
            subject=person, shelter=desk.shelter, receipt=next_receipt(draft, desk), path=Path.PAPER, at=at
        )
        written = draft.append(fact)
        return Reception(person, verdict, draft.row(Stay, person), written.hash)


def receive_one(
    draft: Draft, desk: Desk, person: ResidentId, path: Path, moving_from: ShelterId | None = None
) -> Reception:
    """Receive one person within an open transaction."""
    known = known_of(draft, person)
    match verdict := may_receive(known, desk.shelter, moving_from):
        case Verdict.RECEIVED | Verdict.MOVED:
            receipt = next_receipt(draft, desk)
            written = draft.append(EvacueeReceived(subject=person, shelter=desk.shelter, receipt=receipt, path=path))
            return Reception(person, verdict, draft.row(Stay, person), written.hash)
        case Verdict.CAME_BACK:
            back = draft.append(CameBack(subject=person, shelter=desk.shelter))
            return Reception(person, verdict, known.stay, back.hash)
        case _:
            return Reception(person, verdict, known.stay, None)


def known_of(draft: Draft, person: ResidentId) -> Known:
    """What the rows say about a person within an open transaction."""
    return Known(draft.row(Stay, person), draft.row(Outing, person), draft.in_conflict(Stay, person))


def next_receipt(draft: Draft, desk: Desk) -> str:
    """The receipt number that comes next at this console; none is ever given twice."""
    number = draft.count_own(EvacueeReceived) + 1
    return f"{desk.shelter}-{desk.console}-{number:04d}" if desk.console > 1 else f"{desk.shelter}-{number:04d}"
