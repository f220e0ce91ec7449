"""On a laptop where `collect` runs as a process of its own: the desk reads its log and says how it is."""

from __future__ import annotations

from village_console.devices.ports import Health, OnHealth, Part
from village_console.journal.sqlcipher import EngineError
from village_console.viewing.collector import losses
from village_console.viewing.television_readings import FRESH, TelevisionReadings, is_owned
from village_console.village.clock import Clock


class OtherCollector:
    """The collector of another process, as a device of this desk. A desk that began as a reader stays one."""

    def __init__(self, log: TelevisionReadings, clock: Clock, on_health: OnHealth) -> None:
        """`log` is what that process writes."""
        self._log, self._clock, self._on_health = log, clock, on_health

    def start(self) -> None:
        """Say how it is; nothing is opened."""
        self.tell_health()

    def stop(self) -> None:
        """Nothing to free: the log is closed by whoever opened it."""

    def tell_health(self) -> None:
        """A collector that has died is no answer, whatever it said last."""
        try:
            health = self._log.collector_health() if is_owned(self._log.path) else Health.NO_ANSWER
            if health is Health.READY:
                heard = self._log.devices_heard_since(self._clock.now() - FRESH)
                self._on_health(Part.TELEVISIONS, Health.ELSEWHERE, heard)
            else:
                self._on_health(Part.TELEVISIONS, health, 0)
            self._on_health(Part.TV_LOG, *losses(self._log))
        except EngineError:  # it is held for longer than a reader waits
            self._on_health(Part.TELEVISIONS, Health.FAULT, 0)
