"""What a card on the reader means: to the page in front, to the operators, to reception - in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.devices.ports import Tap
from village_console.operators.facts import Means
from village_console.tui.messages import CardAnswered
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.operators import signed_in
from village_console.tui.screens.own_card import OwnCardPage
from village_console.tui.screens.reception import ReceptionScreen

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


def take_tap(app: ConsoleApp, tap: Tap) -> None:
    """Take a tap; a staff card signs in and receives nobody, and while everything is hidden it does nothing."""
    if app.screen_stack and isinstance(app.screen, Desk) and app.screen.take_tap(tap):
        return
    member = app.live.operators.by_card(tap)
    if member is not None:
        if not app.pages.hidden:
            signed_in(app.desk, member, Means.CARD)
        return
    if isinstance(app.screen, ReceptionScreen):
        app.past.leave()
    app.attempt(lambda: app.live.reception.tap(tap))


def take_card(app: ConsoleApp, message: CardAnswered) -> None:
    """Give a card's answer to the page that asked; what lies over it gives way."""
    if not app.pages.hidden and any(isinstance(screen, OwnCardPage) for screen in app.screen_stack):
        while not isinstance(app.screen, OwnCardPage):
            app.pop_screen()
        app.screen.take_card(message.asking, message.answer)
