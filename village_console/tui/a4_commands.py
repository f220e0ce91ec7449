"""The A4 papers as a command of the desks that have something to put on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.register.rows import Resident
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.a4 import A4Page

if TYPE_CHECKING:
    from village_console.tui.screens.desk import Desk


def _has_papers(desk: Desk) -> Usable:
    return True if desk.console_app.station.a4 else None


A4 = Command("a4", "a", "a", usable=_has_papers, quiet=True)


def open_a4(desk: Desk, person: Resident | None = None, filtered: str = "") -> None:
    """Open the page of the papers; `person`: whose sheet may be wanted, `filtered`: the filter of the roster."""
    a4 = desk.console_app.station.a4
    if a4 is not None:
        desk.console_app.push_screen(A4Page(a4, person, filtered))
