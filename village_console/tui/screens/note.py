"""The line that the office types under a template; what may not be said is refused when the message is released."""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets import Input

from village_console.announce.rules import LONGEST_NOTE
from village_console.tui.screens.field import FieldPage


class NotePage(FieldPage):
    """Asks for one line of text."""

    NAME = "announce"
    LABEL = "announce.note"
    DEFAULT_CSS = """
    NotePage #label { width: 10; }
    NotePage Input { width: 1fr; }
    """

    def __init__(self, note: str, done: Callable[[str], None]) -> None:
        """Begin with what was typed before."""
        super().__init__()
        self._note, self._done = note, done

    def make_field(self) -> Input:
        """With what was typed before."""
        return Input(self._note, id="wanted", max_length=LONGEST_NOTE)

    def enter(self) -> None:
        """Hand the line over."""
        if self.is_current:
            note = self.field.value.strip()
            self.console_app.pop_screen()
            self._done(note)
