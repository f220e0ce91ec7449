"""What televisions were at every order, asked again and again; and where so many are silent that it looks like an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.stranded.outages import Hush, suspected

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


class Gathering:
    """Asks in a thread of its own; a late log appends a version."""

    def __init__(self, app: ConsoleApp) -> None:
        """Nothing has been asked."""
        self._app = app
        self.hushes: list[Hush] = []
        """Where televisions are silent, as of the last round of asking."""

    def begin(self) -> None:
        """Ask once more; a round that is still going on gives way."""
        self._app.run_worker(self._gather, group="gather", exclusive=True, thread=True)

    @property
    def suspected(self) -> list[Hush]:
        """Settlements that look like an outage which nobody has reported."""
        return suspected(self.hushes, self._app.station.watch.known().dark)

    def _gather(self) -> None:
        watch = self._app.live.watch
        orders = watch.orders()
        for order in orders:
            watch.gather(order)
        self.hushes = watch.hush() if orders else []
