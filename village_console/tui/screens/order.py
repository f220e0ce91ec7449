"""避難指示を記録する: one digit and Enter; it can be taken back."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.stranded.facts import Level
from village_console.tui import watch_acts
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import key_cell
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import DIAMOND
from village_console.tui.widgets.line import Line
from village_console.village.clock import minute_of


def _level_chosen(page: OrderPage) -> Usable:
    return True if page.level else None


class OrderPage(Desk):
    """Asks for the level of an order for the whole village, issued now."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter", usable=_level_chosen),
        Command("back", label="Esc"),
        Command("choose", digits="".join(level.value for level in Level)),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})

    def __init__(self) -> None:
        """Begin with no level chosen."""
        super().__init__()
        self.level: Level | None = None

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
        rows += [
            Text(" ", end=""),
            spans((f"    {self.say('order.issued_at', at=f'{minute_of(now):%H:%M}')}", roles.text)),
        ]
        rows += [spans((f"    {self.say('order.where_all')}", roles.text)), Text(" ", end="")]
        rows.append(spans((f"    {self.say('order.enter' if self.level else 'order.choose')}", roles.strong)))
        self.query_one("#levels", Line).set(lines(*rows))

    def action_choose(self, digit: int) -> None:
        """Choose a level."""
        self.level = Level(str(digit))
        self.repaint()

    def enter(self) -> None:
        """Record the order and go back to the board."""
        if self.level is not None:
            level = self.level
            self.console_app.pop_screen()
            watch_acts.record_order(self.console_app, level)

    def leave(self) -> None:
        """Back to the board; nothing was recorded."""
        self.console_app.pop_screen()
