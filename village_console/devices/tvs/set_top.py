"""Our own set-top format (docs/wires.md 3): a pure function from topic and payload to events."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

import msgspec

from village_console.devices.ports import ForeignPayloadError, SourceKnows, TvEvent, TvEventKind
from village_console.devices.tv_payload import told
from village_console.village.foreign import YEARS

LARGEST_PAYLOAD = 1024
SOURCE = "set_top"
_TOPIC = re.compile(r"tv/(?P<device>[a-z0-9][a-z0-9-]{0,63})/(?P<part>log|line|shown|answer)")
_VALUES = {"power": ("on", "off"), "alive": ("on", "off")}


class _Log(msgspec.Struct, forbid_unknown_fields=True):
    v: Literal[1]
    boot: str
    seq: int
    t: datetime
    kind: Literal["power", "channel", "alive"]
    value: str


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    v: Literal[1]
    boot: str
    kind: Literal["line"]
    value: Literal["up", "lost"]


class SetTop:
    """The dialect of our own set-tops."""

    topics: tuple[str, ...] = ("tv/#",)
    source = SOURCE
    knows = SourceKnows(channel=True, own_time=True, tells_loss=True)

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        place = _TOPIC.fullmatch(topic)
        if place is None:
            raise ForeignPayloadError("topic")
        if len(payload) > LARGEST_PAYLOAD:
            raise ForeignPayloadError("too large")
        if place["part"] in ("shown", "answer"):  # what came of a message is no event of the television
            return []
        said = told(payload, _Log) if place["part"] == "log" else told(payload, _Line)
        if isinstance(said, _Log):
            _check(said)
            kind, moment, seq = TvEventKind(said.kind), said.t, said.seq
        else:
            kind, moment, seq = TvEventKind.LINE, None, 0
        return [
            TvEvent(
                place["device"],
                SOURCE,
                kind,
                said.value,
                moment,
                received,
                retained,
                duplicate,
                said.boot,
                seq,
                payload,
            )
        ]

    def device_of(self, topic: str) -> str | None:
        """The set-top that a topic names; None when it names none."""
        place = _TOPIC.fullmatch(topic)
        return place["device"] if place else None

    def question_to(self, device: str) -> str | None:  # noqa: ARG002 -- the dialect's shape
        """It speaks by itself."""
        return None


DIALECT = SetTop()


def _check(log: _Log) -> None:
    if log.t.tzinfo is None:
        raise ForeignPayloadError("time without offset")
    if log.t.year not in YEARS:
        raise ForeignPayloadError("time")
    if not 1 <= log.seq < 2**53 or not re.fullmatch(r"[0-9a-f]{8}", log.boot):
        raise ForeignPayloadError("sequence")
    if log.value not in _VALUES.get(log.kind, (log.value,)) or len(log.value) > 16:
        raise ForeignPayloadError("value")
