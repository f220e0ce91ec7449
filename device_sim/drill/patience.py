"""How long the person at the desk waits, in real seconds; never scaled by the drill's speed."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from device_sim.drill.play_errors import OverdueError


@dataclass(frozen=True, slots=True)
class Patience:
    """Real seconds until something that has not come is given up."""

    begin: float = 30.0
    """The console's hello, and the televisions' connections."""
    verdict: float = 5.0
    """An answer to a card or to keys."""
    paper: float = 20.0
    """Word of a paper that was sent to the printer."""
    redial: float = 60.0
    """A console that died."""
    evidence: float = 20.0
    """The console's export after the end."""
    overdue: float = 300.0
    """How much later than planned a drill may end."""


class Deadline:
    """The moment by which the whole drill must be over; open until it is set."""

    def __init__(self) -> None:
        self._until = math.inf

    def set(self, seconds: float) -> None:
        """Let it be so many real seconds from now."""
        self._until = time.monotonic() + seconds

    def check(self, doing: str) -> None:
        """Raise OverdueError when it has passed."""
        if time.monotonic() > self._until:
            message = f"the drill is overdue and was ended: {doing}"
            raise OverdueError(message)
