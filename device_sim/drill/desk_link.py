"""One connection of the drill link, from dialling until one of the two hangs up."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread
from typing import NamedTuple, TypeVar

from device_sim.drill.link_words import Board, Order, Seen, SeenLine, decode, encode
from device_sim.drill.play_errors import ConsoleLostError
from device_sim.drill.wires import Address

DIAL_TIMEOUT = 2.0
"""Seconds."""

S = TypeVar("S", bound=Seen)


class Arrival(NamedTuple):
    """What the console said, and when it arrived here (monotonic)."""

    at: float
    seen: SeenLine


class DeskLink:
    """Tells the console what to do, and keeps what it says until somebody asks for it."""

    def __init__(self, address: Address, on_board: Callable[[Board], None]) -> None:
        """Dial; `on_board` is called from the link's own thread. Raises OSError when nobody is there."""
        self._on_board = on_board
        self._socket = socket.create_connection(address, DIAL_TIMEOUT)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._inbox: list[Arrival] = []
        self._changed = Condition()
        self._lost = False
        self._thread = Thread(target=self._listen, name="drill link", daemon=True)
        self._thread.start()

    @property
    def is_lost(self) -> bool:
        """Whether the console has hung up."""
        return self._lost

    def tell(self, order: Order) -> None:
        """Send one line; raises ConsoleLostError."""
        try:
            self._socket.sendall(encode(order))
        except OSError as error:
            message = "the drill link broke while something was being sent"
            raise ConsoleLostError(message) from error

    def wait_for(
        self, kind: type[S], timeout: float, fits: Callable[[S], bool] = lambda _: True
    ) -> tuple[float, S] | None:
        """Take the first line of this kind that fits, with its arrival; None after `timeout` seconds.

        Raises ConsoleLostError when the console hangs up before.
        """
        until = time.monotonic() + timeout
        with self._changed:
            while True:
                for i, (at, seen) in enumerate(self._inbox):
                    if isinstance(seen, kind) and fits(seen):
                        del self._inbox[i]
                        return at, seen
                if self._lost:
                    message = "the console hung up the drill link"
                    raise ConsoleLostError(message)
                if not self._changed.wait(until - time.monotonic()):
                    return None

    def leftovers(self) -> list[Arrival]:
        """Take everything that nobody has asked for."""
        with self._changed:
            left, self._inbox = self._inbox, []
        return left

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError), self._socket.makefile("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):  # else the console died in the middle of a word
                    self._hear(decode(line))
        with self._changed:
            self._lost = True
            self._changed.notify_all()

    def _hear(self, seen: SeenLine) -> None:
        at = time.monotonic()
        if isinstance(seen, Board):
            self._on_board(seen)
            return
        with self._changed:
            self._inbox.append(Arrival(at, seen))
            self._changed.notify_all()
