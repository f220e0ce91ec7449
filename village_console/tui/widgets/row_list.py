"""A list with a cursor: one subject one row, no scroll bar, rows do not move under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.text import Text
from textual.widgets import Static

from village_console.tui.cells import lines

T = TypeVar("T")


class RowList(Static, Generic[T]):
    """Shows as many items as fit; the cursor stays on its item when the list changes."""

    def __init__(self, draw: Callable[[T, bool], Text], key: Callable[[T], object], id: str | None = None) -> None:  # noqa: A002 -- Textual's name
        """`draw` makes the row of an item, told whether the cursor is on it; `key` tells items apart."""
        super().__init__("", id=id, markup=False)
        self._draw, self._key = draw, key
        self._items: Sequence[T] = ()
        self._cursor = 0
        self._top = 0

    def show(self, items: Sequence[T], *, follow: bool = True) -> None:
        """Replace the items; without `follow` the cursor goes to the first."""
        before = self._key(self.current) if follow and self.current is not None else None
        self._cursor = self._cursor if follow else 0
        self._items = items
        found = next((n for n, item in enumerate(items) if self._key(item) == before), None)
        self._cursor = min(self._cursor, max(0, len(items) - 1)) if found is None else found
        self.repaint()

    def home(self) -> None:
        """Put the cursor on the first item."""
        self._cursor = 0
        self.repaint()

    def move(self, by: int) -> None:
        """Move the cursor."""
        self._cursor = max(0, min(len(self._items) - 1, self._cursor + by))
        self.repaint()

    def page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.move(by * max(1, self._height))

    @property
    def items(self) -> Sequence[T]:
        """What the list holds."""
        return self._items

    @property
    def current(self) -> T | None:
        """The item under the cursor."""
        return self._items[self._cursor] if self._items else None

    @property
    def below(self) -> int:
        """How many items lie below the last visible one."""
        return max(0, len(self._items) - self._top - self._height)

    def on_resize(self) -> None:
        """Draw anew for the new height."""
        self.repaint()

    def repaint(self) -> None:
        """Draw the visible rows."""
        height = self._height
        self._top = max(0, min(self._top, self._cursor, len(self._items) - height))
        if self._cursor >= self._top + height:
            self._top = self._cursor - height + 1
        visible = self._items[self._top : self._top + height]
        self.update(lines(*(self._draw(item, self._top + n == self._cursor) for n, item in enumerate(visible))))

    @property
    def _height(self) -> int:
        return max(1, self.size.height)
