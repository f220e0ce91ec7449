"""An empty Textual app with a table of 200 rows: what the library costs before a console is built upon it."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import DataTable, Static


class EmptyApp(App[None]):
    """A table, and a line that says that a key was taken."""

    def compose(self) -> ComposeResult:
        """The line above the table."""
        yield Static("waiting", id="line")
        yield DataTable[Any]()

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable[Any])
        table.add_columns("number", "name", "kana", "settlement")
        table.add_rows([(f"no-{n}", f"name {n}", f"kana {n}", "somewhere") for n in range(200)])

    def on_key(self, event: Key) -> None:
        """Take a key."""
        self.query_one("#line", Static).update(f"taken {event.key}")


EmptyApp().run()
