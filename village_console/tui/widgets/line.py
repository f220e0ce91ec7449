"""Rows of composed text."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Line(Static):
    """One or more rows whose every cell is set by its desk."""

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 -- Textual's name
        """Begin empty."""
        super().__init__("", id=id, classes=classes, markup=False)
        self._shown: Text | None = None

    def set(self, text: Text) -> None:
        """Show these rows. The same rows again cost nothing, and others lay the screen out anew only where they decide a size."""
        if self._shown is None or not _same(text, self._shown):
            self._shown = text.copy()
            self.update(text, layout=self.styles.auto_dimensions)


def _same(text: Text, other: Text) -> bool:
    """Whether two texts look the same; rich compares letters and spans only."""
    return text == other and text.style == other.style
