"""A television with ECHONET Lite behind echonetlite2mqtt: ON or OFF, all of it retained, and no last will (docs/wires.md 3.5)."""

from __future__ import annotations

from datetime import datetime

from device_sim.tvs.set_top import Publication

SOURCE = "echonet"
_TREE = "echonetlite2mqtt/elapi/v2/devices"


class Echonet:
    """One television of class 0602. It announces 0x80, and answers when it is asked."""

    def __init__(self, name: str) -> None:
        """`name` is the id under which the bridge knows it."""
        self.name, self.device = name, f"{SOURCE}:{name}"
        self.is_on, self._has_power = False, False

    def power_up(self, _boot: str) -> list[Publication]:
        """The television is there, and off."""
        self._has_power, self.is_on = True, False
        return [self._say()]

    def power_cut(self) -> None:
        """It loses power, and nobody says so: the bridge goes on retaining what it was."""
        self._has_power = self.is_on = False

    def will(self) -> None:
        """The bridge has none."""

    def switch(self, *, on: bool, at: datetime, channel: str | None = None) -> list[Publication]:  # noqa: ARG002
        """Somebody switches the television."""
        if not self._has_power or on == self.is_on:
            return []
        self.is_on = on
        return [self._say()]

    def tune(self, _channel: str, _at: datetime) -> list[Publication]:
        """Class 0602 has no property for the channel."""
        return []

    def asked(self) -> list[Publication]:
        """Somebody published to `.../request`: it says again what it is."""
        return [self._say()] if self._has_power else []

    def alive(self, _at: datetime) -> list[Publication]:
        """It has no heartbeat but what it is asked."""
        return self.asked()

    def question(self) -> str:
        """Where it is asked."""
        return f"{_TREE}/{self.name}/properties/operationStatus/request"

    def _say(self) -> Publication:
        word = b"true" if self.is_on else b"false"
        return Publication(f"{_TREE}/{self.name}/properties/operationStatus", word, retain=True)


TWIN = Echonet
