"""What the rooms ask of hardware. Drivers stand behind these shapes and are known to bootstrap alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from village_console.village.run_mode import World


class Health(StrEnum):
    """How a device is. No answer is a value of its own: it is not fine, and not broken."""

    READY = "ready"
    ABSENT = "absent"
    """Not configured on this laptop."""
    NO_ANSWER = "no_answer"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    NEAR_END = "near_end"
    FAULT = "fault"
    ELSEWHERE = "elsewhere"
    """Well, in the hands of another process of this laptop."""
    GAPS = "gaps"
    """Messages are known to be lost: numbers were skipped."""
    DROPPED = "dropped"
    """The broker says that it threw messages away."""
    LITTLE_ROOM = "little_room"
    """The disk will be full some day; so many megabytes are left."""
    TV_WAITS = "tv_waits"
    """So little room is left that televisions are no longer written down: it belongs to check-ins."""
    DAMAGED = "damaged"
    """Pages of the journal are not as they were written."""


class Part(StrEnum):
    """The devices of the status line."""

    READER = "reader"
    TELEVISIONS = "televisions"
    TV_LOG = "tv_log"
    """What televisions said; in the status line only when something of it is lost."""
    PRINTER = "printer"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was read: what kind, who issued it, and what tells it from others. Never kept: it becomes a token."""

    kind: str
    issuer: str
    identifier: bytes
    world: World


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card left before it could be read."""


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """The card answered, but not with what its kind must hold."""


class Unusable(StrEnum):
    """Why a card tells nothing that could be kept."""

    OTHER_KIND = "other_kind"
    """A licence, a bank card: nothing of it is read."""
    CHANGING_NUMBER = "changing_number"
    """It draws a new identifier for every tap, as telephones do."""
    REAL_CARD = "real_card"
    """A resident's own card in a simulated world."""
    DRILL_CARD = "drill_card"
    """A simulated card in the physical world."""


@dataclass(frozen=True, slots=True)
class CardUnusable:
    """A card of a kind that reception cannot use."""

    why: Unusable = Unusable.OTHER_KIND


Tap = CardRead | CardRemoved | CardUnreadable | CardUnusable
"""What one card on the reader came to (かざす)."""

OnTap = Callable[[Tap], None]
OnHealth = Callable[[Part, Health, int], None]
"""Called from a device's thread: which part, how it is, and a count where one makes sense (televisions heard, messages lost)."""


class Device(Protocol):
    """Something that owns a thread; `start` returns at once, `stop` waits for the thread."""

    def start(self) -> None:
        """Begin to work."""
        ...

    def stop(self) -> None:
        """End and free everything."""
        ...


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


@dataclass(frozen=True, slots=True)
class PaperSize:
    """What a receipt printer can put on a line."""

    columns: int
    """Half-width columns; a kanji takes two."""
    dots: int


class ReceiptPrinter(Protocol):
    """A printer that takes finished bytes."""

    size: PaperSize

    def health(self) -> Health:
        """Ask the printer how it is; NO_ANSWER after the time-out."""
        ...

    def send(self, job: bytes, lines: int) -> PrintReport:
        """Print one job of about so many lines and wait until the printer has finished it, or cannot say."""
        ...


class TvEventKind(StrEnum):
    """What a television's source can say."""

    POWER = "power"
    CHANNEL = "channel"
    ALIVE = "alive"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class TvEvent:
    """One event of a television, whatever its dialect."""

    device: str
    source: str
    """The dialect that spoke: `set_top`."""
    kind: TvEventKind
    value: str
    t_device: datetime | None
    """The television's own time; None where the dialect has none."""
    t_received: datetime
    retained: bool
    """A retained message is the broker's memory, never an event."""
    duplicate: bool
    boot: str
    seq: int
    raw: bytes


class ForeignPayloadError(Exception):
    """A payload that its dialect does not know; the text says why. It goes to the dead letters."""


class TvDialect(Protocol):
    """How one family of sources speaks over MQTT."""

    topics: tuple[str, ...]
    """Topic filters to subscribe to."""

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        ...

    def device_of(self, topic: str) -> str | None:
        """The television that a topic names, whatever the message says; None when it names none."""
        ...
