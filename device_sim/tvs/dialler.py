"""Who of a fleet has to be dialled, and when: one pause for all, because all dial the same broker."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

L = TypeVar("L")

FIRST_PAUSE = 0.1
"""Seconds; every failure in a row doubles the pause."""

LONGEST_PAUSE = 2.0
"""Seconds."""

BATCH = 25
"""Diallings in a row before those who are connected get their turn."""


class Dialler(Generic[L]):
    """A queue of lines without connection. Times are seconds of the monotonic clock."""

    def __init__(self, dial: Callable[[L], None]) -> None:
        """`dial` connects one line and raises OSError when nobody is there."""
        self._dial = dial
        self._waiting: deque[L] = deque()
        self._pause = FIRST_PAUSE
        self._not_before = 0.0

    def want(self, line: L) -> None:
        """Dial this line when it is its turn."""
        if line not in self._waiting:  # paho may report one lost connection twice
            self._waiting.append(line)

    def forget(self, line: L) -> None:
        """Do not dial this line any more."""
        if line in self._waiting:
            self._waiting.remove(line)

    def due_in(self, now: float) -> float | None:
        """Seconds until somebody is to be dialled; None when nobody waits."""
        return max(0.0, self._not_before - now) if self._waiting else None

    def turn(self, now: float) -> None:
        """Dial a batch of those who wait, unless there is a pause."""
        for _ in range(min(BATCH, len(self._waiting))):
            if now < self._not_before:
                return
            line = self._waiting.popleft()
            try:
                self._dial(line)
            except OSError:
                self._waiting.append(line)
                self.failed(now)

    def succeeded(self) -> None:
        """A broker is there: the next failure is the first of its row."""
        self._pause = FIRST_PAUSE

    def failed(self, now: float) -> None:
        """A line could not be connected or broke; the many that break with one broker count as one failure."""
        if now >= self._not_before:
            self._not_before = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
