"""Composing rows by terminal cells: nothing is cut without a sign, nothing has an ambiguous width."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from village_console.village.names import clusters

PLAIN = Style.null()
GOES_ON = ">"
"""Ends a cell whose text goes on; Enter shows it whole."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row."""

    text: str
    width: int
    style: Style = PLAIN
    right: bool = False


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """Text in exactly so many cells: padded, or cut with a sign."""
    if cell_len(text) > width:
        text = cut(text, width - 1) + GOES_ON
    padding = " " * (width - cell_len(text))
    return padding + text if right else text + padding


def cut(text: str, width: int) -> str:
    """The longest beginning that fits, never through a cluster."""
    kept = ""
    for cluster in clusters(text):
        if cell_len(kept + cluster) > width:
            break
        kept += cluster
    return kept


def row(*cells: Cell, ground: Style = PLAIN, width: int = 80) -> Text:
    """Cells side by side on a ground that reaches the right edge; between two there is always a blank."""
    line = Text(no_wrap=True, end="", style=ground)
    for cell in cells:
        gap = 0 if cell.right or cell is cells[-1] else 1
        line.append(fitted(cell.text, cell.width - gap, right=cell.right) + " " * gap, style=cell.style)
    line.append(" " * max(0, width - line.cell_len))
    return line


def within(line: Text, width: int) -> Text:
    """A line that ends with a sign where it does not fit; never through a cluster."""
    if line.cell_len <= width:
        return line
    kept = len(cut(line.plain, width - 1))
    short = line[:kept]
    short.append(GOES_ON)
    return short


def filled(line: Text, width: int, ground: Style = PLAIN) -> Text:
    """A line on a ground that reaches the right edge."""
    whole = Text(no_wrap=True, end="", style=ground).append_text(within(line, width))
    whole.append(" " * max(0, width - whole.cell_len))
    return whole


def lettered(line: Text, letter: str, chip: Style, width: int = 4) -> Text:
    """A row whose first cells, where its cursor stands, carry the letter of a jump."""
    rest = line[len(cut(line.plain, width)) :]
    mark = Text(" ", no_wrap=True, end="", style=line.style).append(f" {letter}", style=chip)
    mark.append(" " * (width - mark.cell_len))
    return mark.append_text(rest)


def ends(left: Text, right: Text, width: int, ground: Style = PLAIN, margin: int = 1) -> Text:
    """One text at the left edge, one at the right; the left gives way."""
    room = width - right.cell_len - margin
    left = within(left, max(1, room))
    line = Text(no_wrap=True, end="", style=ground)
    line.append_text(left)
    line.append(" " * max(0, room - left.cell_len))
    line.append_text(right)
    line.append(" " * margin)
    return line


def spans(*parts: tuple[str, Style] | str) -> Text:
    """A line of differently styled pieces."""
    return Text.assemble(*parts, no_wrap=True, end="")


def lines(*rows: Text) -> Text:
    """Rows under one another."""
    return Text("\n", no_wrap=True, end="").join(rows)
