"""The first paint: banner, and that the records are being opened. Nothing slow is loaded for it."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import Screen

from village_console.tui.cells import spans
from village_console.tui.frame import banner
from village_console.tui.station import Head
from village_console.tui.theme import Roles
from village_console.tui.widgets.line import Line
from village_console.words import Words


class OpeningScreen(Screen[Any]):
    """Stands for as long as the records take to open."""

    DEFAULT_CSS = """
    OpeningScreen { layout: vertical; background: $background; overflow: hidden; }
    OpeningScreen Line { width: 100%; height: 1; }
    """

    def __init__(self, head: Head, roles: Roles, words: Words) -> None:
        """Everything that it shows is known already."""
        super().__init__()
        self._head, self._roles, self._words = head, roles, words

    def compose(self) -> ComposeResult:
        """The banner where it will stay, and one sentence in the band's place."""
        yield Line(id="banner")
        yield Line(id="title")
        yield Line(id="band")

    def on_mount(self) -> None:
        """Paint once."""
        roles, width = self._roles, self.size.width
        clock_stands = self._words.say("speed.stopped")
        self.query_one("#banner", Line).set(banner(self._head, roles, self._words, clock_stands, width))
        self.query_one("#title", Line).set(Text(""))
        self.query_one("#band", Line).set(spans((f"    {self._words.say('opening')}", roles.strong)))
