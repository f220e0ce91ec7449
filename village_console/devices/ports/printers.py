"""A receipt printer that takes finished bytes: what its make can do, and what is known of a paper that was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from village_console.devices.ports.health import Health


class PrintOutcome(StrEnum):
    """What is known of a paper that was sent to a printer."""

    PRINTED = "printed"
    """The printer said that the mechanism has finished."""
    UNCERTAIN = "uncertain"
    """Sent, but nothing confirms it: a person must look."""
    NOT_SENT = "not_sent"
    """Nothing was sent; `health` says why."""


@dataclass(frozen=True, slots=True)
class PrintReport:
    """The outcome of one paper and how the printer was."""

    outcome: PrintOutcome
    health: Health


class Inline(StrEnum):
    """How a character that the printer's own font lacks gets into a line."""

    IMAGE = "image"
    """A 24-dot picture (ESC *)."""
    DEFINED = "defined"
    """A character defined for it (FS 2), for printers that put a picture on a line of its own."""
    NONE = "none"
    """Not at all: 〓 is printed, and said before."""


class Transport(StrEnum):
    """What kind of line leads to a printer."""

    TCP = "tcp"
    """`host:9100`."""
    FILE = "file"
    """A device file: `/dev/usb/lp0`."""
    SERIAL = "serial"
    """`/dev/ttyUSB0`."""
    USB = "usb"
    """`04b8:0202`, vendor and product, by libusb."""


class Codec(StrEnum):
    """How a printer is told a character of JIS X 0208, which it has itself. Nothing beyond that table is left to it."""

    SHIFT_JIS = "shift_jis"
    JIS = "jis"
    """In kanji mode, for printers that do not know FS C."""
    NONE = "none"
    """It has no Japanese: everything but ASCII is drawn."""


class Qr(StrEnum):
    """How a QR code gets onto the paper."""

    NATIVE = "native"
    """The printer draws it (GS ( k)."""
    IMAGE = "image"
    """As a picture (GS v 0), for printers that know no codes."""
    NONE = "none"
    """Not at all: the bars and the digits are printed beside it everywhere."""


@dataclass(frozen=True, slots=True)
class PrinterRecord:
    """What one make of receipt printer can do; `data/printers/*.toml`, or what `printer setup` has found out."""

    columns: int
    """Half-width columns of a line; a kanji takes two."""
    dots: int
    transport: Transport = Transport.TCP
    codec: Codec = Codec.SHIFT_JIS
    inline: Inline = Inline.IMAGE
    qr: Qr = Qr.NATIVE
    process_id: bool = True
    """Answers GS ( H when everything before it is printed."""
    sensor: bool = True
    """Answers GS r in its turn, after what was sent before."""
    status: bool = True
    """Answers DLE EOT over this line; False: a one-way line, nothing is ever known of it."""
    cutter: bool = True
    baud: int = 0
    """Bits in a second on a serial line."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What makes a paper known again: to the printer by its number, to the spool by the moment when all of it was sent."""

    number: int
    sent: Callable[[], None]
    reissue: bool = False
    """Whether what an unfinished paper may have left in the printer is cleared first: it would be printed twice."""


class ReceiptPrinter(Protocol):
    """A printer that takes finished bytes."""

    record: PrinterRecord

    def health(self) -> Health:
        """Ask the printer how it is; NO_ANSWER after the time-out."""
        ...

    def send(self, job: bytes, lines: int, ticket: Ticket | None = None) -> PrintReport:
        """Print one job of about so many lines and wait until the printer has finished it, or cannot say."""
        ...
