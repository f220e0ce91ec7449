"""What became of a fleet's publications, countable from any thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition


@dataclass(frozen=True, slots=True)
class Tally:
    """Log publications handed to a fleet and what became of them. Greetings and wills are not counted."""

    handed_in: int = 0
    acknowledged: int = 0
    """The broker has taken responsibility (PUBACK)."""
    lost: int = 0
    """Still unacknowledged in the memory of a box whose power was cut."""
    up: int = 0
    """Boxes whose line the broker knows to be up, now."""

    @property
    def pending(self) -> int:
        """Handed in, and neither acknowledged nor lost."""
        return self.handed_in - self.acknowledged - self.lost


class TallyKeeper:
    """Keeps one tally for several threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._tally = Tally()

    def now(self) -> Tally:
        """The figures at this moment, consistent with one another."""
        return self._tally

    def add(self, *, handed_in: int = 0, acknowledged: int = 0, lost: int = 0, up: int = 0) -> None:
        """Add to the figures and wake those who wait for them."""
        with self._changed:
            old = self._tally
            self._tally = Tally(
                old.handed_in + handed_in, old.acknowledged + acknowledged, old.lost + lost, old.up + up
            )
            self._changed.notify_all()

    def wait_for(self, reached: Callable[[Tally], bool], timeout: float) -> bool:
        """Wait at most `timeout` seconds until the figures satisfy `reached`; tell whether they do."""
        with self._changed:
            return self._changed.wait_for(lambda: reached(self._tally), timeout)
