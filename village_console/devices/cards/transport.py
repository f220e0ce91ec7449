"""What card code needs of a reader: bytes in, bytes and a status word out (ISO/IEC 7816-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SUCCESS = 0x9000


class CardGoneError(Exception):
    """The card left the reader, or never answered."""


@dataclass(frozen=True, slots=True)
class Response:
    """A card's answer to one command."""

    data: bytes
    sw: int

    @property
    def ok(self) -> bool:
        """Whether the card did what it was told."""
        return self.sw == SUCCESS

    @classmethod
    def parse(cls, raw: bytes) -> Response:
        """Split data and status word; raises CardGoneError when there is not even a status word."""
        if len(raw) < 2:
            raise CardGoneError
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))


class Transport(Protocol):
    """Talks to one card while it lies on the reader."""

    @property
    def atr(self) -> bytes:
        """Answer to reset; of a contactless card the reader makes it up (PC/SC part 3)."""
        ...

    def send(self, apdu: bytes) -> Response:
        """Send one command; raises CardGoneError."""
        ...


def select_application(transport: Transport, aid: bytes) -> Response:
    """SELECT by application identifier, without asking for its description."""
    return transport.send(bytes([0x00, 0xA4, 0x04, 0x0C, len(aid)]) + aid)


def select_once_more(transport: Transport, aid: bytes) -> Response:
    """Select; some cards answer 6F00 to the first command after power-up, and are asked again."""
    first = select_application(transport, aid)
    return select_application(transport, aid) if first.sw == 0x6F00 else first


def select_file(transport: Transport, file: int) -> Response:
    """SELECT by the file's two-byte identifier within the application."""
    return transport.send(bytes([0x00, 0xA4, 0x02, 0x0C, 0x02]) + file.to_bytes(2, "big"))


def read_by_short_id(transport: Transport, short_id: int, offset: int) -> Response:
    """READ BINARY of up to 256 bytes; the first read selects the file by its short identifier.

    Later reads address the file that the first one selected: an offset has 15 bits, a short identifier leaves 8.
    """
    p1, p2 = (0x80 | short_id, 0) if offset == 0 else (offset >> 8, offset & 0xFF)
    return transport.send(bytes([0x00, 0xB0, p1, p2, 0x00]))
