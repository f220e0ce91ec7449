"""A television with ECHONET Lite (class 0602) behind echonetlite2mqtt (docs/wires.md 3.5): ON or OFF, and it can be asked."""

from __future__ import annotations

import re
from datetime import datetime

from village_console.devices.ports import ForeignPayloadError, SourceKnows, TvEvent, TvEventKind
from village_console.devices.tv_payload import NAME, Heard, place_in, place_of

SOURCE = "echonet"
_TREE = "echonetlite2mqtt/elapi/v2/devices"
_STATUS = "properties/operationStatus"
_TOPIC = re.compile(rf"{_TREE}/(?P<name>{NAME})/{_STATUS}")
_POWER = {"true": "on", "false": "off"}


class Echonet:
    """The dialect of echonetlite2mqtt. It retains everything and has no will, so it is asked again and again."""

    topics: tuple[str, ...] = (f"{_TREE}/+/{_STATUS}",)
    source = SOURCE
    knows = SourceKnows()

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        place, heard = place_in(_TOPIC, topic), Heard(payload, received, retained, duplicate)
        word = heard.word()
        if word not in _POWER:
            raise ForeignPayloadError("value")
        return [heard.says(f"{SOURCE}:{place['name']}", TvEventKind.POWER, _POWER[word])]

    def device_of(self, topic: str) -> str | None:
        """The television that a topic names; None when it names none."""
        place = place_of(_TOPIC, topic)
        return f"{SOURCE}:{place['name']}" if place else None

    def question_to(self, device: str) -> str | None:
        """Where it is asked for its state; an answer proves that it is still there."""
        return f"{_TREE}/{device.partition(':')[2]}/{_STATUS}/request"


DIALECT = Echonet()
