"""What goes to the receipt printer from a desk, and how its outcome looks: no answer is never fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.devices.ports import Health, Part, PrintOutcome, PrintReport
from village_console.papers.document import Document
from village_console.tui import drill_desk
from village_console.tui.answers import Bell, Face
from village_console.tui.shapes import BARS, CROSS, HILL, RING
from village_console.tui.station import Printed
from village_console.words import Words

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


class Printing:
    """Prints in threads of its own; the look is written before."""

    def __init__(self, app: ConsoleApp) -> None:
        """Nothing has been printed."""
        self._app = app

    def begin(self, document: Document, people: int, kind: str = "roster", about: str = "") -> None:
        """Print a paper with so many people or codes on it. `kind`: the table of its words; `about`: for the audit."""
        self._app.run_worker(lambda: self._print(document, people, kind, about), group="paper", thread=True)

    def _print(self, document: Document, people: int, kind: str, about: str) -> None:
        app, paper = self._app, self._app.station.paper
        printed = Printed(PrintReport(PrintOutcome.NOT_SENT, Health.ABSENT), ())
        if paper is not None:
            app.call_from_thread(lambda: app.say_in_band("same", BARS, "同", "－", f"{kind}.printing", count=people))
            app.station.journal.note_look("printed", about or f"{kind} of {people}")
            printed = paper.print(document)
        app.call_later(self._done, printed, people, kind)

    def _done(self, printed: Printed, people: int, kind: str) -> None:
        app, report = self._app, printed.report
        app.desk.show(printed_face(printed, people, app.words, kind))
        app.on_health(Part.PRINTER, report.health, 0)
        name = "printed" if report.outcome is PrintOutcome.PRINTED else "not_printed"
        drill_desk.tell_when_painted(app, lambda: drill_desk.tell(app, name))

    def ask_health(self) -> None:
        """Ask the printer how it is; it may take its time."""
        self._app.run_worker(self._ask_health, group="printer-health", exclusive=True, thread=True)

    def _ask_health(self) -> None:
        if self._app.station.paper is not None:
            self._app.on_health(Part.PRINTER, self._app.station.paper.health(), 0)


def printed_face(printed: Printed, people: int, words: Words, kind: str = "roster") -> Face:
    """Say what is known of a paper with so many people on it; `kind`: the table of its words."""
    report, missing = printed.report, printed.missing
    if report.outcome is PrintOutcome.PRINTED:
        said = (
            words.say(f"{kind}.printed_with_gaps", count=people, missing=" ".join(missing))
            if missing
            else words.say(f"{kind}.printed", count=people)
        )
        return Face("good", RING, "済", "〇", said, bell=Bell.DONE)
    if report.outcome is PrintOutcome.UNCERTAIN:
        return Face("ask", HILL, "再", "！", words.say(f"{kind}.uncertain", count=people), bell=Bell.AGAIN)
    said = words.say(f"roster.not_printed.{report.health}", count=people)
    return Face("stop", CROSS, "止", "Ｘ", said, bell=Bell.STOP)
