"""What comes again and again by itself: the second, the repaint that changes share, and the looks at the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from village_console.devices.ports import Device
from village_console.tui.messages import FactsChanged

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp

TICK = 1.0
COALESCE = 0.25
"""Seconds within which changes share one repaint."""
GATHER_EVERY = 5.0
LOOK_AT_OTHERS_EVERY = 10.0


class Beat:
    """Keeps the desk in front as the clock and the facts are."""

    def __init__(self, app: ConsoleApp) -> None:
        """Nothing beats before the records are open."""
        self._app = app
        self._dirty = False
        self.devices: Sequence[Device] = ()
        """Those that have been started."""

    def begin(self) -> None:
        """From here on."""
        app = self._app
        app.live.journal.listen(lambda _subjects: self._tell_facts_changed())
        app.set_interval(TICK, self._tick)
        app.set_interval(COALESCE, self._repaint_if_dirty)
        app.set_interval(GATHER_EVERY, app.gathering.begin)
        app.set_interval(LOOK_AT_OTHERS_EVERY, app.syncing.look)

    def facts_changed(self) -> None:
        """Views are computed a few times a second, not for every fact."""
        self._dirty = True

    def _tell_facts_changed(self) -> None:
        if self._app.is_running:
            self._app.post_message(FactsChanged())

    def _tick(self) -> None:
        for device in self.devices:
            tell = getattr(device, "tell_health", None)
            if tell is not None:
                tell()
        if self._app.screen_stack:  # empty while the app is closing
            self._app.pages.lock_if_idle()
            self._app.alarms.look()
            self._app.syncing.tick()
            self._app.desk.tick()

    def _repaint_if_dirty(self) -> None:
        if self._dirty and self._app.screen_stack:
            self._dirty = False
            self._app.refresh_board()
            self._app.desk.refresh_view()
