"""避難指示を記録する: one digit and Enter; it can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.stranded.facts import Issuer, Level
from village_console.tui import watch_acts
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import key_cell
from village_console.tui.screens.area import AreaPage
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.in_force import InForcePage
from village_console.tui.shapes import DIAMOND
from village_console.tui.widgets.line import Line
from village_console.village.clock import minute_of

LONGEST_AGO = 12 * 60
"""Minutes; an order that is recorded later than this is a matter for the records, not for the board."""


def _level_chosen(page: OrderPage) -> Usable:
    return True if page.level else None


class OrderPage(Desk):
    """Asks for the level of an order: for the whole village and issued now, unless somebody says otherwise."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter", usable=_level_chosen),
        Command("back", label="Esc"),
        Command("choose", digits="".join(level.value for level in Level)),
        Command("area", "s", "s"),
        Command("issuer", "b", "b"),
        Command("earlier", "left", "<-"),
        Command("later", "right", "->", quiet=True),
        Command("in_force", "tab", "Tab"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})

    def __init__(self) -> None:
        """Begin with no level chosen."""
        super().__init__()
        self.level: Level | None = None
        self.settlements: tuple[str, ...] = ()
        self.minutes_ago = 0
        self.by = Issuer.MAYOR

    def compose_work(self) -> ComposeResult:
        """The three levels."""
        yield Line(id="levels")

    DEFAULT_CSS = "OrderPage #levels { height: 1fr; }"

    def resting_face(self) -> Face:
        """Nothing has been recorded yet."""
        return Face("ask", DIAMOND, "問", "？", self.say("order.not_yet"))

    def paint_work(self) -> None:
        """Paint the levels and what is chosen."""
        roles, now = self.console_app.roles, self.console_app.station.clock.now()
        rows = [Text(" ", end=""), spans((f"  {self.say('order.ask')}", roles.strong)), Text(" ", end="")]
        for level in Level:
            chosen = level is self.level
            rows.append(
                spans(
                    (" ＞ " if chosen else "    ", roles.strong),
                    key_cell(self, f"choose({level})", f" {level} "),
                    (" " + self.say(f"order.level.{level}"), roles.strong if chosen else roles.text),
                    (f"   {self.say(f'order.meaning.{level}')}", roles.muted),
                )
            )
        issued = minute_of(now) - timedelta(minutes=self.minutes_ago)
        where = self.say("list.comma").join(self.settlements)
        rows += [
            Text(" ", end=""),
            spans((f"    {self.say('order.issued_at', at=f'{issued:%H:%M}')}", roles.text)),
            spans(
                (f"    {self.say('order.where', where=where) if where else self.say('order.where_all')}", roles.text)
            ),
            spans((f"    {self.say('order.by', by=self.say(f'issuer.{self.by}'))}", roles.text)),
            Text(" ", end=""),
        ]
        rows.append(spans((f"    {self.say('order.enter' if self.level else 'order.choose')}", roles.strong)))
        self.query_one("#levels", Line).set(lines(*rows))

    def action_choose(self, digit: int) -> None:
        """Choose a level."""
        self.level = Level(str(digit))
        self.repaint()

    def action_area(self) -> None:
        """Choose the settlements; none is the whole village."""
        ask, none = self.say("order.which"), self.say("order.none_is_all")
        self.console_app.push_screen(AreaPage(ask, none, self.settlements, self._take_area))

    def action_issuer(self) -> None:
        """The next of those who may issue it."""
        issuers = list(Issuer)
        self.by = issuers[(issuers.index(self.by) + 1) % len(issuers)]
        self.repaint()

    def action_earlier(self) -> None:
        """It was issued a minute earlier: the televisions are asked about that minute."""
        self.minutes_ago = min(LONGEST_AGO, self.minutes_ago + 1)
        self.repaint()

    def action_later(self) -> None:
        """A minute later, at most now."""
        self.minutes_ago = max(0, self.minutes_ago - 1)
        self.repaint()

    def action_in_force(self) -> None:
        """The orders in force, to narrow or to lift."""
        self.console_app.push_screen(InForcePage())

    def enter(self) -> None:
        """Record the order and go back to the board."""
        if self.level is not None:
            app = self.console_app
            app.pop_screen()
            watch_acts.record_order(app, self.level, self.settlements, minutes_ago=self.minutes_ago, by=self.by)

    def _take_area(self, settlements: tuple[str, ...]) -> None:
        self.settlements = settlements
        self.repaint()
