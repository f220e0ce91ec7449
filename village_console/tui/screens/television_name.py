"""テレビの登録: the name of the device that stands at a television (端末番号)."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line
from village_console.viewing.enrol import LONGEST_NAME

_FORMS = ("set_top", "tasmota", "zigbee2mqtt", "webos", "echonet")


class TelevisionNamePage(Desk):
    """Asks for a device's name; dismissed with it, or with None."""

    NAME = "televisions"
    TEXT_FOCUS = True
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("answer", "", "Enter"), Command("back", "", "Esc"))
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = """
    TelevisionNamePage #field { height: 1; }
    TelevisionNamePage #label { width: 14; }
    TelevisionNamePage Input { width: 40; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    TelevisionNamePage Input:focus { border: none; background: $panel; }
    TelevisionNamePage #forms { height: 1fr; }
    """

    def compose_band(self) -> ComposeResult:
        """The field stands where the answer was."""
        with Horizontal(id="field"):
            yield Line(id="label")
            yield Input(id="wanted", max_length=LONGEST_NAME)

    def compose_work(self) -> ComposeResult:
        """How such names look."""
        yield Line(id="forms")

    def on_mount(self) -> None:
        """Text goes to the field at once."""
        super().on_mount()
        self.query_one("#wanted", Input).focus()

    def on_input_submitted(self) -> None:
        """Enter in the field is Enter at the desk."""
        self.action_answer()

    def heading(self) -> tuple[Text, Text]:
        """What is being done."""
        roles = self.console_app.roles
        return spans((self.say("televisions.name_title"), roles.strong)), Text("")

    def paint_work(self) -> None:
        """Say how names look."""
        roles = self.console_app.roles
        self.query_one("#label", Line).set(spans((f"  {self.say('column.device')}  ", roles.strong)))
        said = [spans((f"    {self.say(f'televisions.form.{form}')}", roles.text)) for form in _FORMS]
        blank = Text(" ", end="")
        self.query_one("#forms", Line).set(
            lines(blank, spans((f"  {self.say('televisions.forms')}", roles.muted)), *said)
        )

    def enter(self) -> None:
        """Take the name."""
        if self.is_current:
            self.dismiss(self.query_one("#wanted", Input).value)

    def leave(self) -> None:
        """Back; nothing was registered."""
        self.dismiss(None)
