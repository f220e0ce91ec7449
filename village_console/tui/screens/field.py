"""A page that asks for one line of text: the field stands where the answer was, because the eye is already there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.tui.cells import spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line


class FieldPage(Desk):
    """Takes what is typed; every letter goes to the field, and Enter in it is Enter at the desk."""

    LABEL: ClassVar[str] = ""
    """Key of what stands before the field."""
    FORMS: ClassVar[str] = ""
    """Key of what stands behind it; without one nothing does."""
    TEXT_FOCUS = True
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("answer", "", "Enter"), Command("back", "", "Esc"))
    DEFAULT_CSS = """
    FieldPage #field { height: 1; }
    FieldPage #label { width: 14; }
    FieldPage #forms { width: 1fr; }
    FieldPage #page { height: 1fr; }
    FieldPage Input { width: 36; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    FieldPage Input:focus { border: none; background: $panel; }
    """

    def compose_band(self) -> ComposeResult:
        """The field, where the answer was."""
        yield from self.compose_field()

    def compose_field(self) -> ComposeResult:
        """What is asked, the field, and how it may be filled in."""
        with Horizontal(id="field"):
            yield Line(id="label")
            yield self.make_field()
            if self.FORMS:
                yield Line(id="forms")

    def compose_work(self) -> ComposeResult:
        """A page below, for what can be typed and what was wrong with it."""
        yield Line(id="page")

    def make_field(self) -> Input:
        """The field as it stands when the page opens."""
        return Input(id="wanted")

    @property
    def field(self) -> Input:
        """The field."""
        return self.query_one("#field Input", Input)

    def on_mount(self) -> None:
        """Text goes to the field at once."""
        super().on_mount()
        self.field.focus()

    def on_input_submitted(self) -> None:
        """Enter in the field is Enter at the desk."""
        self.action_answer()

    def paint_work(self) -> None:
        """Say what the field is for."""
        roles = self.console_app.roles
        self.query_one("#label", Line).set(spans((f"  {self.say(self.LABEL)}  ", roles.strong)))
        if self.FORMS:
            self.query_one("#forms", Line).set(spans((f"   {self.say(self.FORMS)}", roles.muted)))
