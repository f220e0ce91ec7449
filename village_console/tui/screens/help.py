"""F1: one page for the desk in front, then its keys - from the same commands that the desk obeys."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.tui.cells import lines, spans, within
from village_console.tui.commands import DESKS, Command
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line


class HelpPage(Desk):
    """Help for one desk."""

    NAME = "help"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("back", label="Esc"),)
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "help"})
    DEFAULT_CSS = "HelpPage #page { height: 1fr; }"

    def __init__(self, of: Desk) -> None:
        """Remember the desk that asked."""
        super().__init__()
        self._of = of

    def compose_work(self) -> ComposeResult:
        """One page."""
        yield Line(id="page")

    def heading(self) -> tuple[Text, Text]:
        """Whose help it is."""
        roles = self.console_app.roles
        name = self.say(f"desk.{self._of.NAME}")
        return spans((self.say("desk.help"), roles.strong), (f"  {name}", roles.muted)), Text("")

    def paint_work(self) -> None:
        """The text, then the keys."""
        roles = self.console_app.roles
        text = [spans((f"  {part}", roles.text)) for part in self.say(f"help.{self._of.NAME}").strip().splitlines()]
        commands = [c for c in self._of.commands if c.label and self._of.check_action(c.name, ()) is not False]
        keys = [
            spans((f"    {command.label:<10}", roles.key), (self.say(f"command.{command.name}.help"), roles.text))
            for command in commands
        ]
        desks = spans(
            (f"    {' '.join(key.upper() for key, _ in DESKS):<10}", roles.key), (self.say("help.desks"), roles.text)
        )
        gap = [Text(" ", end="")] if len(text) + len(keys) + 3 <= self.query_one("#page", Line).size.height else []
        page = (*gap, *text, *gap, *keys, desks)
        self.query_one("#page", Line).set(lines(*(within(line, self.width) for line in page)))

    def enter(self) -> None:
        """Back to work."""
        self.leave()

    def leave(self) -> None:
        """Back to the desk."""
        self.console_app.pop_screen()
