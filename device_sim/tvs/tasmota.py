"""A Tasmota plug and the television behind it: watts in its telemetry, a line with a last will (docs/wires.md 3.2)."""

from __future__ import annotations

import json
from datetime import datetime

from device_sim.tvs.set_top import Publication

SOURCE = "tasmota"
RESTING, RUNNING = 0.6, 92.0
"""Watts."""


class Tasmota:
    """One plug. Without power it says nothing; its relay stays closed whatever the television does."""

    def __init__(self, name: str, *, resting: float = RESTING, running: float = RUNNING) -> None:
        """`resting` and `running`: what the television draws."""
        self.name, self.device = name, f"{SOURCE}:{name}"
        self.is_on, self._has_power, self._told = False, False, 0
        self._resting, self._running = resting, running

    def power_up(self, _boot: str) -> list[Publication]:
        """The plug gets power, with the television off; what it says when it is connected."""
        self._has_power, self.is_on = True, False
        return [Publication(f"tele/{self.name}/LWT", b"Online", retain=True)]

    def power_cut(self) -> None:
        """The plug loses power, and the television with it."""
        self._has_power = self.is_on = False

    def will(self) -> Publication:
        """The last will."""
        return Publication(f"tele/{self.name}/LWT", b"Offline", retain=True)

    def switch(self, *, on: bool, at: datetime, channel: str | None = None) -> list[Publication]:  # noqa: ARG002
        """Somebody switches the television: what it draws jumps, and `PowerDelta` lets the plug say so at once."""
        if not self._has_power or on == self.is_on:
            return []
        self.is_on = on
        return self.alive(at)

    def tune(self, _channel: str, _at: datetime) -> list[Publication]:
        """A plug does not see channels."""
        return []

    def alive(self, at: datetime) -> list[Publication]:
        """Telemetry, every `TelePeriod` seconds; the time is the plug's own, without zone."""
        if not self._has_power:
            return []
        self._told += 1
        watts = round((self._running if self.is_on else self._resting) * (0.95 + 0.02 * (self._told % 6)), 1)
        energy = {
            "TotalStartTime": "2026-04-01T09:00:00", "Total": 6.294, "Yesterday": 0.54, "Today": 0.154, "Period": 2,
            "Power": watts, "ApparentPower": round(watts * 1.02, 1), "ReactivePower": 28, "Factor": 0.97, "Voltage": 101,
            "Current": round(watts / 101, 3),
        }  # fmt: skip
        said = {"Time": f"{at:%Y-%m-%dT%H:%M:%S}", "ENERGY": energy}
        return [Publication(f"tele/{self.name}/SENSOR", json.dumps(said, separators=(",", ":")).encode())]


TWIN = Tasmota
