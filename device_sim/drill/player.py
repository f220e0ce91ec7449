"""Plays a drill: televisions and printer live, parties come to the desk and are served one after another."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from device_sim.drill.agenda import Errand, Queue, agenda
from device_sim.drill.clock import DrillClock
from device_sim.drill.desk import Desk
from device_sim.drill.desk_book import DeskBook
from device_sim.drill.desk_lines import Begun, Ended, Failure, GivenUp
from device_sim.drill.keyboard import Keyboard
from device_sim.drill.link_words import End, EvidenceWritten
from device_sim.drill.paper_tray import printer_at
from device_sim.drill.patience import Deadline, Patience
from device_sim.drill.play import Play
from device_sim.drill.play_errors import ConsoleLostError, NoConsoleError, PlayError
from device_sim.drill.scripted import Script
from device_sim.drill.standing_line import StandingLine
from device_sim.drill.television_room import TelevisionRoom
from device_sim.drill.truth_lines import InjectTruth
from device_sim.drill.visit import Step, Visit
from device_sim.drill.wires import Address
from device_sim.tvs.fleet import Fleet

NAP = 0.05
"""Real seconds between two looks at clock and link while nobody is at the desk."""

LAST_LOGS = 5.0
"""Real seconds for the broker to take the last words of the televisions."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far a drill is; counts are people."""

    at: datetime
    arrived: int
    coming: int
    checked_in: int
    queue: int

    def __str__(self) -> str:
        """One line of progress."""
        return (
            f"{self.at:%H:%M:%S} arrived {self.arrived}/{self.coming}, checked in {self.checked_in}, queue {self.queue}"
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """What a drill is played with."""

    book: DeskBook
    line: StandingLine
    room: TelevisionRoom
    desk: Desk
    script: Script


class Player:
    """Plays one drill once; `status` may be asked from any thread."""

    def __init__(self, play: Play, patience: Patience | None = None) -> None:
        """Raises DrillFolderError when the truth cannot be played."""
        self._play = play
        self._patience = patience or Patience()
        self._clock = DrillClock(play.truth.drill.starts_at)
        self._deadline = Deadline()
        self._errands = agenda(play.truth)
        self._persons = {person.resident: person for person in play.truth.persons}
        self._queue = Queue(self._errands)
        self._here: set[str] = set()
        self._running_since = 0.0

    def status(self) -> Status:
        """How far it is."""
        now = self._clock.now()
        queue = self._queue
        return Status(now, queue.arrived(now), queue.coming, len(self._here), queue.waiting(now))

    def run(self) -> Status:
        """Play from beginning to end; raises PlayError with the reason when it cannot be."""
        with DeskBook(self._play.folder / "desk.jsonl", self._clock.now) as book, _edge(book), self._stage(book) as on:
            self._begin(on)
            for errand in self._errands:
                self._wait_until(errand.due, on)
                for step in self._steps(errand, on):
                    self._take(step, on, f"at {errand.due:%H:%M:%S} something was begun that did not end")
                self._queue.serve(errand)
            self._wait_until(self._play.truth.drill.ends_at, on)
            self._end(on)
            return self.status()

    @contextmanager
    def _stage(self, book: DeskBook) -> Generator[Stage]:
        play, wires = self._play, self._play.wires
        line = StandingLine(Address.parse(wires.link), self._clock, book, self._patience)
        keyboard = Keyboard(line, self._patience, self._deadline)
        slot = Address.parse(wires.slot)
        desk = Desk(line, slot, keyboard, book, self._patience, watched=play.people_watch)
        self._here = desk.here
        with (
            printer_at(Address.parse(wires.printer), play.folder) as printer,
            Fleet(*Address.parse(wires.broker), passwords=play.passwords) as fleet,
            TelevisionRoom(play.truth, fleet, self._clock) as room,
            closing(line),
        ):
            yield Stage(book, line, room, desk, Script(desk, printer, room, book))

    def _begin(self, on: Stage) -> None:
        """Time stands still until the console has said hello and the televisions are connected."""
        until = time.monotonic() + self._patience.begin
        hello = on.line.open()
        if not on.room.wait_connected(max(0.0, until - time.monotonic())):
            message = (
                f"only {on.room.tally.up} of {on.room.count} televisions reached the broker at "
                f"{self._play.wires.broker} within {self._patience.begin:g} seconds"
            )
            raise NoConsoleError(message)
        drill, speed = self._play.truth.drill, self._play.speed
        self._clock.run(speed)
        self._running_since = time.monotonic()
        self._deadline.set((drill.ends_at - drill.starts_at).total_seconds() / speed + self._patience.overdue)
        on.book.write(
            Begun(
                at=drill.starts_at,
                scenario=drill.scenario,
                seed=drill.seed,
                speed=speed,
                run_mode=hello.run_mode,
                world=hello.world,
                received=hello.received,
                people_watch=self._play.people_watch,
            )
        )
        on.room.start()
        self._take(lambda _attempt: on.line.send_clock(), on, "the console did not take the clock")

    def _steps(self, errand: Errand, on: Stage) -> Iterator[Step]:
        if isinstance(errand.what, InjectTruth):
            yield on.script.step(errand.what)
            return
        visit = Visit(on.desk, self._play.wallet, self._persons, errand, errand.what)
        yield from visit.steps()
        for who in visit.missing():
            on.book.write(GivenUp(at=self._clock.now(), household=errand.what.household, resident=who))

    def _take(self, step: Step, on: Stage, doing: str) -> None:
        """Do a step, and do it again whenever the console has died under it."""
        attempt = 1
        while True:
            self._deadline.check(doing)
            try:
                step(attempt)
            except ConsoleLostError as lost:
                attempt += 1
                on.line.restore(lost)
            else:
                return

    def _wait_until(self, moment: datetime, on: Stage) -> None:
        while (left := self._clock.real_seconds_until(moment)) > 0:
            if on.line.is_lost:
                on.line.restore(ConsoleLostError("the console hung up while nobody was at the desk"))
            self._deadline.check(f"waiting for {moment:%H:%M:%S}")
            time.sleep(min(left, NAP))

    def _end(self, on: Stage) -> None:
        """Let the console write its evidence, and note what became of the televisions' words."""
        on.room.finish(LAST_LOGS)
        self._take(lambda _attempt: self._ask_for_evidence(on), on, "the console did not write its evidence")
        tally = on.room.tally
        on.book.write(
            Ended(
                at=self._clock.now(),
                tv_published=tally.handed_in,
                tv_acknowledged=tally.acknowledged,
                real_seconds=round(time.monotonic() - self._running_since, 3),
            )
        )

    def _ask_for_evidence(self, on: Stage) -> None:
        link = on.line.link
        link.tell(End())
        if link.wait_for(EvidenceWritten, self._patience.evidence) is None:
            message = f"the console did not write its evidence within {self._patience.evidence:g} seconds"
            raise PlayError(message)


@contextmanager
def _edge(book: DeskBook) -> Generator[None]:
    """Whatever ends a drill before its time stands in desk.jsonl, and leaves as one sentence."""
    try:
        yield
    except Exception as error:
        why = str(error) if isinstance(error, PlayError) else f"{type(error).__name__}: {error}"
        book.write(Failure(at=book.now(), why=why))
        if isinstance(error, PlayError):
            raise
        raise PlayError(why) from error
