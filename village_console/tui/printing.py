"""What goes to the receipt printer from a desk, and how its outcome looks: no answer is never fine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from village_console.devices.ports import Health, Part, PrintOutcome, Ticket
from village_console.journal.spool import Job, JobState
from village_console.papers.document import Document, is_native, marked, packed, unpacked
from village_console.tui import drill_desk
from village_console.tui.answers import Bell, Face
from village_console.tui.shapes import BARS, CROSS, DIAMOND, HILL, RING
from village_console.tui.station import PaperDesk, Printed
from village_console.words import Words

if TYPE_CHECKING:
    from village_console.journal.spool import Spool
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk

_PRINTS = (Health.READY, Health.NEAR_END, Health.ONE_WAY)
_OWN_WORDS = ("slip", "sheet", "need_list", "card_slip")
"""Kinds of paper that have a table of their own; the others are so many people on a list."""
_SHOWN = 3
"""Characters without a shape that a question names."""


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

    def begin(self, paper: Document | Sequence[Document], people: int, kind: str = "roster", about: str = "") -> None:
        """Print a paper, or one in several pages, with so many people or codes on it; what has no shape is asked about first.

        `kind`: what the spool calls it; `about`: for the audit.
        """
        desk = self._app.station.paper
        if desk is None:
            self._app.desk.show(_not_sent(Health.ABSENT, people, self._app.words))
            return
        pages = [paper] if isinstance(paper, Document) else list(paper)
        about = about or f"{kind} of {people}"

        def take() -> None:
            """Give the pages to the spool."""
            self._take(pages, people, kind, about)

        def look() -> None:
            """Look in a thread whether every character can be shown, and ask where not."""
            lacking = desk.lacking(pages)
            self._app.call_from_thread(self._ask_first, lacking, take) if lacking else self._app.call_from_thread(take)

        if all(is_native(page) for page in pages):
            take()
        else:  # fonts are read, which takes a moment the first time
            self._app.run_worker(look, group="paper-look", thread=True)

    def _take(self, pages: Sequence[Document], people: int, kind: str, about: str) -> None:
        """Into the spool with it."""
        at = self._app.past.at
        for n, page in enumerate(pages, start=1):
            part = about if len(pages) == 1 else f"{about}, page {n}/{len(pages)}"
            said = f"{part} as of {at:%Y-%m-%dT%H:%M:%S}" if at else part
            self.spool.queue(packed(page), kind, people, said)
        self.go_on()

    def _ask_first(self, lacking: Sequence[str], take: Callable[[], None]) -> None:
        """Say what would be printed as 〓, by its numbers; nothing is printed until somebody has said so."""
        app, desk = self._app, self._app.desk
        codes = "  ".join(" ".join(f"U+{ord(c):04X}" for c in cluster) for cluster in lacking[:_SHOWN])
        said = app.words.say("spool.gaps", count=len(lacking), codes=codes)
        if not self._may_ask(desk):
            desk.show(Face("stop", CROSS, "止", "Ｘ", said, third=app.words.say("spool.gaps_later"), bell=Bell.STOP))
            return
        desk.ask(
            Face("ask", DIAMOND, "問", "？", said, third=app.words.say("spool.gaps_keys"), bell=Bell.QUESTION), take
        )

    def _may_ask(self, desk: Desk) -> bool:
        """Whether a question would take nobody's place."""
        return desk.question is None and not desk.TEXT_FOCUS and not self._app.pages.hidden

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
        if health in _PRINTS and self.spool.waiting(JobState.QUEUED):
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
            lambda: app.say_in_band("same", BARS, "同", "－", f"{table_of(job.kind)}.printing", count=job.people)
        )
        app.live.journal.note_look("printed", job.about)
        printed = print_job(spool, job, paper)
        app.call_later(self._done, printed, job)
        return printed.report.outcome is PrintOutcome.PRINTED

    def _done(self, printed: Printed, job: Job) -> None:
        app, report = self._app, printed.report
        desk = app.desk
        asks = self._may_ask(desk)
        face = printed_face(printed, job.people, app.words, job.kind, asks=asks)
        if asks and report.outcome is PrintOutcome.UNCERTAIN:
            desk.ask(face, lambda: None, lambda n: (self.came_out, self.print_again)[n - 1](job), most=2)
        else:
            desk.show(face)
        app.on_health(Part.PRINTER, report.health, 0)
        if report.outcome is PrintOutcome.PRINTED and self.spool.waiting(*_UNDER_WAY):
            return  # a roster is several papers: a drill hears of it when the last has come out
        name = "printed" if report.outcome is PrintOutcome.PRINTED else "not_printed"
        drill_desk.tell_when_painted(app, lambda: drill_desk.tell(app, name))


_UNDER_WAY = (JobState.QUEUED, JobState.SENDING, JobState.SENT)
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
    report, missing, table = printed.report, printed.missing, table_of(kind)
    if report.outcome is PrintOutcome.PRINTED:
        said = (
            words.say(f"{table}.printed_with_gaps", count=people, missing=" ".join(missing))
            if missing
            else words.say(f"{table}.printed", count=people)
        )
        low = words.say("spool.near_end") if report.health is Health.NEAR_END else ""
        return Face("good", RING, "済", "〇", said, third=low, bell=Bell.DONE)
    if report.outcome is PrintOutcome.UNCERTAIN:
        what = f"{words.say(f'spool.kind.{kind}')} {people}"
        return Face(
            "ask", HILL, "再", "！", words.say(f"spool.why.{report.health}"), what,
            third=words.say("spool.decide" if asks else "spool.later"), bell=Bell.AGAIN,
        )  # fmt: skip
    return _not_sent(report.health, people, words)


def table_of(kind: str) -> str:
    """The table of a kind's sentences."""
    return kind if kind in _OWN_WORDS else "roster"
