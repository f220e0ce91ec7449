"""The line that is being composed: characters and inline images, from the left margin on, before the head prints it."""

from dataclasses import dataclass

from device_sim.printers.character_codes import GETA
from device_sim.printers.dots import Dots
from device_sim.printers.print_modes import KANJI_CELL, Alignment
from device_sim.printers.sheet import COLUMN_DOTS, Glyph, Line, Placed


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    end: int
    placed: Placed


class LineBuffer:
    """What has been placed in the line. Positions are dots from the left margin."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self.position = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in the line and the position is its beginning."""
        return not self._entries and self.position == 0

    def clear(self) -> None:
        """Forget the line."""
        self._entries.clear()
        self.position = 0

    def place(self, item: Glyph | Dots, before: int = 0, after: int = 0) -> None:
        """Put `item` at the position, with spaces of so many dots around it, and move on."""
        end = self.position + before + item.across + after
        self._entries.append(_Entry(self.position, end, Placed(self.position + before, item)))
        self.position = end

    def take(self, alignment: Alignment, margin: int, width: int) -> tuple[Placed, ...]:
        """Return what stands in the line with positions on the paper, and begin the next one."""
        room = width - max((entry.end for entry in self._entries), default=0)
        shift = margin + max(0, int(room * alignment.value))
        items = tuple(Placed(entry.placed.x + shift, entry.placed.item) for entry in self._entries)
        self.clear()
        return items

    @property
    def text(self) -> str:
        """The characters from left to right; a gap is as many spaces as there is room for."""
        written: list[str] = []
        reached = 0
        for entry in sorted(self._entries, key=lambda entry: entry.start):
            written.append(" " * max(0, (entry.start - reached) // COLUMN_DOTS))
            written.append(_text_of(entry.placed.item))
            reached = max(reached, entry.end)
        return "".join(written)


def line_of(text: str | None, items: tuple[Placed, ...], feed: int, *, upside_down: bool) -> Line:
    """Return the line of `items`; the paper moves by `feed` dots, or by the height of the tallest of them."""
    return Line(text, items, max([feed, *(placed.item.down for placed in items)]), upside_down)


def _text_of(item: Glyph | Dots) -> str:
    if isinstance(item, Glyph):
        return item.character
    return GETA * max(1, round(item.across / KANJI_CELL[0]))
