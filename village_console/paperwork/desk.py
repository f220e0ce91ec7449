"""The A4 papers of one console: lay one out, then let it go - seen first, on record before the first byte leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from village_console.journal.journal import Journal
from village_console.papers.a4.compiling import A4Paper, Composed
from village_console.papers.a4.form import load_form
from village_console.papers.a4.frame import Frame
from village_console.papers.a4.sheet import Card, sheet_paper
from village_console.papers.a4.tray import Tray
from village_console.paperwork.facts import PaperChecked, PaperIssued, PaperKind, PaperRefused, paper_subject
from village_console.paperwork.rosters import Order, roster_of
from village_console.paperwork.rows import Issued
from village_console.paperwork.sheets import card_of
from village_console.paperwork.stranded_list import stranded_of
from village_console.register.households import households
from village_console.register.rows import Resident
from village_console.register.take_codes import NoCodes, take_codes
from village_console.shelter.rows import Stay
from village_console.shelter.views import RosterEntry
from village_console.stranded.views import Board
from village_console.village.errors import VillageError
from village_console.village.ids import ResidentId
from village_console.village.run_mode import RunMode
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class Site:
    """What papers say of the console, and where they go."""

    place: str
    console: int
    run_mode: RunMode
    form: Path
    """The municipality's evacuee sheet."""
    tray: Tray


@dataclass(frozen=True, slots=True)
class A4Desk:
    """Makes papers from the rows and lets them go."""

    journal: Journal
    site: Site
    entries: Callable[[str], Sequence[RosterEntry]]
    """Who is here, by the words of a filter."""
    board: Callable[[], Board | None]

    def frame(self, words: Words, at: datetime | None = None) -> Frame:
        """What stands on every paper of now, or of another moment."""
        return Frame(self.site.place, at or self.journal.clock.now(), self.site.run_mode, words)

    def roster(self, frame: Frame, order: Order, filtered: str = "") -> A4Paper:
        """Who is here."""
        homes = households(self.journal.rows.all(Resident).values())
        return roster_of(frame, order, self.entries(filtered), homes)

    def stranded(self, frame: Frame) -> A4Paper | None:
        """Who is presumed stranded; None while nothing was ordered."""
        board = self.board()
        return None if board is None else stranded_of(frame, board)

    def blank_sheets(self, frame: Frame, count: int) -> A4Paper:
        """Sheets to be written by hand, each with a code of its own while there are any."""
        form = load_form(self.site.form)
        codes = take_codes(self.journal, self.site.console, count)
        cards = [Card()] * count if isinstance(codes, NoCodes) else [Card(code=code) for code in codes]
        return sheet_paper(frame, form, cards)

    def sheet(self, frame: Frame, person: Resident) -> A4Paper:
        """The sheet of one person with what is known."""
        rows = self.journal.rows
        home = households(r for r in rows.all(Resident).values() if r.household == person.household)
        card = card_of(frame, person, home.get(person.household), rows.one(Stay, person.id))
        return sheet_paper(frame, load_form(self.site.form), [card])

    def person(self, said: str) -> Resident | None:
        """Whoever has this receipt number, register number or id."""
        residents = self.journal.rows.all(Resident)
        stays = self.journal.rows.all(Stay).values()
        person = next((stay.resident for stay in stays if stay.receipt == said), ResidentId(said))
        return residents.get(person) or next((r for r in residents.values() if r.number == said), None)

    def issue(self, composed: Composed, tray: Tray | None = None) -> str:
        """Let a paper go: look and fact are on disk before; returns the job's number or the path.

        Raises:
            VillageError: the tray did not take it; that is on record, too.
        """
        kind, subject = PaperKind(composed.paper.template), paper_subject(composed.sha256)
        to, way = tray or self.site.tray, f"a4/{self.site.console}"
        self.journal.note_look("printed", f"a4 {kind} of {composed.paper.people} {composed.sha256[:16]}")
        issued = PaperIssued(
            subject=subject, paper=kind, sha256=composed.sha256, pages=composed.pages, people=composed.paper.people,
            gaps=len(composed.gaps), queue=to.place if to.prints else "",
        )  # fmt: skip
        self.journal.append(issued, via=way)
        try:
            name = f"{kind}-{composed.paper.at:%Y%m%d-%H%M%S}-{composed.sha256[:8]}"
            return to.lay(composed.pdf, name, composed.paper.title)
        except VillageError:
            self.journal.append(PaperRefused(subject=subject), via=way)
            raise

    def unknown(self) -> list[Issued]:
        """Papers of this queue of which nobody has said whether they came out, the oldest first."""
        mine = (row for row in self.journal.rows.all(Issued).values() if row.queue == self.site.tray.place)
        return sorted((row for row in mine if row.is_unknown), key=lambda row: row.at)

    def check(self, sha256: str, *, came_out: bool) -> None:
        """Write what a clerk has seen where the paper should lie."""
        self.journal.append(
            PaperChecked(subject=paper_subject(sha256), came_out=came_out), via=f"a4/{self.site.console}"
        )
