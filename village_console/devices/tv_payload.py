"""What the dialects of plugs, bridges and televisions have in common: size, names, numbers, JSON that may be anything."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from village_console.devices.ports import ForeignPayloadError, TvEvent, TvEventKind
from village_console.village.clock import JST
from village_console.village.foreign import UNREADABLE, YEARS

LARGEST = 4096
"""Bytes; the fullest telemetry of a plug has some 600."""
NAME = r"[^/+#$\s](?:[^/+#]{0,62}[^/+#\s])?"
"""A device's name inside a topic: any script, spaces inside, at most 64 characters."""
MOST_WATTS = 10_000.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, as far as every event of it shares it."""

    payload: bytes
    received: datetime
    retained: bool
    duplicate: bool

    def __post_init__(self) -> None:
        """Refuse what is too large before anything looks into it; raises ForeignPayloadError."""
        if len(self.payload) > LARGEST:
            raise ForeignPayloadError("too large")

    def says(self, device: str, kind: TvEventKind, value: str, at: datetime | None = None) -> TvEvent:
        """An event of a device of a dialect that has no numbers."""
        source = device.partition(":")[0]
        return TvEvent(
            device, source, kind, value, at, self.received, self.retained, self.duplicate, "", 0, self.payload
        )

    def told(self, kind: type[T]) -> T:
        """The payload as JSON of a shape; raises ForeignPayloadError."""
        return told(self.payload, kind)

    def word(self) -> str:
        """The payload as a word, bare or as a JSON string; raises ForeignPayloadError."""
        try:
            text = self.payload.decode().strip()
        except UnicodeDecodeError as error:
            raise ForeignPayloadError(str(error)) from error
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def told(payload: bytes, kind: type[T]) -> T:
    """A payload as JSON of a shape; raises ForeignPayloadError."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except UNREADABLE as error:
        raise ForeignPayloadError(str(error)) from error


def watts_of(measured: float) -> str:
    """Watts as an event says them; raises ForeignPayloadError for what no plug can measure."""
    if not math.isfinite(measured) or not -MOST_WATTS <= measured <= MOST_WATTS:
        raise ForeignPayloadError("watts")
    return f"{max(0.0, measured):g}"


def moment_of(text: object) -> datetime | None:
    """A device's own time: ISO 8601, without offset in village time, or milliseconds since 1970; None where it is neither."""
    try:
        if isinstance(text, (int, float)) and not isinstance(text, bool):
            return datetime.fromtimestamp(text / 1000, JST) if 0 < text < 1e14 else None
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    if moment is None or moment.year not in YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)


def place_of(pattern: re.Pattern[str], topic: str) -> re.Match[str] | None:
    """Where in a dialect's tree a topic lies; None outside, and for a name that no screen can show."""
    return pattern.fullmatch(topic) if topic.isprintable() else None


def place_in(pattern: re.Pattern[str], topic: str) -> re.Match[str]:
    """The same; raises ForeignPayloadError."""
    place = place_of(pattern, topic)
    if place is None:
        raise ForeignPayloadError("topic")
    return place
