"""The printer from being switched on to being switched off: everything that a power cut erases."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread

from device_sim.printers.command_stream import CommandStream
from device_sim.printers.commands import Command, RealTimeCommand, Received
from device_sim.printers.network_card import NetworkCard
from device_sim.printers.paper import Paper
from device_sim.printers.paper_path import PaperPath
from device_sim.printers.receive_buffer import ReceiveBuffer
from device_sim.printers.sheet import Sheet
from device_sim.printers.status import Status

QUESTIONS = frozenset({"GS r", "GS I", "GS ( H"})
"""What is asked in the queue and answered in its turn."""
TELLING = 0x0E
"""Bits of GS a that this printer has something to tell of: on or off line, errors, paper."""
CLEARING_ENQUIRY = b"\x02"
CLEARING_REQUEST = b"\x08\x01\x03\x14\x01\x06\x02\x08"


@dataclass(frozen=True, slots=True)
class Build:
    """How a printer is made: the size of its buffer, its speed (None: as fast as it can), its patience, its head in dots."""

    buffer_bytes: int
    lines_per_second: float | None
    idle_seconds: float
    width: int
    answers: frozenset[str]
    """Questions in the queue that it knows; most clones have no GS ( H."""


class PowerCycle:
    """A running printer: one thread receives, obeys real-time commands and fills the buffer, one prints from it.

    A command that one connection began and did not end goes on with the bytes of the next, as the printer sees no seam.
    Sheets that are cut go to `deliver`, in the printing thread. Raises OSError when `port` is taken.
    """

    def __init__(
        self, port: int, build: Build, path: PaperPath, muted: Event, deliver: Callable[[Sheet], None]
    ) -> None:
        self._muted = muted
        self._build = build
        self._path = path
        self._deliver = deliver
        self._buffer = ReceiveBuffer(build.buffer_bytes)
        self._stream = CommandStream()
        self._paper = Paper(build.width)
        self._paper_lock = Lock()
        self._off = Event()
        self._tells = Event()
        self._card = NetworkCard(port, self._receive, build.idle_seconds)
        self._thread = Thread(target=self._print, name="printer mechanism", daemon=True)
        path.watch(self._follow)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that listens."""
        return self._card.port

    @property
    def waiting_bytes(self) -> int:
        """How many bytes are received and not printed."""
        return self._buffer.held_bytes

    def end(self) -> Sheet | None:
        """Cut the power; return the paper that was printed on and not cut."""
        self._off.set()
        self._buffer.close()
        self._card.close()
        self._thread.join()
        return self._paper.tear()

    def _follow(self, status: Status) -> None:
        self._buffer.stop(stopped=not status.online)
        if self._tells.is_set():
            self._answer(status.automatic())

    def _receive(self, received: bytes) -> bool:
        return all(self._sort(command) for command in self._stream.feed(received))

    def _sort(self, command: Received) -> bool:
        if not isinstance(command, RealTimeCommand):
            return self._buffer.put(command)
        if command.name == "DLE EOT":
            self._answer(self._path.status.real_time_answer(command.arguments[0]))
        elif command.arguments in {CLEARING_ENQUIRY, CLEARING_REQUEST}:
            self._clear()
        return True

    def _clear(self) -> None:
        """DLE ENQ 2, DLE DC4 8: what is received or composed goes, what is on the paper stays."""
        self._buffer.clear()
        with self._paper_lock:
            self._paper.forget_line()

    def _answer(self, answer: bytes) -> None:
        if answer and not self._muted.is_set():
            self._card.send(answer)

    def _print(self) -> None:
        while (command := self._buffer.take()) is not None:
            with self._paper_lock:
                motion = self._paper.execute(command)
            self._move(motion.lines)
            if motion.sheet is not None:
                self._deliver(motion.sheet)
            if isinstance(command, Command):
                self._say(command)

    def _say(self, command: Command) -> None:
        """Answer a question in its turn; GS a lets the printer tell by itself, from now on, until ESC @ or GS a 0."""
        if command.name in self._build.answers:
            self._answer(self._path.status.queued_answer(command))
        elif command.name == "ESC @" or (command.name == "GS a" and not command.arguments[0] & TELLING):
            self._tells.clear()
        elif command.name == "GS a":
            self._tells.set()
            self._answer(self._path.status.automatic())

    def _move(self, lines: int) -> None:
        if lines and self._build.lines_per_second:
            self._off.wait(lines / self._build.lines_per_second)
        self._path.use(lines)
