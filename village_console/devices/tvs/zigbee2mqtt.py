"""A Zigbee plug behind Zigbee2MQTT (docs/wires.md 3.3): what it draws, and whether it is available. Its relay is not the TV."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from village_console.devices.ports import ForeignPayloadError, SourceKnows, TvEvent, TvEventKind
from village_console.devices.tv_payload import NAME, Heard, moment_of, place_in, place_of, watts_of

SOURCE = "zigbee2mqtt"
_TOPIC = re.compile(rf"zigbee2mqtt/(?!bridge(?:/|$))(?P<name>{NAME})(?P<part>/availability)?")
_LINE = {"online": "up", "offline": "lost"}


class _Plug(msgspec.Struct):
    power: float | None = None
    last_seen: Any = None


class _Availability(msgspec.Struct):
    state: str


class ZigbeePlug:
    """The dialect of plugs behind Zigbee2MQTT; lamps and door sensors on the same bridge say nothing here."""

    topics: tuple[str, ...] = ("zigbee2mqtt/+", "zigbee2mqtt/+/availability")
    source = SOURCE
    knows = SourceKnows(own_time=False, tells_loss=True)

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        place, heard = place_in(_TOPIC, topic), Heard(payload, received, retained, duplicate)
        device = f"{SOURCE}:{place['name']}"
        if place["part"]:
            word = heard.word()
            state = word if word in _LINE else heard.told(_Availability).state
            if state not in _LINE:
                raise ForeignPayloadError("value")
            return [heard.says(device, TvEventKind.LINE, _LINE[state])]
        plug = heard.told(_Plug)
        if plug.power is None:
            return []
        return [heard.says(device, TvEventKind.WATTS, watts_of(plug.power), moment_of(plug.last_seen))]

    def device_of(self, topic: str) -> str | None:
        """The plug that a topic names; None when it names none."""
        place = place_of(_TOPIC, topic)
        return f"{SOURCE}:{place['name']}" if place else None

    def question_to(self, device: str) -> str | None:  # noqa: ARG002 -- the dialect's shape
        """Nothing is ever sent to a plug: it could switch the television off."""
        return None


DIALECT = ZigbeePlug()
