"""The one socket between a drill's simulator and the console (docs/wires.md 5): clock and key presses in, what was seen out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from village_console.village.clock import Clock
from village_console.village.errors import PortIsTakenError
from village_console.village.foreign import UNREADABLE

LONGEST_LINE = 65536


class SetClock(msgspec.Struct, tag_field="do", tag="clock", forbid_unknown_fields=True):
    """Drill time is `epoch` when the monotonic clock reads `monotonic`, and runs at `speed`."""

    epoch: float
    monotonic: float
    speed: float


class Press(msgspec.Struct, tag_field="do", tag="press", forbid_unknown_fields=True):
    """The person at the desk presses keys."""

    id: int
    keys: list[str]


class End(msgspec.Struct, tag_field="do", tag="end", forbid_unknown_fields=True):
    """The drill is over."""


_ORDERS: msgspec.json.Decoder[SetClock | Press | End] = msgspec.json.Decoder(SetClock | Press | End)


@dataclass(slots=True)
class Desk:
    """What the link asks of the screens."""

    press: Callable[[list[str]], Awaitable[bool]]
    """Press keys; true once they are handled and painted, false when a person is using the keyboard."""
    end: Callable[[], Awaitable[None]]
    """Write the evidence."""
    hello: Callable[[], dict[str, Any]]
    """The first line for a simulator that has dialled."""


class DrillLink:
    """The console's end of the link; one simulator at a time."""

    def __init__(self, address: tuple[str, int], clock: Clock) -> None:
        """Listens after `open`."""
        self._address, self._clock = address, clock
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, desk: Desk) -> None:
        """Listen; raises PortIsTakenError."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            """Serve one simulator."""
            await self._serve(reader, writer, desk)

        try:
            self._server = await asyncio.start_server(serve, *self._address, limit=LONGEST_LINE)
        except OSError as error:
            raise PortIsTakenError(address="{}:{}".format(*self._address), what="link") from error

    def tell(self, seen: dict[str, Any]) -> None:
        """Say what the person at the desk saw; nobody listening is no fault."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(msgspec.json.encode(seen) + b"\n")

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            with contextlib.suppress(OSError):
                await self._writer.drain()
            self._writer.close()
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, desk: Desk) -> None:
        self._writer = writer
        self.tell(desk.hello())
        with contextlib.suppress(OSError, asyncio.LimitOverrunError, ValueError):
            while line := await reader.readline():
                await self._obey(line, desk)
        if self._writer is writer:
            self._writer = None
        writer.close()

    async def _obey(self, line: bytes, desk: Desk) -> None:
        try:
            order = _ORDERS.decode(line)
        except UNREADABLE as error:
            self.tell({"saw": "nonsense", "why": str(error)})
            return
        match order:
            case SetClock(epoch, monotonic, speed):
                self._clock.drive(epoch, monotonic, speed)
            case Press(id_, keys):
                self.tell({"saw": "pressed", "id": id_, "took": await desk.press(keys)})
            case End():
                await desk.end()
                self.tell({"saw": "ended"})
