"""番地: where an anchor is that is not found by itself."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.widgets import Input

from village_console.sync.address import address_in
from village_console.tui.cells import lines, spans
from village_console.tui.screens.field import FieldPage
from village_console.tui.widgets.line import Line

_BLANK = Text(" ", end="")


class AddressPage(FieldPage):
    """Takes the address of an anchor; dismissed with it, or with None."""

    NAME = "join"
    LABEL = "pairing.address"
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = "AddressPage Input { width: 64; }"

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        super().__init__()
        self._wrong = False

    def make_field(self) -> Input:
        """A host, with or without a port."""
        return Input(id="address", max_length=80)

    def paint_work(self) -> None:
        """Say what can be typed, and what is wrong."""
        super().paint_work()
        roles = self.console_app.roles
        rows = [_BLANK]
        if self._wrong:
            rows += [spans((f"    {self.say('pairing.no_address')}", roles.stop.ink)), _BLANK]
        rows += [spans((f"    {self.say(f'pairing.address_about.{n}')}", roles.text)) for n in (1, 2, 3)]
        self.query_one("#page", Line).set(lines(*rows))

    def enter(self) -> None:
        """Hand the address on, or say that it is none."""
        if not self.is_current:
            return
        address = address_in(self.field.value)
        if address is None:
            self._wrong = True
            self.paint_work()
        else:
            self.dismiss(address)

    def leave(self) -> None:
        """Back; nobody was asked."""
        self.dismiss(None)
