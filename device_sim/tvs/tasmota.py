"""A Tasmota plug and the television behind it: watts in its telemetry, a line with a last will (docs/wires.md 3.2)."""

from __future__ import annotations

import json
from datetime import datetime

from device_sim.tvs.plug import Plug
from device_sim.tvs.set_top import Publication

SOURCE = "tasmota"
RESTING, RUNNING = 0.6, 92.0
"""Watts."""


class Tasmota(Plug):
    """One plug with Tasmota; `PowerDelta` lets it speak at once when what is drawn jumps."""

    def __init__(self, name: str, *, resting: float = RESTING, running: float = RUNNING) -> None:
        """`resting` and `running`: what the television draws."""
        super().__init__(SOURCE, name)
        self._resting, self._running = resting, running

    def power_up(self, _boot: str) -> list[Publication]:
        """The plug gets power, with the television off; what it says when it is connected."""
        self._has_power, self.is_on = True, False
        return [Publication(f"tele/{self.name}/LWT", b"Online", retain=True)]

    def will(self) -> Publication:
        """The last will."""
        return Publication(f"tele/{self.name}/LWT", b"Offline", retain=True)

    def telemetry(self, at: datetime) -> Publication:
        """Every `TelePeriod` seconds; the time is the plug's own, without zone."""
        watts = round((self._running if self.is_on else self._resting) * (0.95 + 0.02 * (self._told % 6)), 1)
        energy = {
            "TotalStartTime": "2026-04-01T09:00:00", "Total": 6.294, "Yesterday": 0.54, "Today": 0.154, "Period": 2,
            "Power": watts, "ApparentPower": round(watts * 1.02, 1), "ReactivePower": 28, "Factor": 0.97, "Voltage": 101,
            "Current": round(watts / 101, 3),
        }  # fmt: skip
        said = {"Time": f"{at:%Y-%m-%dT%H:%M:%S}", "ENERGY": energy}
        return Publication(f"tele/{self.name}/SENSOR", json.dumps(said, separators=(",", ":")).encode())


TWIN = Tasmota
