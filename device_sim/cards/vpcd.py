"""The card's end of the vpcd wire (docs/wires.md section 2): it dials the reader, and hanging up takes the card away."""

from __future__ import annotations

import contextlib
import socket
import struct
from enum import StrEnum
from threading import Thread
from types import TracebackType
from typing import Protocol, Self

DIAL_TIMEOUT = 5.0
"""Seconds."""


class Card(Protocol):
    """What a reader can do to a card."""

    atr: bytes

    def power_on(self) -> None:
        """Give power."""

    def power_off(self) -> None:
        """Take power."""

    def reset(self) -> None:
        """Reset warm."""

    def transmit(self, apdu: bytes) -> bytes:
        """Answer a command APDU."""
        ...


class LinkEnd(StrEnum):
    """Why a card is no longer on the reader."""

    WITHDRAWN = "withdrawn"
    PULLED = "pulled"
    READER_GONE = "reader_gone"


class NoReaderError(Exception):
    """Nobody listens where the reader should be."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"no card reader listens at {host}:{port}: start the console with a simulated world, "
            f"or correct `slot` in wires.json"
        )


class VpcdLink:
    """One card on one reader, from entering the context until `withdraw`, the end of the context or the reader's death."""

    def __init__(self, card: Card, host: str, port: int, *, pull_after: int | None = None) -> None:
        """`pull_after`: the card is pulled as soon as it has answered that many APDUs; 0 leaves the first unanswered."""
        self._card = card
        self._host, self._port = host, port
        self._pull_after = pull_after
        self._wire: socket.socket | None = None
        self._thread: Thread | None = None
        self.answered = 0
        self.ended: LinkEnd | None = None

    def __enter__(self) -> Self:
        """Put the card on the reader, powered; raises `NoReaderError` when there is none."""
        try:
            wire = socket.create_connection((self._host, self._port), DIAL_TIMEOUT)
        except OSError as error:
            raise NoReaderError(self._host, self._port) from error
        # The reader may leave a card lying for an hour: there is no limit to waiting for its next word.
        wire.settimeout(None)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wire = wire
        self._card.power_on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the card away."""
        self.withdraw()
        if self._wire is not None:
            self._wire.close()

    def start(self) -> None:
        """Serve in a thread of its own, which ends with the link."""
        self._thread = Thread(target=self.serve, name=f"card on {self._port}", daemon=True)
        self._thread.start()

    def withdraw(self) -> None:
        """Take the card away at once; safe from any thread, and more than once."""
        self._end(LinkEnd.WITHDRAWN)
        if self._thread is not None:
            self._thread.join(DIAL_TIMEOUT)

    def serve(self) -> LinkEnd:
        """Answer the reader until the link ends, and tell how it ended; blocks."""
        if self._wire is None:
            raise RuntimeError("enter the link before serving it")
        with contextlib.suppress(OSError):
            while (message := self._receive(self._wire)) is not None and self._obey(self._wire, message):
                pass
        self._card.power_off()
        return self._end(LinkEnd.READER_GONE)

    def _obey(self, wire: socket.socket, message: bytes) -> bool:
        """Do what the reader says; False when the card has been pulled meanwhile."""
        match message:
            case b"\x00":
                self._card.power_off()
            case b"\x01":
                self._card.power_on()
            case b"\x02":
                self._card.reset()
            case b"\x04":
                _send(wire, self._card.atr)
            case _ if len(message) == 1:
                pass  # a control of a later vpcd: none of them may be answered
            case _:
                return self._reply(wire, message)
        return True

    def _reply(self, wire: socket.socket, apdu: bytes) -> bool:
        if self.answered != self._pull_after:
            _send(wire, self._card.transmit(apdu))
            self.answered += 1
        if self.answered == self._pull_after:
            self._end(LinkEnd.PULLED)
            return False
        return True

    def _end(self, end: LinkEnd) -> LinkEnd:
        """Hang up; the first reason given is the one that is remembered."""
        self.ended = self.ended or end
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)
        return self.ended

    def _receive(self, wire: socket.socket) -> bytes | None:
        head = _receive_exactly(wire, 2)
        return None if head is None else _receive_exactly(wire, int.from_bytes(head, "big"))


def _send(wire: socket.socket, body: bytes) -> None:
    wire.sendall(struct.pack(">H", len(body)) + body)


def _receive_exactly(wire: socket.socket, length: int) -> bytes | None:
    """Read `length` bytes; None when the other end hung up before."""
    received = b""
    while len(received) < length:
        # pcscd sends length and body apart: without this each APDU waits 40 ms for a delayed acknowledgement,
        # and the kernel forgets the option after every receive (reference/cards.md 5.4).
        if hasattr(socket, "TCP_QUICKACK"):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = wire.recv(length - len(received))
        if not part:
            return None
        received += part
    return received
