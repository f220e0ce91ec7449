"""A list with a cursor: one subject one row, no scroll bar, rows do not move under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.style import Style
from rich.text import Text

from village_console.tui.cells import PLAIN, lettered, lines
from village_console.tui.widgets.line import Line

T = TypeVar("T")


class RowList(Line, Generic[T]):
    """Shows as many items as fit; the cursor stays on its item when the list changes."""

    def __init__(self, draw: Callable[[T, bool], Text], key: Callable[[T], object], id: str | None = None) -> None:  # noqa: A002 -- Textual's name
        """`draw` makes the row of an item, told whether the cursor is on it; `key` tells items apart."""
        super().__init__(id=id)
        self._draw, self._key = draw, key
        self._items: Sequence[T] = ()
        self._cursor = 0
        self._top = 0
        self._letters: dict[object, str] = {}
        self._chip = PLAIN

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

    def move_to(self, key: object) -> None:
        """Put the cursor on the item of a key; nothing happens when it has gone."""
        found = next((n for n, item in enumerate(self._items) if self._key(item) == key), None)
        if found is not None:
            self._cursor = found
            self.repaint()

    def letter(self, letters: dict[object, str], chip: Style) -> None:
        """Put the letters of a jump on the rows of these keys; none takes them off."""
        if letters != self._letters:
            self._letters, self._chip = letters, chip
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
    def visible_keys(self) -> list[object]:
        """The keys of the rows on the screen."""
        return [self._key(item) for item in self._visible]

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
        self.set(lines(*(self._drawn(item, self._top + n) for n, item in enumerate(self._visible))))

    def _drawn(self, item: T, n: int) -> Text:
        row, letter = self._draw(item, n == self._cursor), self._letters.get(self._key(item))
        return lettered(row, letter, self._chip) if letter else row

    @property
    def _visible(self) -> Sequence[T]:
        return self._items[self._top : self._top + self._height]

    @property
    def _height(self) -> int:
        return max(1, self.size.height)
