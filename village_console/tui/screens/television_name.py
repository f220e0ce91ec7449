"""テレビの登録: the name of the device that stands at a television (端末番号)."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.widgets import Input

from village_console.tui.cells import lines, spans
from village_console.tui.screens.field import FieldPage
from village_console.tui.widgets.line import Line
from village_console.viewing.enrol import LONGEST_NAME

_FORMS = ("set_top", "tasmota", "zigbee2mqtt", "webos", "echonet")


class TelevisionNamePage(FieldPage):
    """Asks for a device's name; dismissed with it, or with None."""

    NAME = "televisions"
    LABEL = "column.device"
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "TelevisionNamePage Input { width: 40; }"

    def make_field(self) -> Input:
        """A name is no longer than devices' names are."""
        return Input(id="wanted", max_length=LONGEST_NAME)

    def heading(self) -> tuple[Text, Text]:
        """What is being done."""
        roles = self.console_app.roles
        return spans((self.say("televisions.name_title"), roles.strong)), Text("")

    def paint_work(self) -> None:
        """Say how names look."""
        super().paint_work()
        roles = self.console_app.roles
        said = [spans((f"    {self.say(f'televisions.form.{form}')}", roles.text)) for form in _FORMS]
        blank = Text(" ", end="")
        self.query_one("#page", Line).set(
            lines(blank, spans((f"  {self.say('televisions.forms')}", roles.muted)), *said)
        )

    def enter(self) -> None:
        """Take the name."""
        if self.is_current:
            self.dismiss(self.field.value)

    def leave(self) -> None:
        """Back; nothing was registered."""
        self.dismiss(None)
