"""番地: where an anchor is that is not found by itself."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from rich.text import Text
from textual.widgets import Input

from village_console.settings import Sync, endpoint
from village_console.sync.line import Address
from village_console.tui.cells import lines, spans
from village_console.tui.screens.field import FieldPage
from village_console.tui.widgets.line import Line

_PORT = Sync().listen.rpartition(":")[2]
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


def address_in(text: str) -> Address | None:
    """What somebody typed as `host` or `host:port`, in full width, too; None when it is neither."""
    typed = unicodedata.normalize("NFKC", text).strip()
    found = endpoint(typed if ":" in typed else f"{typed}:{_PORT}")
    fits = found is not None and " " not in typed and 0 < found[1] < 1 << 16
    return found if fits else None
