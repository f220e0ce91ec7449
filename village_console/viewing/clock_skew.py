"""How wrong a device's own clock is (時計のずれ), told from how late its words may come."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

TOLERATED = timedelta(seconds=60)
"""A clock that is no further off is taken at its word."""
APART = timedelta(seconds=60)
"""Two words must lie so far apart, in the device's own time, before they are compared."""
LIVE = timedelta(seconds=30)
"""Words that were said as far apart as they were heard, within this, came at once: buffered ones are heard together."""
SAMPLES = 5
NEEDED = 3


@dataclass(slots=True)
class ClockSkew:
    """One device's clock against ours. A late word is no sign of a wrong clock; a word from the future is."""

    skew: timedelta = timedelta(0)
    """What must be added to its time; nothing while its clock is right enough."""
    _anchor: tuple[datetime, datetime] | None = None
    _seen: deque[timedelta] = field(default_factory=lambda: deque[timedelta](maxlen=SAMPLES))

    def right(self, said: datetime, received: datetime) -> datetime:
        """When it happened by our clock."""
        self._learn(said, received)
        moment = said + self.skew
        return received if moment - received > TOLERATED else moment

    def _learn(self, said: datetime, received: datetime) -> None:
        if self._anchor is None:
            self._anchor = (said, received)
            return
        apart, heard_apart = said - self._anchor[0], received - self._anchor[1]
        if timedelta(0) <= apart < APART:
            return
        self._anchor = (said, received)
        if abs(heard_apart - apart) > LIVE:
            return  # one of the two was late, or the clock was set
        self._seen.append(received - said)
        if len(self._seen) >= NEEDED:
            off = timedelta(seconds=median(late.total_seconds() for late in self._seen))
            self.skew = off if abs(off) > TOLERATED else timedelta(0)
