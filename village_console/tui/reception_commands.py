"""What can be done at reception, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from village_console.tui.commands import Command, Usable

if TYPE_CHECKING:
    from village_console.tui.screens.reception import ReceptionScreen


def _somebody_waits(desk: Any) -> Usable:
    """Companions can be received together only while somebody of them has still to come."""
    return True if cast("ReceptionScreen", desk).waiting() else None


def _something_to_choose(desk: Any) -> Usable:
    """Digits choose of a household, or of the places at which somebody may be."""
    screen = cast("ReceptionScreen", desk)
    return True if screen.offered() or screen.claims() else None


def _somebody_chosen(desk: Any) -> Usable:
    """A card can be handed out only to somebody."""
    return True if cast("ReceptionScreen", desk).chosen() else None


RECEPTION_COMMANDS: tuple[Command, ...] = (
    Command("search", "slash", "/"),
    Command("everyone", "a", "a", _somebody_waits),
    Command("hand", "c,tab", "c", _somebody_chosen),
    Command("out", "o", "o"),
    Command("place", "d", "d"),
    Command("needs", "e", "e", _somebody_chosen, quiet=True),
    Command("visitor", "n", "n", quiet=True),
    Command("tray", "t", "t", quiet=True),
    Command("televisions", "v", "v", quiet=True),
    Command("slip", "p", "p", quiet=True),
    Command("own_card", "k", "k", quiet=True),
    Command("one", usable=_something_to_choose, digits="123456789"),
    Command("one_here", "space", usable=_something_to_choose),
)
