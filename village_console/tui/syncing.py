"""Other consoles at the desk: the table of who knows what, sticks, and the word in the status line. Nothing waits for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from village_console.devices.ports import Health, Part
from village_console.shelter.rules import PersonState
from village_console.sync.carrier import CarrierLostError
from village_console.sync.known import Behind, Console
from village_console.sync.line import LineState, Standing
from village_console.sync.meeting import Outcome
from village_console.tui.answers import Face
from village_console.tui.shapes import BARS, CROSS, HILL, RING
from village_console.village.errors import VillageError
from village_console.village.ids import ShelterId
from village_console.words import Words

if TYPE_CHECKING:
    from village_console.journal.keys.printed import Slip
    from village_console.tui.app import ConsoleApp

OnDone = Callable[[Face], None]


class Syncing:
    """What the screens show of other consoles, worked out a few times a minute and after every meeting."""

    def __init__(self, app: ConsoleApp) -> None:
        """Nothing is known yet."""
        self._app = app
        self.table: list[Console] = []
        self.behind: list[Behind] = []
        self.progress: tuple[int, int] | None = None
        """How many parcels of a carrier were read, of how many; None: nothing is being carried."""
        self.at_two_places = 0
        """People of whom consoles say that they are at two places."""
        self._line: LineState | None = None
        self.code: tuple[int, ...] | None = None
        """The words that bind this console's request; kept while the program runs, for the answer comes later."""

    @property
    def line(self) -> LineState | None:
        """How the live line to the anchor stands; None in a drill, which is alone."""
        lan = self._app.live.sync.lan
        return None if lan is None else lan.state

    @property
    def line_is_lost(self) -> bool:
        """Whether there was an anchor, or should be one, and it does not answer."""
        return self.line is not None and self.line.standing is Standing.LOST

    def tick(self) -> None:
        """Look at once when the line stands otherwise; say once why this laptop is not the anchor."""
        lan = self._app.live.sync.lan
        if lan is None:
            return
        if lan.state is not self._line:
            stood, self._line = self._line, lan.state
            self.look()
            if self._app.screen_stack and (stood is None or _how(stood) != _how(lan.state)):
                self._app.desk.refresh_view()
        if lan.error is not None:
            error, lan.error = lan.error, None
            self._app.say_broken(error)

    def look(self) -> None:
        """Work the table out anew, in a thread of its own."""
        self._app.run_worker(self._look, group="sync-table", exclusive=True, thread=True)

    def _look(self) -> None:
        sync = self._app.live.sync
        table = sync.table()
        disputed = self._disputed() if table else 0
        self._app.call_later(self._looked, table, sync.behind(table, self._app.live.clock.now()), disputed)

    def _disputed(self) -> int:
        return sum(one.state is PersonState.TWO_PLACES for one in self._app.live.reception.follow_ups())

    def _looked(self, table: list[Console], behind: list[Behind], disputed: int) -> None:
        changed = (table, behind, disputed) != (self.table, self.behind, self.at_two_places)
        self.table, self.behind, self.at_two_places = table, behind, disputed
        missing = sum(b.missing or 0 for b in behind)
        if (line := self.line) is not None and line.standing is Standing.BEHIND:
            missing = max(missing, line.of - line.done)  # it is being read just now
        hub_is_lost = self.line is not None and self.line.hub is Standing.LOST
        quiet = Health.NO_ANSWER if behind or self.line_is_lost or hub_is_lost else Health.READY
        if table:  # a laptop that is alone has no word in the status line
            self._app.on_health(Part.SYNC, Health.BEHIND if missing else quiet, missing)
        if changed and self._app.screen_stack:
            self._app.desk.refresh_view()

    def silent(self) -> dict[ShelterId, datetime | None]:
        """Other shelters of which not everything is known here, with up to when it is."""
        return {ShelterId(behind.shelter): behind.until for behind in self.behind}

    @property
    def shelters(self) -> frozenset[str]:
        """Shelters that have a console of this village."""
        return frozenset(console.shelter for console in self.table if console.is_at_a_shelter)

    def missing(self) -> int | None:
        """So many facts of other shelters are not here; None: nobody knows how many, for one has been silent."""
        known = [behind.missing for behind in self.behind]
        return sum(count or 0 for count in known) if all(known) else None

    def missing_here(self) -> int:
        """So many facts of other laptops at this shelter are said to be written and are not here."""
        own = self._app.live.sync.place.shelter
        beside = (c for c in self.table if c.shelter == own and not c.is_own and not c.revoked)
        return sum(console.not_arrived_here or 0 for console in beside)

    def carry(self, folder: Path, on_done: OnDone) -> None:
        """Meet on a stick; the desk goes on meanwhile."""
        self.progress = (0, 0)
        self._app.run_worker(lambda: self._carry(folder, on_done), group="stick", exclusive=True, thread=True)

    def _carry(self, folder: Path, on_done: OnDone) -> None:
        words = self._app.words
        try:
            outcome = self._app.live.sync.carry(folder, self._came)
            face = carried_face(outcome, words, self._disputed())
        except CarrierLostError:
            face = Face("ask", HILL, "再", "！", words.say("stick.lost"), third=words.say("stick.lost_next"))
        except VillageError as error:
            what, do = words.explain(error.code, error.values)
            face = Face("stop", CROSS, "止", "Ｘ", what, aside=error.code, third=do)
        self.progress = None
        self._app.call_later(on_done, face)
        self._app.call_later(self.look)

    def _came(self, done: int, of: int) -> None:
        self.progress = (done, max(done, of))


def _how(state: LineState) -> tuple[Standing, Standing | None]:
    return state.standing, state.hub


def line_said(state: LineState, words: Words) -> str:
    """How the live lines stand, in a few words."""
    hub = f"  {words.say(f'line.hub.{state.hub}')}" if state.hub else ""
    return _anchor_said(state, words) + hub


def _anchor_said(state: LineState, words: Words) -> str:
    if state.standing is Standing.REFUSED and state.refused is not None:
        return words.say("line.refused")
    met = f"{state.met:%H:%M}" if state.met else words.say("never")
    return words.say(f"line.{state.standing}", done=f"{state.done:,}", of=f"{state.of:,}", met=met)


def between(low: int | None, high: int) -> str:
    """A number that is known, or the range in which it lies; None: nobody knows how low it may be."""
    if low == high:
        return str(high)
    return f"？ - {high}" if low is None else f"{low} - {high}"


def carried_face(outcome: Outcome, words: Words, disputed: int = 0) -> Face:
    """What came of carrying a stick; `disputed`: of so many people consoles say that they are at two places."""
    if outcome.refused is not None:
        return Face("stop", CROSS, "止", "Ｘ", words.say(f"sync.refused.{outcome.refused}"),
                    third=words.say("stick.nothing_changed"))  # fmt: skip
    taken = outcome.taken
    said = words.say("stick.carried", new=taken.new, pushed=outcome.pushed)
    apart = taken.quarantined + sum(taken.refused.values()) + outcome.spoilt
    third = words.say("stick.pull_it_out")
    if apart or disputed:
        third = words.say("stick.apart", count=apart) if apart else words.say("stick.disputed", count=disputed)
    if not taken.new and not outcome.pushed:
        return Face("same", BARS, "同", "＝", words.say("stick.nothing_new"), third=third)
    return Face("good", RING, "済", "〇", said, third=third)


def slip_said(slip: Slip | None, words: Words) -> str:
    """What is wrong with a code that was typed."""
    if slip is None:
        return words.say("pairing.no_code")
    return words.say("pairing.slip", number=slip.number) if slip.number else words.say("pairing.slip_somewhere")
