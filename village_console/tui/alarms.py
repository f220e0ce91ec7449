"""A need that begins to call rings once, at whichever desk one is; the number stays on F5 until somebody has seen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.operators.facts import Role
from village_console.tui.answers import Bell

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


class Alarms:
    """Remembers for which needs the bell was rung."""

    def __init__(self, app: ConsoleApp) -> None:
        """No need has called."""
        self._app = app
        self._rung: dict[str, int] = {}

    def look(self) -> None:
        """Ring for what calls louder than before; somebody who only works the desk is not the one to hear it."""
        needs, current = self._app.live.needs, self._app.live.operators.current
        calling = {need.id: int(needs.alarm(need)) for need in needs.alarms()}
        louder = any(level > self._rung.get(id_, 0) for id_, level in calling.items())
        self._rung = calling
        if louder and (current is None or current.role is not Role.DESK):
            self._app.ring(Bell.AGAIN)
