"""What a key must pass before a desk hears it: typed ahead, bounced, or meant for a jump."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.events import Key

from village_console.tui import jump
from village_console.tui.commands import HIDE, plain_key

if TYPE_CHECKING:
    from village_console.tui.screens.desk import Desk

BOUNCE = 0.25
"""Seconds within which the same key counts once where it toggles; a key that is held down goes on counting once."""
_NEVER_HELD_BACK = ("ctrl+c",)


class KeyGuard:
    """Looks at every key once, before any desk."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` in seconds, monotonic and unscaled."""
        self._now = now
        self._key, self._at = "", float("-inf")

    def swallows(self, desk: Desk, event: Key) -> bool:
        """Whether a key goes no further; a jump takes its letter here."""
        if event.key in _NEVER_HELD_BACK or (desk.focused is not None and event.is_printable):
            return False
        command, bounced = desk.command_of(event.key), self._bounced(event)
        if bounced and command is not None and command.toggles:
            return True
        if command is HIDE:
            jump.end(desk)
            return False
        if desk.jump is not None:
            jump.take(desk, event)
            return True
        return desk.guarded

    def _bounced(self, event: Key) -> bool:
        """Whether it is the same key again; what came through an input method is asked again under its own name."""
        if plain_key(event.character or ""):
            return False
        now, before, at = self._now(), self._key, self._at
        self._key, self._at = event.key, now
        return event.key == before and now - at < BOUNCE
