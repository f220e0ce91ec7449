"""What lies over a desk: menu, help, palette, and the page that hides everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from village_console.tui.screens.help import HelpPage
from village_console.tui.screens.hidden import HiddenPage
from village_console.tui.screens.menu import MenuPage
from village_console.tui.screens.palette import PalettePage
from village_console.tui.shapes import BARS

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk

_BELOW = 2
"""Screens below all pages: Textual's own and the desk."""


class Pages:
    """Opens and closes the pages over a desk."""

    def __init__(self, app: ConsoleApp) -> None:
        """Nothing lies over the desk."""
        self._app = app

    @property
    def hidden(self) -> bool:
        """Whether names and lists are hidden."""
        return bool(self._app.screen_stack) and isinstance(self._app.screen, HiddenPage)

    def hide(self) -> None:
        """Hide everything; pages are closed, so that no opened detail comes back with the desk."""
        self.close()
        self._app.push_screen(HiddenPage())

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
