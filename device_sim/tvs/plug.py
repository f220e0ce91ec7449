"""What plugs have in common that measure what a television draws (docs/wires.md 3.2, 3.3)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from device_sim.tvs.set_top import Publication


class Plug(ABC):
    """A plug and the television behind it; its relay stays closed whatever the television does."""

    def __init__(self, source: str, name: str) -> None:
        """Without power, and the television off."""
        self.name, self.device = name, f"{source}:{name}"
        self.is_on, self._has_power, self._told = False, False, 0

    @abstractmethod
    def telemetry(self, at: datetime) -> Publication:
        """What it reports now and then."""

    def alive(self, at: datetime) -> list[Publication]:
        """The same; nothing without power."""
        if not self._has_power:
            return []
        self._told += 1
        return [self.telemetry(at)]

    def power_cut(self) -> None:
        """The plug loses power, and the television with it."""
        self._has_power = self.is_on = False

    def switch(self, *, on: bool, at: datetime, channel: str | None = None) -> list[Publication]:  # noqa: ARG002
        """Somebody switches the television: what it draws jumps, and the plug says so at once."""
        if not self._has_power or on == self.is_on:
            return []
        self.is_on = on
        return self.alive(at)

    def tune(self, _channel: str, _at: datetime) -> list[Publication]:
        """A plug does not see channels."""
        return []
