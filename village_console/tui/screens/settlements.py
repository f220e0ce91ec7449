"""集落: power, line and the time that is left, by settlement; a mass silence is said to look like an outage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.stranded.facts import Cut
from village_console.stranded.outages import Hush
from village_console.stranded.rows import Outage
from village_console.stranded.views import BoardRow
from village_console.tui import watch_acts
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import DIAMOND
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList

STEP = 10
"""Minutes that one digit stands for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A settlement as it stands now."""

    name: str
    stranded: int
    blind: int
    hush: Hush | None


class SettlementsPage(Desk):
    """All settlements."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("power", "e", "e", toggles=True),
        Command("line", "l", "l", toggles=True),
        Command("choose", digits="123456789"),
    )
    DEFAULT_CSS = """
    SettlementsPage #header { height: 2; }
    SettlementsPage #places { height: 1fr; }
    SettlementsPage #foot { height: 3; }
    """

    def compose_work(self) -> ComposeResult:
        """The settlements."""
        yield Line(id="header")
        yield RowList[Place](self._row, lambda place: place.name, id="places")
        yield Line(id="foot")

    def heading(self) -> tuple[Text, Text]:
        """Where one is."""
        return spans((self.say("outage.title"), self.console_app.roles.strong)), Text("")

    def resting_face(self) -> Face:
        """An outage that nobody has reported, or what to do here."""
        return suspicion(self) or Face("ask", DIAMOND, "問", "？", self.say("outage.ask"))

    def paint_work(self) -> None:
        """Paint the list."""
        roles = self.console_app.roles
        titles = tuple(
            self.say(f"outage.column.{name}") for name in ("place", "presumed", "blind", "silent", "state", "left")
        )
        widths = (13, 9, 11, 11, 16, 14)
        cells = [Cell(title, width) for title, width in zip(titles, widths, strict=True)]
        head = row(Cell("", 4), *cells, ground=roles.muted, width=self.width)
        self.query_one("#header", Line).set(lines(Text(" ", end=""), head))
        self._places.show(self._found())
        said = spans((f"    {self.say('outage.digits', step=STEP)}", roles.muted))
        self.query_one("#foot", Line).set(lines(Text(" ", end=""), said))

    def action_power(self) -> None:
        """Power is gone under the cursor, or back."""
        self._switch(Cut.POWER)

    def action_line(self) -> None:
        """The line is gone under the cursor, or back."""
        self._switch(Cut.LINE)

    def action_choose(self, n: int) -> None:
        """Ask whether the hazard comes in so many minutes."""
        place, now = self._places.current, self.console_app.station.clock.now()
        if place is not None:
            at = now + timedelta(minutes=n * STEP)
            said = self.say("outage.hazard_question", settlement=place.name, minutes=n * STEP, at=f"{at:%H:%M}")
            face = Face("ask", DIAMOND, "問", "？", said, third=self.say("stranded.enter_or_leave"))
            self.ask(face, lambda: watch_acts.expect_hazard(self.console_app, place.name, at))

    def action_undo(self) -> None:
        """Take back the last act at the board."""
        watch_acts.ask_undo(self.console_app, self)

    def row_list(self) -> RowList[Place]:
        """The settlements."""
        return self._places

    @property
    def _places(self) -> RowList[Place]:
        return cast("RowList[Place]", self.query_one("#places"))

    def _switch(self, cut: Cut) -> None:
        place = self._places.current
        if place is not None:
            watch_acts.switch_outage(self.console_app, place.name, cut)
            self.paint_work()

    def _found(self) -> list[Place]:
        app = self.console_app
        hushes = {hush.settlement: hush for hush in app.gathering.hushes}
        board = app.board

        def count(rows: Sequence[BoardRow], name: str) -> int:
            """Homes of the settlement among these."""
            return sum(home.household.settlement == name for home in rows)

        return [
            Place(name, count(board.stranded, name) if board else 0, count(board.cannot_tell, name) if board else 0,
                  hushes.get(name))
            for name in app.station.watch.settlements()
        ]  # fmt: skip

    def _row(self, place: Place, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        app = self.console_app
        roles, now, known = app.roles, app.station.clock.now(), app.station.watch.known()
        outage = next((o for o in app.station.journal.rows.all(Outage).values() if o.settlement == place.name), None)
        cut = (
            self.say(f"outage.{outage.cut}") + f" {outage.since:%H:%M}"
            if outage and outage.cut
            else self.say("outage.none")
        )
        reaches = known.hazards.get(place.name)
        left = (
            self.say("unknown")
            if reaches is None
            else self.say("outage.left", minutes=max(0, int((reaches - now).total_seconds() // 60)))
        )
        hush = place.hush
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(place.name, 13, roles.strong),
            Cell(str(place.stranded), 9, roles.text),
            Cell(str(place.blind), 11, roles.muted),
            Cell(self.say("unknown") if hush is None else f"{hush.silent}/{hush.asked}", 11,
                 roles.ask.ink if hush and hush.is_mass else roles.muted),
            Cell(cut, 16, roles.ask.ink if outage and outage.cut else roles.muted),
            Cell(left, 14, roles.muted if reaches is None else roles.strong),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip


def suspicion(desk: Desk) -> Face | None:
    """Many televisions of a settlement are silent at once: it is suggested, never decided."""
    hush = next(iter(desk.console_app.gathering.suspected), None)
    if hush is None:
        return None
    said = desk.say("outage.suspected", settlement=hush.settlement, silent=hush.silent, asked=hush.asked)
    return Face("ask", DIAMOND, "問", "？", said)
