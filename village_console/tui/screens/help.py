"""F1: one page for the desk in front, then its keys - from the same commands that the desk obeys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.tui.cells import ends, lines, spans, within
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
        self._top = 0

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
            (f"    {' '.join(key.upper() for key, _ in DESKS)}  ", roles.key), (self.say("help.desks"), roles.text)
        )
        self._show((*text, Text(" ", end=""), *keys, desks))

    def _show(self, page: Sequence[Text]) -> None:
        """As much as fits; what does not is a key away, and counted."""
        line, roles = self.query_one("#page", Line), self.console_app.roles
        room = line.size.height or len(page)
        if len(page) > room:
            self._top = max(0, min(self._top, len(page) - room + 1))
            below = len(page) - self._top - room + 1
            key = "PageDown" if below else "PageUp"
            said = f"{self.say('list.more', count=below)}   {key} " if below else f"{key} "
            foot = ends(Text(""), spans((said, roles.muted)), self.width)
            page = (*page[self._top : self._top + room - 1], foot)
        line.set(lines(*(within(row, self.width) for row in page)))

    def action_page(self, by: int) -> None:
        """Turn to what does not fit."""
        self._top = max(0, self._top + by * (self.query_one("#page", Line).size.height - 2))
        self.paint_work()

    def action_move(self, by: int) -> None:
        """Go on by a row."""
        self._top = max(0, self._top + by)
        self.paint_work()

    def enter(self) -> None:
        """Back to work."""
        self.leave()
