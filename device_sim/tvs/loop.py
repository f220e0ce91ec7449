"""The one thread that drives every line of a fleet; others leave wishes at its door."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from device_sim.tvs.dialler import Dialler
from device_sim.tvs.line import Line
from device_sim.tvs.set_top import Publication
from device_sim.tvs.tally import TallyKeeper

TICK = 1.0
"""Seconds between two looks at the keepalive."""

FAREWELL = 3.0
"""Seconds that the polite goodbyes may take together."""


class Loop:
    """Runs lines until it is told to say goodbye. Only `wish` may be called from another thread than that of `run`."""

    def __init__(self, host: str, port: int, keepalive: int, keeper: TallyKeeper) -> None:
        """`keepalive` in seconds: a broker that is silent for longer is given up."""
        self.selector = selectors.DefaultSelector()
        self.keeper = keeper
        self.on_heard: Callable[[str, str, bytes], None] = lambda _device, _topic, _payload: None
        """Device, topic, payload; called from the loop's thread."""
        self._lines: dict[str, Line] = {}
        self._dialler = Dialler[Line](lambda line: line.dial(host, port, keepalive))
        self._wishes: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._bell, self._rope = socket.socketpair()
        self._bell.settimeout(0)
        self._rope.settimeout(0)
        self.selector.register(self._bell, selectors.EVENT_READ)
        self._next_tick = 0.0
        self._ends_by: float | None = None

    def wish(self, act: Callable[[], None]) -> None:
        """Let the loop's thread do something soon."""
        self._wishes.put(act)
        with contextlib.suppress(BlockingIOError):  # a full pipe wakes as well as one byte more
            self._rope.send(b"\0")

    def run(self) -> None:
        """Drive the lines; returns after `say_goodbye`."""
        while not self._is_finished():
            now = time.monotonic()
            self._dialler.turn(now)
            for key, events in self.selector.select(self._patience(now)):
                if isinstance(key.data, Line):
                    key.data.turn(events)
            self._grant_wishes()
            self._tick()
        self._grant_wishes()
        for line in self._lines.values():
            line.cut()

    def close(self) -> None:
        """Give the sockets back, when nothing runs any more."""
        self.selector.close()
        self._bell.close()
        self._rope.close()

    def let_in(self, device: str, greeting: Publication, will: Publication, password: str | None) -> None:
        """Begin to dial for a new box; without a password it does not log in."""
        line = Line(device, greeting, will, self)
        if password is not None:
            line.log_in(password)
        self._lines[device] = line
        self._dialler.want(line)

    def publish(self, device: str, publication: Publication) -> None:
        """Send for a box; lost when its power was cut in the meantime."""
        line = self._lines.get(device)
        if line is None:
            self.keeper.add(lost=1)
        else:
            line.publish(publication)

    def cut(self, device: str) -> None:
        """Take a box's power away."""
        line = self._lines.pop(device)
        self._dialler.forget(line)
        line.cut()

    def say_goodbye(self) -> None:
        """Hang up for everybody and let `run` end."""
        self._ends_by = time.monotonic() + FAREWELL
        for line in self._lines.values():
            self._dialler.forget(line)
            line.hang_up()

    def line_accepted(self) -> None:
        """A broker is there (called by a line)."""
        self._dialler.succeeded()

    def line_broken(self, line: Line) -> None:
        """Dial it again (called by a line)."""
        self._dialler.failed(time.monotonic())
        self._dialler.want(line)

    def line_heard(self, device: str, topic: str, payload: bytes) -> None:
        """Hand a message on (called by a line)."""
        self.on_heard(device, topic, payload)

    def _patience(self, now: float) -> float:
        due = self._dialler.due_in(now)
        return TICK if due is None else min(TICK, due)

    def _grant_wishes(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.recv(65536)
        with contextlib.suppress(Empty):
            while True:
                self._wishes.get_nowait()()

    def _tick(self) -> None:
        now = time.monotonic()
        if now >= self._next_tick:
            self._next_tick = now + TICK
            for line in self._lines.values():
                line.tick()

    def _is_finished(self) -> bool:
        if self._ends_by is None:
            return False
        return time.monotonic() > self._ends_by or not any(line.is_open for line in self._lines.values())
