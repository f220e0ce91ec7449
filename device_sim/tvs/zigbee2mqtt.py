"""A Zigbee plug behind Zigbee2MQTT and the television behind it: watts, and availability (docs/wires.md 3.3)."""

from __future__ import annotations

import json
from datetime import datetime

from device_sim.tvs.set_top import Publication

SOURCE = "zigbee2mqtt"
RESTING, RUNNING = 1.2, 74.0
"""Watts."""


class Zigbee2Mqtt:
    """One plug; it knows no time, and its relay stays closed whatever the television does."""

    def __init__(self, name: str) -> None:
        """`name` is the friendly name, in any script."""
        self.name, self.device = name, f"{SOURCE}:{name}"
        self.is_on, self._has_power, self._told = False, False, 0

    def power_up(self, _boot: str) -> list[Publication]:
        """The plug gets power, with the television off."""
        self._has_power, self.is_on = True, False
        return [self._available("online")]

    def power_cut(self) -> None:
        """The plug loses power; the bridge notices when it no longer answers."""
        self._has_power = self.is_on = False

    def will(self) -> Publication:
        """What the bridge says of a plug that no longer answers."""
        return self._available("offline")

    def switch(self, *, on: bool, at: datetime, channel: str | None = None) -> list[Publication]:  # noqa: ARG002
        """Somebody switches the television: the plug reports the change of power."""
        if not self._has_power or on == self.is_on:
            return []
        self.is_on = on
        return self.alive(at)

    def tune(self, _channel: str, _at: datetime) -> list[Publication]:
        """A plug does not see channels."""
        return []

    def alive(self, _at: datetime) -> list[Publication]:
        """What it reports now and then."""
        if not self._has_power:
            return []
        self._told += 1
        watts = (RUNNING if self.is_on else RESTING) + 0.1 * (self._told % 7)
        said = {
            "state": "ON", "power": round(watts, 1), "current": round(watts / 101, 2), "voltage": 101, "energy": 12.4,
            "power_outage_memory": "restore", "linkquality": 120 + self._told % 40,
        }  # fmt: skip
        return [Publication(f"zigbee2mqtt/{self.name}", json.dumps(said, separators=(",", ":")).encode())]

    def _available(self, state: str) -> Publication:
        return Publication(f"zigbee2mqtt/{self.name}/availability", f'{{"state":"{state}"}}'.encode(), retain=True)


TWIN = Zigbee2Mqtt
