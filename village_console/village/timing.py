"""Where the time of a run went: anybody marks the end of a stretch, and the command line tells them all when asked (--timing)."""

from __future__ import annotations

import time
from pathlib import Path

_NOW = time.perf_counter
_STAT = Path("/proc/self/stat")
_marks: list[tuple[str, float]] = []


def mark(name: str) -> None:
    """Say that a stretch has ended now: `timing.NAME` is its word. A name counts once, so a repeated act costs nothing."""
    if all(known != name for known, _ in _marks):
        _marks.append((name, _NOW()))


def stretches(born: float) -> list[tuple[str, float]]:
    """Every stretch in the order in which it ended, in seconds; the first began when the process was `born`."""
    ends = [born, *(at for _, at in _marks)]
    return [(name, at - before) for (name, at), before in zip(_marks, ends, strict=False)]


def forget() -> None:
    """Begin anew: a second command in the same process."""
    _marks.clear()


def born() -> float:
    """When this process was made, on the clock of the marks; within a hundredth of a second.

    Elsewhere than on Linux, where nobody tells, it is this moment.
    """
    if not _STAT.exists():
        return _NOW()
    started = int(
        _STAT.read_text("ascii", "replace").rpartition(")")[2].split()[19]
    )  # in ticks since the machine began
    return _NOW() - (time.clock_gettime(time.CLOCK_BOOTTIME) - started / 100)
