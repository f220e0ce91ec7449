"""Some hundred set-tops on one broker: a connection for each, because each has a last will, and one thread for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from threading import Thread
from types import TracebackType
from typing import Self

from device_sim.tvs.loop import FAREWELL, Loop
from device_sim.tvs.set_top import Publication
from device_sim.tvs.tally import Tally, TallyKeeper

KEEPALIVE = 15
"""Seconds; a broker that is silent for longer is given up."""


class UnknownDeviceError(LookupError):
    """A publication or a power cut for a box that is not in this fleet."""

    def __init__(self, device: str) -> None:
        super().__init__(f"{device} is not in this fleet: connect it first")


class Fleet:
    """The set-tops of a village. Its methods may be called from any thread; use it as a context."""

    def __init__(
        self, host: str, port: int, *, keepalive: int = KEEPALIVE, passwords: Mapping[str, str] | None = None
    ) -> None:
        """`keepalive` in seconds; `passwords` by device: a box that has one logs in under its own name."""
        self._keeper = TallyKeeper()
        self._loop = Loop(host, port, keepalive, self._keeper)
        self._thread = Thread(target=self._loop.run, name="set-tops", daemon=True)
        self._devices: set[str] = set()
        self._passwords = passwords or {}

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    @property
    def tally(self) -> Tally:
        """What has become of everything that was published, at this moment."""
        return self._keeper.now()

    @property
    def acknowledged(self) -> int:
        """Publications for which the broker has taken responsibility."""
        return self.tally.acknowledged

    @property
    def pending(self) -> int:
        """Publications that wait for the broker's acknowledgement."""
        return self.tally.pending

    def connect(self, device: str, greeting: Publication, will: Publication) -> None:
        """Let a box into the fleet; it dials until it is connected, now and whenever the broker comes back.

        After a power cut a box is let in again with the greeting and the will of its new boot.
        Raises ValueError when it is in the fleet already.
        """
        if device in self._devices:
            raise ValueError(f"{device} is in this fleet already")
        self._devices.add(device)
        self._loop.wish(partial(self._loop.let_in, device, greeting, will, self._passwords.get(device)))

    def listen(self, heard: Callable[[str, str, bytes], None]) -> None:
        """Hand on what comes for the boxes: device, topic, payload, from the fleet's own thread. Before the first `connect`."""
        self._loop.on_heard = heard

    def publish(self, device: str, publication: Publication) -> None:
        """Send for a box, or keep it until the broker is back; never waits.

        Raises `UnknownDeviceError`, and ValueError for anything but QoS 1.
        """
        self._demand(device)
        if publication.qos != 1:
            raise ValueError("a fleet counts acknowledgements, which only QoS 1 has")
        self._keeper.add(handed_in=1)
        self._loop.wish(partial(self._loop.publish, device, publication))

    def cut(self, device: str) -> None:
        """Cut a box's power: no DISCONNECT, so its last will fires; what was not acknowledged is lost with it.

        Raises `UnknownDeviceError`.
        """
        self._demand(device)
        self._devices.remove(device)
        self._loop.wish(partial(self._loop.cut, device))

    def wait_connected(self, timeout: float) -> bool:
        """Wait until the broker knows every box to be up; False when that takes longer than `timeout` seconds."""
        return self._keeper.wait_for(lambda tally: tally.up == len(self._devices), timeout)

    def drain(self, timeout: float) -> bool:
        """Wait until nothing is pending; False when that takes longer than `timeout` seconds."""
        return self._keeper.wait_for(lambda tally: tally.pending == 0, timeout)

    def close(self) -> None:
        """Say goodbye for every box, so that no last will fires, and end the thread; may be called twice.

        What is still pending is given to the wire before the goodbye, but counts as lost.
        """
        self._devices.clear()
        if self._thread.is_alive():
            self._loop.wish(self._loop.say_goodbye)
            self._thread.join(2 * FAREWELL)
        self._loop.close()

    def _demand(self, device: str) -> None:
        if device not in self._devices:
            raise UnknownDeviceError(device)
