"""Drill time: stands still, then runs at the drill's speed, the same here and in the console (docs/wires.md, section 5)."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Triple:
    """Drill time is `epoch` when the monotonic clock reads `monotonic`, and runs `speed` times real time."""

    epoch: float
    monotonic: float
    speed: float


class DrillClock:
    """The drill's clock; may be read from any thread."""

    def __init__(self, starts_at: datetime) -> None:
        """Stand still at the beginning."""
        self._zone = starts_at.tzinfo
        self.triple = Triple(starts_at.timestamp(), time.monotonic(), 0.0)

    def run(self, speed: float) -> None:
        """Run from where it stands."""
        now = time.monotonic()
        self.triple = Triple(self._epoch(now), now, speed)

    def now(self) -> datetime:
        """Drill time, to the millisecond."""
        return datetime.fromtimestamp(round(self._epoch(time.monotonic()), 3), self._zone)

    def real_seconds_until(self, moment: datetime) -> float:
        """How long until then; negative when it has passed, infinite while time stands still."""
        triple = self.triple
        left = moment.timestamp() - self._epoch(time.monotonic())
        if triple.speed == 0:
            return math.inf if left > 0 else left
        return left / triple.speed

    def _epoch(self, monotonic: float) -> float:
        triple = self.triple
        return triple.epoch + (monotonic - triple.monotonic) * triple.speed


class WallClock:
    """The machine's own time, for devices that are tried by hand, without a drill."""

    def now(self) -> datetime:
        """The present moment, to the second, with the machine's offset."""
        whole = int(time.clock_gettime(time.CLOCK_REALTIME))
        return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=whole)).astimezone()
