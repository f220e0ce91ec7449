"""A webOS television behind lgtv2mqtt (docs/wires.md 3.4): reachable or not, and the channel while it shows one."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from village_console.devices.ports import ForeignPayloadError, SourceKnows, TvEvent, TvEventKind
from village_console.devices.tv_payload import Heard, place_in, place_of

SOURCE = "webos"
_TOPIC = re.compile(r"(?P<name>lgtv[A-Za-z0-9_-]{0,60})/(?P<part>connected|status/foregroundApp|status/currentChannel)")
_CONNECTED = {
    "2": (TvEventKind.POWER, "on"),
    "1": (TvEventKind.POWER, "off"),  # the bridge is there, the television is not
    "0": (TvEventKind.LINE, "lost"),
}
_APP = re.compile(r"(?!null$)[A-Za-z0-9][A-Za-z0-9._-]{0,127}|")
_NUMBER = re.compile(r"\d[0-9A-Za-z.-]{0,15}|")


class _Channel(msgspec.Struct):
    val: str | int


class _App(msgspec.Struct):
    val: str


class WebOs:
    """The dialect of one lgtv2mqtt for every television."""

    topics: tuple[str, ...] = ("+/connected", "+/status/foregroundApp", "+/status/currentChannel")
    source = SOURCE
    knows = SourceKnows(channel=True, tells_loss=True)

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        place, heard = place_in(_TOPIC, topic), Heard(payload, received, retained, duplicate)
        device = f"{SOURCE}:{place['name']}"
        match place["part"]:
            case "connected":
                word = heard.word()
                if word not in _CONNECTED:
                    raise ForeignPayloadError("value")
                return [heard.says(device, *_CONNECTED[word])]
            case "status/foregroundApp":
                return [heard.says(device, TvEventKind.POWER, "on")] if _app(heard) else []
            case _:
                return [heard.says(device, TvEventKind.CHANNEL, channel)] if (channel := _channel(heard)) else []

    def device_of(self, topic: str) -> str | None:
        """The television that a topic names; None when it names none."""
        place = place_of(_TOPIC, topic)
        return f"{SOURCE}:{place['name']}" if place else None

    def question_to(self, device: str) -> str | None:  # noqa: ARG002 -- the dialect's shape
        """It speaks by itself."""
        return None


def _app(heard: Heard) -> str:
    """What is in front; empty while the television goes off. Bare, or as lgtv2mqtt's JSON."""
    app = heard.told(_App).val if heard.payload.lstrip()[:1] == b"{" else heard.word()
    return _checked(_APP, app)


def _channel(heard: Heard) -> str:
    """The channel's number; empty while there is none. Station and programme are not read."""
    number = str(heard.told(_Channel).val) if heard.payload.lstrip()[:1] == b"{" else heard.word()
    return _checked(_NUMBER, number)


def _checked(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ForeignPayloadError("value")
    return text


DIALECT = WebOs()
