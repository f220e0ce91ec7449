"""The one source of time. In a drill it is driven over the drill link and runs at the drill's speed."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")


class Clock:
    """Wall time as the desk lives it. `monotonic` is never scaled: time-outs and latencies use it."""

    def __init__(self) -> None:
        """Start as the machine's own clock."""
        self._driven: tuple[float, float, float] | None = None

    def now(self) -> datetime:
        """The present moment in Japan Standard Time, to the millisecond."""
        return datetime.fromtimestamp(round(self.epoch(), 3), JST)

    def epoch(self) -> float:
        """Seconds since 1970."""
        driven = self._driven
        if driven is None:
            return time.time()  # noqa: TID251 -- the clock itself
        epoch, since, speed = driven
        return epoch + (self.monotonic() - since) * speed

    def drive(self, epoch: float, monotonic: float, speed: float) -> None:
        """Follow a drill: `epoch` is now when the monotonic clock reads `monotonic`; speed 0 stands still."""
        self._driven = (epoch, monotonic, speed)  # at once: other threads read the time meanwhile

    @property
    def driven(self) -> bool:
        """Whether a drill sets this clock."""
        return self._driven is not None

    @property
    def speed(self) -> float:
        """Seconds of the desk in one second of the machine."""
        return self._driven[2] if self._driven else 1.0

    @staticmethod
    def monotonic() -> float:
        """Seconds since some fixed moment of this machine; the same in every process."""
        return time.monotonic()


def minute_of(moment: datetime) -> datetime:
    """The full minute that has begun: what an order or a report states."""
    return moment.replace(second=0, microsecond=0)
