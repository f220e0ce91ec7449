"""What lies over a desk: menu, help, palette, and the page that hides everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from village_console.tui.screens.as_of import AsOfPage
from village_console.tui.screens.consoles import ConsolesPage
from village_console.tui.screens.help import HelpPage
from village_console.tui.screens.hidden import HiddenPage
from village_console.tui.screens.locked import LockedPage
from village_console.tui.screens.menu import MenuPage
from village_console.tui.screens.operators import HandOverPage, SignInPage
from village_console.tui.screens.own_card import OwnCardPage
from village_console.tui.screens.palette import PalettePage
from village_console.tui.screens.print_jobs import PrintJobsPage
from village_console.tui.shapes import BARS

if TYPE_CHECKING:
    from village_console.shelter.reception import Answer
    from village_console.tui.answers import Face
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk

_BELOW = 2
"""Screens below all pages: Textual's own and the desk."""
HIDDEN_FREELY = 60.0
"""Seconds, real, in which whoever hid the screen shows it again without a passphrase."""


class Pages:
    """Opens and closes the pages over a desk."""

    def __init__(self, app: ConsoleApp) -> None:
        """Nothing lies over the desk."""
        self._app = app
        self.stood_at: float | None = None
        """When a desk was first in front, by the monotonic clock."""

    @property
    def hidden(self) -> bool:
        """Whether names and lists are hidden."""
        return bool(self._app.screen_stack) and isinstance(self._app.screen, HiddenPage)

    def hide(self) -> None:
        """Hide everything; pages are closed, so that no opened detail comes back with the desk."""
        self.close()
        self._app.push_screen(HiddenPage())

    def lock_if_idle(self) -> None:
        """The screen lock comes when nobody has typed for as long as the settings say."""
        lock, now = self._app.live.lock, self._app.live.clock.monotonic()
        self.stood_at = now if self.stood_at is None else self.stood_at
        idle = now - max(self.stood_at, self._app.person_typed_at)
        if lock is not None and 0 < lock.minutes * 60 <= idle and not self.hidden:
            self.lock()

    def lock(self, kept: Answer | Face | None = None) -> None:
        """Lock the screen over what is open; where a card's secret is being typed, that is closed first."""
        if self.hidden or any(isinstance(screen, OwnCardPage) for screen in self._app.screen_stack):
            self.close()
        self._app.push_screen(LockedPage(kept))

    def asks_after(self, hidden: float) -> bool:
        """Whether a screen that was hidden for so many seconds wants a passphrase."""
        lock = self._app.live.lock
        asks = lock is not None and (lock.asks or self._app.live.operators.have_passphrases)
        return lock is not None and lock.minutes > 0 and hidden > HIDDEN_FREELY and asks

    def open_as_of(self) -> None:
        """Ask for a past moment."""
        self._app.push_screen(AsOfPage())

    def open_shift(self) -> None:
        """Sign in; whoever is signed in hands over."""
        self._app.push_screen(HandOverPage() if self._app.live.operators.current else SignInPage())

    def open_print_jobs(self) -> None:
        """Papers that wait for the printer, or for a person."""
        self._app.push_screen(PrintJobsPage())

    def open_consoles(self) -> None:
        """Other consoles, and who knows what."""
        self._app.push_screen(ConsolesPage())

    @property
    def none_open(self) -> bool:
        """Whether a desk itself is in front."""
        return len(self._app.screen_stack) <= _BELOW

    def close(self) -> None:
        """Back to the desk below all pages."""
        while len(self._app.screen_stack) > _BELOW:
            self._app.pop_screen()

    def open_menu(self) -> None:
        """The page with every desk."""
        self._app.push_screen(MenuPage())

    def open_help(self, desk: Desk) -> None:
        """Help for a desk."""
        self._app.push_screen(HelpPage(desk))

    def open_palette(self) -> None:
        """Every command by its name."""
        app = self._app
        desks = [cast("Desk", app.get_screen(name)) for name in app.SCREENS]  # pyright: ignore[reportUnknownMemberType]
        app.push_screen(PalettePage(app.desk, desks))

    def run(self, desk: str | None, action: str) -> None:
        """Do at a desk, or at the one in front, what a key would do there; what cannot be done now is said."""
        if desk is not None:
            self._app.go(desk)
        self._app.desk.call_after_refresh(self._run_here, action)

    async def _run_here(self, action: str) -> None:
        app = self._app
        if not app.desk.ready:  # it is only now being put together
            app.desk.call_after_refresh(self._run_here, action)
            return
        app.desk.repaint()  # what may be done depends on what the list holds
        if app.desk.check_action(action.partition("(")[0], ()):
            await app.run_action(action, app.desk)
        else:
            app.say_in_band("same", BARS, "同", "－", "palette.not_now")
