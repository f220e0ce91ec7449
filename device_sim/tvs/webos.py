"""A webOS television and its lgtv2mqtt: reachable or not, the app in front, the channel (docs/wires.md 3.4)."""

from __future__ import annotations

import json
from datetime import datetime

from device_sim.tvs.set_top import Publication

SOURCE = "webos"
LIVE_TV = "com.webos.app.livetv"


class WebOs:
    """One television and the bridge that asks it. The bridge runs on another machine and outlives the television's power."""

    def __init__(self, name: str = "lgtv", channel: str = "1") -> None:
        """`name` is what lgtv2mqtt was started with; it begins with `lgtv`."""
        self.name, self.device, self.channel = name, f"{SOURCE}:{name}", channel
        self.is_on, self._has_power = False, False

    def power_up(self, _boot: str) -> list[Publication]:
        """The bridge begins; the television is off."""
        self._has_power, self.is_on = True, False
        return [self._say("connected", b"1")]

    def power_cut(self) -> None:
        """The bridge loses power."""
        self._has_power = self.is_on = False

    def will(self) -> Publication:
        """The bridge's last will."""
        return self._say("connected", b"0")

    def switch(self, *, on: bool, at: datetime, channel: str | None = None) -> list[Publication]:  # noqa: ARG002
        """Somebody switches the television: it answers the bridge, or does so no longer."""
        if not self._has_power or on == self.is_on:
            return []
        self.is_on, self.channel = on, channel or self.channel
        if not on:
            return [self._say("connected", b"1")]
        return [self._say("connected", b"2"), self._say("status/foregroundApp", LIVE_TV.encode()), self._tuned()]

    def tune(self, channel: str, _at: datetime) -> list[Publication]:
        """Somebody changes the channel."""
        if not self.is_on or channel == self.channel:
            return []
        self.channel = channel
        return [self._tuned()]

    def alive(self, _at: datetime) -> list[Publication]:
        """It has no heartbeat: it speaks when something changes."""
        return []

    def _tuned(self) -> Publication:
        number = f"{self.channel}-1"
        told = {"channelId": f"0_{number}", "channelNumber": number, "channelName": "NHK総合", "isSkipped": False}
        return self._say("status/currentChannel", json.dumps({"val": number, "lgtv": told}).encode())

    def _say(self, part: str, payload: bytes) -> Publication:
        return Publication(f"{self.name}/{part}", payload, retain=True)


TWIN = WebOs
