"""What goes to the receipt printer from a desk, and how its outcome looks: no answer is never fine."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from village_console.devices.ports import Health, Part, PrintOutcome, Ticket
from village_console.journal.spool import Job, JobState
from village_console.papers.document import Document, marked, packed, unpacked
from village_console.tui import drill_desk
from village_console.tui.answers import Bell, Face
from village_console.tui.shapes import BARS, CROSS, HILL, RING
from village_console.tui.station import PaperDesk, Printed
from village_console.words import Words

if TYPE_CHECKING:
    from village_console.journal.spool import Spool
    from village_console.tui.app import ConsoleApp

_ANSWERS = (Health.READY, Health.NEAR_END)


class Printing:
    """Hands the spool to the printer, one paper at a time, in a thread of its own; the look is written before."""

    def __init__(self, app: ConsoleApp) -> None:
        """Nothing has been printed."""
        self._app = app
        self._at_work = threading.Lock()

    @property
    def spool(self) -> Spool:
        """The papers of this console."""
        return self._app.live.journal.spool

    def begin(self, document: Document, people: int, kind: str = "roster", about: str = "") -> None:
        """Print a paper with so many people or codes on it. `kind`: the table of its words; `about`: for the audit."""
        if self._app.station.paper is None:
            self._app.desk.show(_not_sent(Health.ABSENT, people, self._app.words))
            return
        about, at = about or f"{kind} of {people}", self._app.past.at
        self.spool.queue(packed(document), kind, people, f"{about} as of {at:%Y-%m-%dT%H:%M:%S}" if at else about)
        self.go_on()

    def go_on(self) -> None:
        """Print what waits, the oldest first; a worker that is at it already takes it along."""
        if self._app.station.paper is not None:
            self._app.run_worker(self._work, group="paper", thread=True)

    def recover(self) -> None:
        """After a start: papers of which nobody knows, and those that were only asked for."""
        unknown = self.spool.recover()
        if unknown:
            self._app.say_in_band("ask", HILL, "再", "！", "spool.left_over", count=len(unknown))
        if self.spool.waiting(JobState.QUEUED):
            self.go_on()

    def came_out(self, job: Job) -> None:
        """Somebody has looked: the paper is there."""
        self.spool.move(job.id, JobState.PRINTED)
        self._app.say_in_band("good", RING, "済", "〇", "spool.came_out", job=job.id)

    def print_again(self, job: Job) -> None:
        """Somebody has looked: the paper is not there, or not whole. It is void, and another one says that it is one."""
        reissue(self.spool, job, self._app.words)
        self._app.say_in_band("good", RING, "済", "〇", "spool.again", job=job.id, n=job.issue + 1)
        self.go_on()

    def give_up(self, job: Job) -> None:
        """Nobody needs it any more."""
        self.spool.move(job.id, JobState.VOID)
        self._app.say_in_band("same", BARS, "同", "／", "spool.given_up", job=job.id)

    def ask_health(self) -> None:
        """Ask the printer how it is; it may take its time. What waited for paper goes on by itself."""
        self._app.run_worker(self._ask_health, group="printer-health", exclusive=True, thread=True)

    def _ask_health(self) -> None:
        paper = self._app.station.paper
        if paper is None or self._at_work.locked():
            return
        health = paper.health()
        self._app.on_health(Part.PRINTER, health, 0)
        if health in _ANSWERS and self.spool.waiting(JobState.QUEUED):
            self._work()

    def _work(self) -> None:
        paper = self._app.station.paper
        while paper is not None and self._at_work.acquire(blocking=False):
            try:
                queued = self.spool.waiting(JobState.QUEUED)
                if not queued or not self._print(queued[0], paper):
                    return
            finally:
                self._at_work.release()

    def _print(self, job: Job, paper: PaperDesk) -> bool:
        """Print one; whether the next may follow."""
        app, spool = self._app, self.spool
        app.call_from_thread(
            lambda: app.say_in_band("same", BARS, "同", "－", f"{job.kind}.printing", count=job.people)
        )
        app.live.journal.note_look("printed", job.about)
        printed = print_job(spool, job, paper)
        app.call_later(self._done, printed, job)
        return printed.report.outcome is PrintOutcome.PRINTED

    def _done(self, printed: Printed, job: Job) -> None:
        app, report = self._app, printed.report
        desk = app.desk
        asks = desk.question is None and not desk.TEXT_FOCUS and not app.pages.hidden
        face = printed_face(printed, job.people, app.words, job.kind, asks=asks)
        if asks and report.outcome is PrintOutcome.UNCERTAIN:
            desk.ask(face, lambda: None, lambda n: (self.came_out, self.print_again)[n - 1](job), most=2)
        else:
            desk.show(face)
        app.on_health(Part.PRINTER, report.health, 0)
        name = "printed" if report.outcome is PrintOutcome.PRINTED else "not_printed"
        drill_desk.tell_when_painted(app, lambda: drill_desk.tell(app, name))


_AFTER = {PrintOutcome.PRINTED: JobState.PRINTED, PrintOutcome.UNCERTAIN: JobState.UNCERTAIN}


def print_job(spool: Spool, job: Job, paper: PaperDesk) -> Printed:
    """Hand a job to the printer; every step is on disk before the next one begins."""
    spool.move(job.id, JobState.SENDING)
    ticket = Ticket(job.id, lambda: spool.move(job.id, JobState.SENT), reissue=job.issue > 0)
    printed = paper.print(unpacked(job.document), ticket)
    spool.move(job.id, _AFTER.get(printed.report.outcome, JobState.QUEUED))
    return printed


def reissue(spool: Spool, job: Job, words: Words) -> Job:
    """The paper that is printed in a void one's place: it says so, and which it is."""
    mark = words.say("spool.reissue", n=job.issue + 1)
    first = _without_mark(unpacked(job.document), job, words)
    return spool.reissue(job, packed(marked(first, mark)))


def _without_mark(document: Document, job: Job, words: Words) -> Document:
    """A paper as it was first asked for: a second reissue has one mark, not two."""
    if not job.issue:
        return document
    mark = words.say("spool.reissue", n=job.issue)
    lines = [part for part in document.lines if mark not in "".join(s.text for s in getattr(part, "spans", ()))]
    return Document(document.columns, lines)


def _not_sent(health: Health, people: int, words: Words) -> Face:
    said = words.say(f"roster.not_printed.{health}", count=people)
    return Face("stop", CROSS, "止", "Ｘ", said, bell=Bell.STOP)


def printed_face(printed: Printed, people: int, words: Words, kind: str = "roster", *, asks: bool = False) -> Face:
    """Say what is known of a paper with so many people on it; `kind`: the table of its words; `asks`: digits answer it."""
    report, missing = printed.report, printed.missing
    if report.outcome is PrintOutcome.PRINTED:
        said = (
            words.say(f"{kind}.printed_with_gaps", count=people, missing=" ".join(missing))
            if missing
            else words.say(f"{kind}.printed", count=people)
        )
        return Face("good", RING, "済", "〇", said, bell=Bell.DONE)
    if report.outcome is PrintOutcome.UNCERTAIN:
        said = words.say(f"{kind}.uncertain", count=people)
        return Face(
            "ask", HILL, "再", "！", said, third=words.say("spool.decide" if asks else "spool.later"), bell=Bell.AGAIN
        )
    return _not_sent(report.health, people, words)
