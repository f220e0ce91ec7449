"""Plays the village's televisions in drill time: what is due is published at once, whatever goes on at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Protocol, Self

from device_sim.drill.clock import DrillClock
from device_sim.drill.remote_control import Press, RemoteControls
from device_sim.drill.television_schedule import Doing, Due, devices_of, schedule
from device_sim.drill.truth import Truth
from device_sim.streams import stream
from device_sim.tvs.set_top import Publication, SetTop
from device_sim.tvs.tally import Tally

LONGEST_NAP = 0.25
"""Real seconds between two looks at the clock."""


class Boxes(Protocol):
    """What the room needs of a fleet."""

    @property
    def tally(self) -> Tally:
        """What has become of the publications."""
        ...

    def connect(self, device: str, greeting: Publication, will: Publication) -> None:
        """Let a box in."""
        ...

    def listen(self, heard: Callable[[str, str, bytes], None]) -> None:
        """Hand on what comes for the boxes."""
        ...

    def publish(self, device: str, publication: Publication) -> None:
        """Send, or keep until the broker is back."""
        ...

    def wait_connected(self, timeout: float) -> bool:
        """Whether all boxes are up in time."""
        ...

    def drain(self, timeout: float) -> bool:
        """Whether everything was acknowledged in time."""
        ...


class TelevisionRoom:
    """The set-tops of one drill. Enter it to give them power, `start` it to let them live."""

    def __init__(self, truth: Truth, boxes: Boxes, clock: DrillClock) -> None:
        self._boxes, self._clock = boxes, clock
        self._ends_at = truth.drill.ends_at
        self._seed = truth.drill.seed
        self._set_tops = {device: SetTop(device) for device in devices_of(truth)}
        self._due = schedule(truth)
        self._next = 0
        self._remotes = RemoteControls(truth)
        self._presses: list[Press] = []
        self._seen: set[tuple[str, str]] = set()
        self._publishing = Lock()
        self._leaving = Event()
        self._thread = Thread(target=self._live, name="television room", daemon=True)

    def __enter__(self) -> Self:
        """Give every box power; each dials the broker until it is connected."""
        self._boxes.listen(self._heard)
        for device, box in self._set_tops.items():
            boot = f"{stream(self._seed, 'boot', device).getrandbits(32):08x}"
            (greeting,) = box.power_up(boot)
            self._boxes.connect(device, greeting, box.will())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop living; the fleet says goodbye by itself."""
        self._leaving.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def count(self) -> int:
        """How many set-tops there are."""
        return len(self._set_tops)

    @property
    def tally(self) -> Tally:
        """What has become of everything that was published."""
        return self._boxes.tally

    def wait_connected(self, timeout: float) -> bool:
        """Wait until the broker knows every box to be up."""
        return self._boxes.wait_connected(timeout)

    def start(self) -> None:
        """Publish what is due from now on, in a thread of its own."""
        self._thread.start()

    def catch_up(self, timeout: float) -> bool:
        """Publish everything that is due now, and wait until the broker has it; False when that takes longer."""
        self._publish_until(self._clock.now())
        return self._boxes.drain(timeout)

    def finish(self, timeout: float) -> bool:
        """The same up to the end of the drill."""
        self._publish_until(self._ends_at)
        return self._boxes.drain(timeout)

    def _heard(self, device: str, topic: str, payload: bytes) -> None:
        """A message came from the desk; a box whose television is on shows it and says so."""
        with self._publishing:
            box, now = self._set_tops[device], self._clock.now()
            for publication in box.hear(topic, payload, now):
                self._boxes.publish(device, publication)
            self._see(box, now)

    def _see(self, box: SetTop, now: datetime) -> None:
        """Whoever is in front of the screen may press a key in a while; each message is thought about once."""
        message = box.screen.asking(now) if box.is_on else None
        if message is None or (box.device, message.id) in self._seen:
            return
        self._seen.add((box.device, message.id))
        press = self._remotes.press(box.device, message.id, now)
        if press is not None:
            self._presses.append(press)

    def _press_due(self, moment: datetime) -> None:
        due = [press for press in self._presses if press.at <= moment]
        self._presses = [press for press in self._presses if press.at > moment]
        for press in due:
            for publication in self._set_tops[press.device].press(press.key, press.at):
                self._boxes.publish(press.device, publication)

    def _live(self) -> None:
        while not self._leaving.is_set():
            self._publish_until(self._clock.now())
            self._leaving.wait(self._nap())

    def _nap(self) -> float:
        if self._next >= len(self._due):
            return LONGEST_NAP
        return max(0.0, min(LONGEST_NAP, self._clock.real_seconds_until(self._due[self._next].at)))

    def _publish_until(self, moment: datetime) -> None:
        with self._publishing:
            while self._next < len(self._due) and self._due[self._next].at <= moment:
                due = self._due[self._next]
                self._next += 1
                self._press_due(due.at)
                box = self._set_tops[due.device]
                for publication in ACTS[due.doing](box, due):
                    self._boxes.publish(due.device, publication)
                self._see(box, due.at)
            self._press_due(moment)


def _switch_off(box: SetTop, due: Due) -> list[Publication]:
    """A box whose television is off from the start has nothing to switch: its first report is a sign of life."""
    return box.switch(on=False, at=due.at) or box.alive(due.at)


ACTS: dict[Doing, Callable[[SetTop, Due], list[Publication]]] = {
    Doing.ON: lambda box, due: box.switch(on=True, at=due.at, channel=due.channel),
    Doing.OFF: _switch_off,
    Doing.TUNED: lambda box, due: box.tune(due.channel or box.channel, due.at),
    Doing.ALIVE: lambda box, due: box.alive(due.at),
}
