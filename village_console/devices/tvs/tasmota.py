"""A Tasmota plug that measures (docs/wires.md 3.2): what it draws, and whether its line is up. Its relay is not the TV."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from village_console.devices.ports import ForeignPayloadError, SourceKnows, TvEvent, TvEventKind
from village_console.devices.tv_payload import NAME, Heard, moment_of, place_in, place_of, watts_of

SOURCE = "tasmota"
_TOPIC = re.compile(rf"(?:tele/(?P<name>{NAME})/(?P<part>SENSOR|LWT|STATE)|stat/(?P<relay>{NAME})/POWER\d?)")
_LINE = {"Online": "up", "Offline": "lost"}


class _Energy(msgspec.Struct):
    power: float | list[float] = msgspec.field(name="Power")


class _Sensor(msgspec.Struct):
    energy: _Energy = msgspec.field(name="ENERGY")
    time: Any = msgspec.field(name="Time", default=None)


class TasmotaPlug:
    """The dialect of plugs with Tasmota and energy measurement."""

    topics: tuple[str, ...] = ("tele/+/SENSOR", "tele/+/LWT")
    source = SOURCE
    knows = SourceKnows(own_time=True, tells_loss=True)

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        place, heard = place_in(_TOPIC, topic), Heard(payload, received, retained, duplicate)
        if place["part"] == "SENSOR":
            return _watts(f"{SOURCE}:{place['name']}", heard)
        if place["part"] == "LWT":
            word = heard.word()
            if word not in _LINE:
                raise ForeignPayloadError("value")
            return [heard.says(f"{SOURCE}:{place['name']}", TvEventKind.LINE, _LINE[word])]
        return []  # the relay, or the plug's own state: neither says what the television does

    def device_of(self, topic: str) -> str | None:
        """The plug that a topic names; None when it names none."""
        place = place_of(_TOPIC, topic)
        return f"{SOURCE}:{place['name'] or place['relay']}" if place else None

    def question_to(self, device: str) -> str | None:  # noqa: ARG002 -- the dialect's shape
        """Nothing is ever sent to a plug: it could switch the television off."""
        return None


def _watts(device: str, heard: Heard) -> list[TvEvent]:
    sensor = heard.told(_Sensor)
    at, power = moment_of(sensor.time), sensor.energy.power
    if isinstance(power, list):  # a strip: every socket is a plug of its own
        named = [(f"{device}.{n}", watts) for n, watts in enumerate(power[:8], start=1)]
    else:
        named = [(device, power)]
    return [heard.says(name, TvEventKind.WATTS, watts_of(watts), at) for name, watts in named]


DIALECT = TasmotaPlug()
