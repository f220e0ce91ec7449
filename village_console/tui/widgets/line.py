"""Rows of composed text."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Line(Static):
    """One or more rows whose every cell is set by its desk."""

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 -- Textual's name
        """Begin empty."""
        super().__init__("", id=id, classes=classes, markup=False)

    def set(self, text: Text) -> None:
        """Show these rows."""
        self.update(text)
