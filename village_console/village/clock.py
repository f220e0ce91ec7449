"""The one source of time. In a drill it is driven over the drill link and runs at the drill's speed."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")


class Clock:
    """Wall time as the desk lives it. `monotonic` is never scaled: time-outs and latencies use it."""

    def __init__(self) -> None:
        """Start as the machine's own clock."""
        self._epoch: float | None = None
        self._since = 0.0
        self.speed = 1.0

    def now(self) -> datetime:
        """The present moment in Japan Standard Time, to the millisecond."""
        return datetime.fromtimestamp(round(self.epoch(), 3), JST)

    def epoch(self) -> float:
        """Seconds since 1970."""
        if self._epoch is None:
            return time.time()  # noqa: TID251 -- the clock itself
        return self._epoch + (self.monotonic() - self._since) * self.speed

    def drive(self, epoch: float, monotonic: float, speed: float) -> None:
        """Follow a drill: `epoch` is now when the monotonic clock reads `monotonic`; speed 0 stands still."""
        self._epoch, self._since, self.speed = epoch, monotonic, speed

    @property
    def driven(self) -> bool:
        """Whether a drill sets this clock."""
        return self._epoch is not None

    @staticmethod
    def monotonic() -> float:
        """Seconds since some fixed moment of this machine; the same in every process."""
        return time.monotonic()


def minute_of(moment: datetime) -> datetime:
    """The full minute that has begun: what an order or a report states."""
    return moment.replace(second=0, microsecond=0)
