"""The console's keyboard under the fingers of the drill's person, who gives way to a person of flesh."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import count

from device_sim.drill.desk_link import DeskLink
from device_sim.drill.link_words import Press, Pressed
from device_sim.drill.patience import Deadline, Patience
from device_sim.drill.play_errors import ConsoleLostError
from device_sim.drill.standing_line import StandingLine

RECEPTION, BOARD, ROSTER = "f2", "f3", "f4"
"""The keys of the desks."""

GIVES_WAY = 1.0
"""Real seconds until keys are tried again while a person is typing."""


class Keyboard:
    """Presses keys and waits until they are painted; knows which desk is in front."""

    def __init__(self, line: StandingLine, patience: Patience, deadline: Deadline) -> None:
        self._line, self._patience, self._deadline = line, patience, deadline
        self._ids = count(1)
        self._front: tuple[DeskLink, str] | None = None

    def press(self, *keys: str) -> float:
        """Press keys and return when they were sent; while a person is typing, wait and try again.

        Raises ConsoleLostError, also when the console does not say that it has handled them; OverdueError.
        """
        while True:
            sent = time.monotonic()
            if self._press(keys):
                return sent
            self._front = None  # whatever the person typed may have changed the desk
            self._deadline.check("somebody was using the console's keyboard")
            time.sleep(GIVES_WAY)

    def go(self, desk: str) -> None:
        """Bring a desk to the front, unless it is there."""
        link = self._line.link
        if self._front != (link, desk):
            self.press(desk)
            self._front = (link, desk)

    def try_press(self, *keys: str) -> None:
        """Press keys that a console which has just died does not need any more."""
        with suppress(ConsoleLostError):
            self.press(*keys)

    def try_go(self, desk: str) -> None:
        """Bring a desk to the front, unless the console has just died."""
        with suppress(ConsoleLostError):
            self.go(desk)

    def _press(self, keys: tuple[str, ...]) -> bool:
        link, number = self._line.link, next(self._ids)
        link.tell(Press(number, keys))
        arrived = link.wait_for(Pressed, self._patience.verdict, lambda pressed: pressed.id == number)
        if arrived is None:
            message = f"the console did not handle the keys {' '.join(keys)} within {self._patience.verdict:g} seconds"
            raise ConsoleLostError(message)
        return arrived[1].took
