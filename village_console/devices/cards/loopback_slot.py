"""A card slot for simulated cards: the reader's side of the vpcd wire on a loopback port (docs/wires.md 2)."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from village_console.devices.cards import gate
from village_console.devices.cards.question import CardQuestion
from village_console.devices.cards.transport import CardGoneError, Response, Transport
from village_console.devices.ports import CardRemoved, Health, OnHealth, OnTap, Part, Tap
from village_console.village.errors import PortIsTakenError

POWER_OFF, POWER_ON, ATR = b"\x00", b"\x01", b"\x04"
TIMEOUT = 3.0
"""Seconds a card may take for one answer."""
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)


class SlotTransport:
    """One card that has dialled the slot."""

    def __init__(self, connection: socket.socket) -> None:
        """Power the card up and read its ATR; raises CardGoneError."""
        self._connection = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.atr = b""
        self.power_on()

    def send(self, apdu: bytes) -> Response:
        """Send one command that the gate lets pass; raises CardGoneError."""
        gate.check(apdu)
        self._tell(apdu)
        return Response.parse(self._hear())

    def power_on(self) -> None:
        """Power up a card that has lain there; raises CardGoneError."""
        self._connection.settimeout(TIMEOUT)
        self._tell(POWER_ON)
        self._tell(ATR)
        self.atr = self._hear()

    def power_off(self) -> None:
        """Forget everything that was opened on the card."""
        with contextlib.suppress(CardGoneError):
            self._tell(POWER_OFF)

    def wait_until_removed(self, stopping: threading.Event, asked: CardQuestion | None = None) -> bool:
        """Return when the card has left, or the slot is closing; False as soon as a question waits for the card."""
        self._connection.settimeout(0.2)
        while not stopping.is_set():
            if asked is not None and asked.waiting:
                return False
            try:
                if not self._connection.recv(1):
                    return True
            except TimeoutError:
                continue
            except OSError:
                return True
        return True

    def _tell(self, body: bytes) -> None:
        try:
            self._connection.sendall(len(body).to_bytes(2, "big") + body)
        except OSError as error:
            raise CardGoneError from error

    def _hear(self) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(2), "big"))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            try:
                if _QUICKACK is not None:  # without it every answer waits 40 ms for a delayed acknowledgement
                    self._connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
                part = self._connection.recv(count - len(data))
            except OSError as error:
                raise CardGoneError from error
            if not part:
                raise CardGoneError
            data += part
        return data


class LoopbackSlot:
    """Listens for one card at a time and says what each came to."""

    def __init__(
        self,
        address: tuple[str, int],
        read: Callable[[Transport], Tap],
        on_tap: OnTap,
        on_health: OnHealth,
        asked: CardQuestion | None = None,
    ) -> None:
        """`read` is the card code: from a transport to a tap; `asked`: what somebody may want to know of a card instead."""
        self._address, self._read, self._on_tap, self._on_health = address, read, on_tap, on_health
        self._asked = asked or CardQuestion()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="card-slot", daemon=True)
        self._listener: socket.socket | None = None

    def start(self) -> None:
        """Listen; raises PortIsTakenError."""
        try:
            self._listener = socket.create_server(self._address)
        except OSError as error:
            raise PortIsTakenError(address="{}:{}".format(*self._address), what="slot") from error
        self._listener.settimeout(0.2)
        self._on_health(Part.READER, Health.READY, 0)
        self._thread.start()

    def stop(self) -> None:
        """Close the slot."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2)
        if self._listener:
            self._listener.close()

    def _serve(self) -> None:
        assert self._listener is not None  # noqa: S101 -- start() made it
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                self._one_card(connection)

    def _one_card(self, connection: socket.socket) -> None:
        try:
            transport = SlotTransport(connection)
            if not self._asked.answer(transport):
                self._on_tap(self._read(transport))
        except CardGoneError:
            self._on_tap(CardRemoved())
            return
        transport.power_off()
        with contextlib.suppress(CardGoneError):
            self._while_it_lies(transport)

    def _while_it_lies(self, transport: SlotTransport) -> None:
        """A card that lies there can be asked something; raises CardGoneError."""
        while not transport.wait_until_removed(self._stopping, self._asked):
            transport.power_on()
            self._asked.answer(transport)
            transport.power_off()
