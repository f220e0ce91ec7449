"""One file per television dialect; each has a twin in `device_sim/tvs/`. Found by listing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from village_console.devices.ports import ForeignPayloadError, SourceKnows, TvDialect, TvEvent

OWN = "set_top"
"""The dialect whose devices bear their bare name; others are called `DIALECT:NAME`."""


@cache
def dialects() -> tuple[TvDialect, ...]:
    """Every dialect that lies in this folder."""
    return tuple(import_module(f"{__name__}.{found.name}").DIALECT for found in iter_modules(__path__))


class Together:
    """All dialects as one: a message is read by the dialect in whose tree its topic lies."""

    source = "together"
    knows = SourceKnows(channel=True)

    def __init__(self, some: Iterable[TvDialect] = ()) -> None:
        """Without a choice, all there are."""
        self._dialects = {dialect.source: dialect for dialect in some or dialects()}
        self.topics: tuple[str, ...] = tuple(topic for one in self._dialects.values() for topic in one.topics)

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        for dialect in self._dialects.values():
            if dialect.device_of(topic) is not None:
                return dialect.events(topic, payload, received, retained=retained, duplicate=duplicate)
        raise ForeignPayloadError("topic")

    def device_of(self, topic: str) -> str | None:
        """The television that a topic names; None when it names none in any dialect."""
        return next((device for one in self._dialects.values() if (device := one.device_of(topic))), None)

    def question_to(self, device: str) -> str | None:
        """The topic on which its dialect asks a device what it is."""
        dialect = self._dialects.get(source_of(device))
        return dialect.question_to(device) if dialect else None


def source_of(device: str) -> str:
    """The dialect that a device's name says."""
    return device.partition(":")[0] if ":" in device else OWN


def knows_of(device: str) -> SourceKnows | None:
    """What a device can tell of its television; None when no dialect has such names."""
    return next((dialect.knows for dialect in dialects() if dialect.source == source_of(device)), None)
