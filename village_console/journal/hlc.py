"""Hybrid logical clock: milliseconds and a counter in one integer. It orders and breaks ties; it decides nothing."""

from __future__ import annotations

COUNTER_BITS = 16
DRIFT_LIMIT_MS = 24 * 3600 * 1000
"""A stamp further ahead than this is stored but does not move our clock (a laptop with a wrong year)."""
LATEST_MS = 1 << 45
"""Year 3084: a wilder clock stamps as this, so that every stamp fits into every journal."""


def tick(last: int, now_ms: int) -> int:
    """The stamp of an event of our own: later than every stamp seen."""
    return max(last + 1, min(now_ms, LATEST_MS) << COUNTER_BITS)


def witness(last: int, seen: int, now_ms: int) -> int:
    """The last stamp after another console's stamp was seen."""
    too_far = (seen >> COUNTER_BITS) - now_ms > DRIFT_LIMIT_MS
    return last if too_far else max(last, seen)
