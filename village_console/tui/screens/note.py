"""The line that the office types under a template; what may not be said is refused when the message is released."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.announce.rules import LONGEST_NOTE
from village_console.tui.cells import spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line


class NotePage(Desk):
    """Asks for one line of text."""

    NAME = "announce"
    LABEL: ClassVar[str] = "announce.note"
    """Key of what stands before the field."""
    TEXT_FOCUS = True
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("answer", "", "Enter"), Command("back", "", "Esc"))
    DEFAULT_CSS = """
    NotePage #field { height: 1; }
    NotePage #label { width: 10; }
    NotePage Input { width: 1fr; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    NotePage Input:focus { border: none; background: $panel; }
    """

    def __init__(self, note: str, done: Callable[[str], None]) -> None:
        """Begin with what was typed before."""
        super().__init__()
        self._note, self._done = note, done

    def compose_band(self) -> ComposeResult:
        """The field stands where the answer was."""
        with Horizontal(id="field"):
            yield Line(id="label")
            yield Input(self._note, id="wanted", max_length=LONGEST_NOTE)

    def on_mount(self) -> None:
        """Text goes to the field at once."""
        super().on_mount()
        self.query_one("#wanted", Input).focus()

    def on_input_submitted(self) -> None:
        """Enter in the field is Enter at the desk."""
        self.action_answer()

    def paint_work(self) -> None:
        """Say what the field is for."""
        self.query_one("#label", Line).set(spans((f"  {self.say(self.LABEL)}  ", self.console_app.roles.strong)))

    def enter(self) -> None:
        """Hand the line over."""
        if self.is_current:
            note = self.query_one("#wanted", Input).value.strip()
            self.console_app.pop_screen()
            self._done(note)

    def leave(self) -> None:
        """Back; the line is as before."""
        self.console_app.pop_screen()
