"""番地: where an anchor is that is not found by itself."""

from __future__ import annotations

import unicodedata
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.settings import Sync, endpoint
from village_console.sync.line import Address
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line

_PORT = Sync().listen.rpartition(":")[2]
_BLANK = Text(" ", end="")


class AddressPage(Desk):
    """Takes the address of an anchor; dismissed with it, or with None."""

    NAME = "join"
    TEXT_FOCUS = True
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("answer", "", "Enter"), Command("back", "", "Esc"))
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = """
    AddressPage #field { height: 1; }
    AddressPage #label { width: 14; }
    AddressPage Input { width: 64; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    AddressPage Input:focus { border: none; background: $panel; }
    AddressPage #page { height: 1fr; }
    """

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        super().__init__()
        self._wrong = False

    def compose_band(self) -> ComposeResult:
        """The field stands where the answer was."""
        with Horizontal(id="field"):
            yield Line(id="label")
            yield Input(id="address", max_length=80)

    def compose_work(self) -> ComposeResult:
        """What can be typed."""
        yield Line(id="page")

    def on_mount(self) -> None:
        """Letters go to the field at once."""
        super().on_mount()
        self._field.focus()

    def on_input_submitted(self) -> None:
        """Enter in the field is Enter at the desk."""
        self.action_answer()

    def paint_work(self) -> None:
        """Say what can be typed, and what is wrong."""
        roles = self.console_app.roles
        self.query_one("#label", Line).set(spans((f"  {self.say('pairing.address')}", roles.strong)))
        rows = [_BLANK]
        if self._wrong:
            rows += [spans((f"    {self.say('pairing.no_address')}", roles.stop.ink)), _BLANK]
        rows += [spans((f"    {self.say(f'pairing.address_about.{n}')}", roles.text)) for n in (1, 2, 3)]
        self.query_one("#page", Line).set(lines(*rows))

    def enter(self) -> None:
        """Hand the address on, or say that it is none."""
        if not self.is_current:
            return
        address = address_in(self._field.value)
        if address is None:
            self._wrong = True
            self.paint_work()
        else:
            self.dismiss(address)

    def leave(self) -> None:
        """Back; nobody was asked."""
        self.dismiss(None)

    @property
    def _field(self) -> Input:
        return cast("Input", self.query_one("#address"))


def address_in(text: str) -> Address | None:
    """What somebody typed as `host` or `host:port`, in full width, too; None when it is neither."""
    typed = unicodedata.normalize("NFKC", text).strip()
    found = endpoint(typed if ":" in typed else f"{typed}:{_PORT}")
    fits = found is not None and " " not in typed and 0 < found[1] < 1 << 16
    return found if fits else None
