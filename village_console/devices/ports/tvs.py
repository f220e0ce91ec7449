"""What the sources of televisions say, whatever their dialect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class TvEventKind(StrEnum):
    """What a television's source can say."""

    POWER = "power"
    CHANNEL = "channel"
    ALIVE = "alive"
    LINE = "line"
    WATTS = "watts"
    """What a plug measures: not yet whether the television is on."""
    WITHHELD = "withheld"
    """A number that was heard, without what it said: nobody has agreed to that."""


@dataclass(frozen=True, slots=True)
class SourceKnows:
    """What one family of sources can tell of a television."""

    power: bool = True
    """ON and OFF (視聴パターン1)."""
    channel: bool = False
    """Which channel, and changes of it (視聴パターン2)."""
    own_time: bool = False
    """It says when something happened; otherwise only the moment of hearing is known."""
    tells_loss: bool = False
    """The broker says when it is gone."""


@dataclass(frozen=True, slots=True)
class TvEvent:
    """One event of a television, whatever its dialect."""

    device: str
    source: str
    """The dialect that spoke: `set_top`, `tasmota`."""
    kind: TvEventKind
    value: str
    t_device: datetime | None
    """The television's own time; None where the dialect has none."""
    t_received: datetime
    retained: bool
    """A retained message is the broker's memory, never an event."""
    duplicate: bool
    boot: str
    """Which start of the device its number belongs to; empty where the dialect has no numbers."""
    seq: int
    raw: bytes


class ForeignPayloadError(Exception):
    """A payload that its dialect does not know; the text says why. It goes to the dead letters."""


class TvDialect(Protocol):
    """How one family of sources speaks over MQTT."""

    topics: tuple[str, ...]
    """Topic filters to subscribe to."""
    source: str
    """Its name, and what its devices' names begin with (docs/wires.md)."""
    knows: SourceKnows

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        ...

    def device_of(self, topic: str) -> str | None:
        """The television that a topic names, whatever the message says; None when it names none."""
        ...

    def question_to(self, device: str) -> str | None:
        """The topic on which a device is asked to say again what it is; None where it cannot be asked."""
        ...
