"""The live line (回線): keeps a console level with the anchor while there is one. To be without one is normal, not an error.

It never asks anybody anything, and nothing of it reaches the desk but a word: how the line stands.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from random import Random

from village_console.journal.journal import Journal
from village_console.sync.address import Address
from village_console.sync.anchor import AnchorCarrier, AnchorIsFullError
from village_console.sync.carrier import CarrierLostError, Refused
from village_console.sync.meeting import Meeting, Outcome
from village_console.village.errors import DiskIsFullError, VillageError

MEET_EVERY = 30.0
"""Seconds between two meetings when nothing seems to happen."""
GATHER = 0.05
"""Seconds in which what is written one after another is left to gather for one meeting."""
STATEMENTS_GATHER = 2.0
"""Seconds in which what others say that they hold is left to gather: nobody waits for it but the table."""
SHORTEST, LONGEST = 1.0, 30.0
"""Seconds until somebody who does not answer is tried again."""
TELL_EVERY = 16
"""Parcels between two words on how far it has read."""


class Standing(StrEnum):
    """How the line stands."""

    SEARCHING = "searching"
    """No anchor was found, and none is named."""
    LEVEL = "level"
    """This console and the anchor hold the same."""
    BEHIND = "behind"
    """Reading: so many parcels of so many."""
    LOST = "lost"
    """It does not answer, or not any more."""
    ANCHOR_FULL = "anchor_full"
    REFUSED = "refused"
    PAUSED = "paused"
    """This laptop's own disk is full, or its journal broken: nothing is read until that is mended."""


@dataclass(frozen=True, slots=True)
class LineState:
    """What the desk may show."""

    standing: Standing
    met: datetime | None = None
    """When a meeting was last held to its end; None: never since the start."""
    done: int = 0
    of: int = 0
    refused: Refused | None = None
    error: VillageError | None = None
    hub: Standing | None = None
    """How the line to the hub stands beside it; None: no hub is named."""
    needs_look: bool = False
    """A forked chain, facts that were refused or are kept apart, parcels that nobody can read."""


class Line:
    """Owns a thread and the connection; `start` returns at once, `stop` waits for the thread."""

    def __init__(
        self,
        journal: Journal,
        find: Callable[[], Sequence[Address]],
        on_state: Callable[[LineState], None],
        random: Random,
    ) -> None:
        """`find`: where anchors may be now; asked before every try. `on_state`: called from the line's thread."""
        self._journal, self._find, self._on_state, self._random = journal, find, on_state, random
        self.connect: Callable[[Address], AnchorCarrier] = lambda address: AnchorCarrier(journal, address)
        self.every, self.longest = MEET_EVERY, LONGEST
        self._state = LineState(Standing.SEARCHING)
        self._carrier: AnchorCarrier | None = None
        self._meeting: Meeting | None = None
        self._address: Address | None = None
        self._failures = 0
        self._stopping, self._wanted, self._said = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep, name="anchor-line", daemon=True)
        journal.listen(lambda _subjects: self._wanted.set())

    def start(self) -> None:
        """Begin to look for an anchor."""
        self._thread.start()

    def stop(self) -> None:
        """Break off what is under way, and end."""
        self._stopping.set()
        self._wanted.set()
        if (carrier := self._carrier) is not None:
            carrier.close()
        if self._thread.is_alive():
            self._thread.join(LONGEST)

    def _keep(self) -> None:
        try:
            while not self._stopping.is_set():
                self._wanted.clear()
                self._said.clear()
                if self._meet():
                    self._failures = 0
                    self._await_news()
                    self._stopping.wait(GATHER)
                else:
                    self._stopping.wait(self._pause())
        finally:
            self._hang_up()
            self._tell(Standing.LOST)  # heard by nobody after `stop`; else this thread ends for what is wrong in it

    def _await_news(self) -> None:
        ends = time.monotonic() + self.every
        while (left := ends - time.monotonic()) > 0 and not self._wanted.wait(min(left, STATEMENTS_GATHER)):
            if self._said.is_set():
                return

    def _pause(self) -> float:
        """Longer from time to time, and never the same at two consoles that lost their anchor together."""
        longest = min(SHORTEST * 2 ** min(self._failures, 10), self.longest)
        self._failures += 1
        return max(SHORTEST, longest * self._random.uniform(0.5, 1.0))

    def _meet(self) -> bool:
        """Whether a meeting was held to its end."""
        meeting = self._at_hand()
        if meeting is None:
            self._tell(Standing.SEARCHING)
            return False
        try:
            self._took_place(meeting.hold())
        except AnchorIsFullError:
            self._tell(Standing.ANCHOR_FULL)
        except CarrierLostError:
            self._hang_up()
            self._tell(Standing.LOST)
        except DiskIsFullError as error:
            self._tell(Standing.PAUSED, error=error)
        except VillageError as error:
            self._tell(Standing.PAUSED, error=error)
        return self._state.standing is Standing.LEVEL

    def _at_hand(self) -> Meeting | None:
        """The meeting with the anchor that answered last, or with the next of those that may be there."""
        if self._failures == 0 and self._meeting is not None:
            return self._meeting  # what is found is only a hint: a line that holds is not let go for it
        self._hang_up()
        known = list(self._find()) or ([] if self._address is None else [self._address])
        if not known:
            return None
        address = known[self._failures % len(known)]
        if address != self._address or self._meeting is None:
            self._address, self._carrier = address, self.connect(address)
            self._carrier.on_news = self._wanted.set
            self._carrier.on_statement = self._said.set
            self._meeting = Meeting(self._journal, self._carrier, self._progress)
        return self._meeting

    def _hang_up(self) -> None:
        if self._carrier is not None:
            self._carrier.close()

    def _took_place(self, outcome: Outcome) -> None:
        if outcome.refused is not None:
            self._hang_up()
            self._tell(Standing.REFUSED, refused=outcome.refused)
            return
        taken = outcome.taken
        looks = bool(taken.forked or taken.refused or taken.quarantined or outcome.spoilt)
        self._state = replace(self._state, met=self._journal.clock.now(), needs_look=self._state.needs_look or looks)
        self._tell(Standing.LEVEL)

    def _progress(self, done: int, of: int) -> None:
        if done < of and done % TELL_EVERY == 0:
            self._tell(Standing.BEHIND, done=done, of=of)

    def _tell(
        self,
        standing: Standing,
        done: int = 0,
        of: int = 0,
        refused: Refused | None = None,
        error: VillageError | None = None,
    ) -> None:
        self._state = replace(self._state, standing=standing, done=done, of=of, refused=refused, error=error)
        if not self._stopping.is_set():
            self._on_state(self._state)
