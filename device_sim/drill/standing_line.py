"""The drill link over the whole drill: dialled, and dialled again after the console has died."""

from __future__ import annotations

import time

from device_sim.drill.clock import DrillClock
from device_sim.drill.desk_book import DeskBook
from device_sim.drill.desk_lines import ConsoleBack, ConsoleLost
from device_sim.drill.desk_link import DeskLink
from device_sim.drill.link_words import Hello, SetClock
from device_sim.drill.patience import Patience
from device_sim.drill.play_errors import ConsoleLostError, NoConsoleError, NotADrillError
from device_sim.drill.wires import Address

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
"""Between two dials, doubling; seconds."""

HELLO_TIMEOUT = 5.0


class StandingLine:
    """Whoever asks for `link` gets the connection that is up."""

    def __init__(self, address: Address, clock: DrillClock, book: DeskBook, patience: Patience) -> None:
        self._address, self._clock, self._book, self._patience = address, clock, book, patience
        self._link: DeskLink | None = None

    @property
    def link(self) -> DeskLink:
        """The connection; raises ConsoleLostError while there is none."""
        if self._link is None or self._link.is_lost:
            message = f"nobody is at the drill link {self._address}"
            raise ConsoleLostError(message)
        return self._link

    @property
    def is_lost(self) -> bool:
        """Whether it must be restored."""
        return self._link is None or self._link.is_lost

    def open(self) -> Hello:
        """Dial for the first time; raises NoConsoleError, NotADrillError."""
        return self._dial(self._patience.begin)

    def restore(self, lost: ConsoleLostError) -> None:
        """Go on after a loss: dial again, or give the slot a moment where the link still stands.

        Raises NoConsoleError, NotADrillError.
        """
        since = time.monotonic()
        self._book.write(ConsoleLost(at=self._clock.now(), why=str(lost)))
        if not self.is_lost:
            time.sleep(FIRST_PAUSE * 4)
            return
        hello = self._dial(self._patience.redial)
        seconds = round(time.monotonic() - since, 3)
        self._book.write(ConsoleBack(at=self._clock.now(), seconds=seconds, received=hello.received))

    def send_clock(self) -> None:
        """Tell the console the drill's time; raises ConsoleLostError."""
        triple = self._clock.triple
        self.link.tell(SetClock(triple.epoch, triple.monotonic, triple.speed))

    def close(self) -> None:
        """Hang up."""
        if self._link is not None:
            self._book.asides(self._link.leftovers())
            self._link.close()
            self._link = None

    def _dial(self, patience: float) -> Hello:
        until = time.monotonic() + patience
        pause = FIRST_PAUSE
        while time.monotonic() < until:
            hello = self._try()
            if hello is not None:
                return hello
            time.sleep(min(pause, max(0.0, until - time.monotonic())))
            pause = min(2 * pause, LONGEST_PAUSE)
        message = f"no console said hello at the drill link {self._address} within {patience:g} seconds"
        raise NoConsoleError(message)

    def _try(self) -> Hello | None:
        """Dial once; None when nobody is there, or nobody who says hello."""
        self.close()
        try:
            self._link = DeskLink(self._address, self._book.board)
            self.send_clock()
            arrived = self._link.wait_for(Hello, HELLO_TIMEOUT)
        except (OSError, ConsoleLostError):
            return None
        return None if arrived is None else _checked(arrived[1])


def _checked(hello: Hello) -> Hello:
    """Refuse a console into whose records no drill belongs."""
    if hello.run_mode == "real" or hello.world != "simulated":
        message = (
            f"the console runs in the mode {hello.run_mode} with a {hello.world} world: "
            f"a simulated village is played only into a drill or a test in a simulated world"
        )
        raise NotADrillError(message)
    return hello
