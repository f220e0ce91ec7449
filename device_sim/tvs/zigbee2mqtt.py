"""A Zigbee plug behind Zigbee2MQTT and the television behind it: watts, and availability (docs/wires.md 3.3)."""

from __future__ import annotations

import json
from datetime import datetime

from device_sim.tvs.plug import Plug
from device_sim.tvs.set_top import Publication

SOURCE = "zigbee2mqtt"
RESTING, RUNNING = 1.2, 74.0
"""Watts."""


class Zigbee2Mqtt(Plug):
    """One plug behind a bridge; it knows no time, and the bridge notices when it no longer answers."""

    def __init__(self, name: str) -> None:
        """`name` is the friendly name, in any script."""
        super().__init__(SOURCE, name)

    def power_up(self, _boot: str) -> list[Publication]:
        """The plug gets power, with the television off."""
        self._has_power, self.is_on = True, False
        return [self._available("online")]

    def will(self) -> Publication:
        """What the bridge says of a plug that no longer answers."""
        return self._available("offline")

    def telemetry(self, at: datetime) -> Publication:  # noqa: ARG002
        """Its state and what it measures."""
        watts = (RUNNING if self.is_on else RESTING) + 0.1 * (self._told % 7)
        said = {
            "state": "ON", "power": round(watts, 1), "current": round(watts / 101, 2), "voltage": 101, "energy": 12.4,
            "power_outage_memory": "restore", "linkquality": 120 + self._told % 40,
        }  # fmt: skip
        return Publication(f"zigbee2mqtt/{self.name}", json.dumps(said, separators=(",", ":")).encode())

    def _available(self, state: str) -> Publication:
        return Publication(f"zigbee2mqtt/{self.name}/availability", f'{{"state":"{state}"}}'.encode(), retain=True)


TWIN = Zigbee2Mqtt
