"""0: every desk on a digit, language, colours, and the way out - no function key needed."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import CONSOLES, Command
from village_console.tui.frame import key_cell
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import DIAMOND
from village_console.tui.widgets.line import Line

_ENTRIES = {
    "1": "reception", "2": "stranded", "3": "roster", "4": "needs", "5": "announce", "6": "palette",
    "7": "language", "8": "colours", "9": "quit",
}  # fmt: skip


class MenuPage(Desk):
    """All desks on one page."""

    NAME = "menu"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("choose", digits="".join(_ENTRIES), toggles=True),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "menu"})
    DEFAULT_CSS = "MenuPage #page { height: 1fr; }"

    def compose_work(self) -> ComposeResult:
        """One page."""
        yield Line(id="page")

    def paint_work(self) -> None:
        """The entries."""
        roles = self.console_app.roles
        entries = [
            spans(
                "   ", key_cell(self, f"choose({digit})", f" {digit} "), (f"  {self.say(f'menu.{name}')}", roles.text)
            )
            for digit, name in _ENTRIES.items()
        ]
        also = spans("   ", (f" {CONSOLES.label} ", roles.key), (f"  {self.say('menu.consoles')}", roles.text))
        self.query_one("#page", Line).set(lines(Text(" ", end=""), *entries, also))

    def action_choose(self, digit: int) -> None:
        """Do what the digit names."""
        app, name = self.console_app, _ENTRIES[str(digit)]
        if name == "language":
            app.change_language()
        elif name == "colours":
            app.change_colours()
        elif name == "quit":
            self.ask(Face("ask", DIAMOND, "問", "？", self.say("menu.quit_question")), app.quit)
        elif name == "palette":
            app.pop_screen()
            app.pages.run(None, name)
        else:
            app.go(name)
