"""Pictures and digits in pixels of two coloured spaces: they cannot be drawn at the wrong width and are read at four metres."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

PIXEL = "  "
ART_WIDTH = 14
DIGITS_WIDTH = 30
_CENTRE = "C"

RING = ("..###..", ".#...#.", ".#.C.#.", ".#...#.", "..###..")
BARS = (".#####.", ".......", "...C...", ".......", ".#####.")
DIAMOND = ("...#...", "..###..", ".##C##.", "..###..", "...#...")
HILL = (".......", "...#...", "..###..", ".##C##.", "#######")
CROSS = ("##...##", ".##.##.", "..#C#..", ".##.##.", "##...##")
WAIT = (".#.#.#.", ".......", ".#.C.#.", ".......", ".#.#.#.")

_DIGITS = {
    "0": ("###", "#.#", "#.#", "#.#", "###"),
    "1": (".#.", "##.", ".#.", ".#.", "###"),
    "2": ("###", "..#", "###", "#..", "###"),
    "3": ("###", "..#", "###", "..#", "###"),
    "4": ("#.#", "#.#", "###", "..#", "..#"),
    "5": ("###", "#..", "###", "..#", "###"),
    "6": ("###", "#..", "###", "#.#", "###"),
    "7": ("###", "..#", "..#", "..#", "..#"),
    "8": ("###", "#.#", "###", "#.#", "###"),
    "9": ("###", "#.#", "###", "..#", "###"),
}


def art_row(shape: tuple[str, ...], n: int, mark: str, fill: Style, ink: Style) -> Text:
    """One of the five rows of a shape, 14 cells; `mark` (one kanji) stands in its middle pixel."""
    line = Text(no_wrap=True, end="")
    for column, pixel in enumerate(shape[n]):
        if pixel == _CENTRE:
            filled = shape[n][column - 1] == "#"
            line.append(mark, style=fill + Style(bold=True, color=_ink_on(fill)) if filled else ink)
        else:
            line.append(PIXEL, style=fill if pixel == "#" else Style.null())
    return line


def digits_row(number: str, n: int, fill: Style) -> Text:
    """One of the five rows of up to four digits, 30 cells, to the right."""
    line = Text(no_wrap=True, end="")
    for place, digit in enumerate(number[-4:]):
        if place:
            line.append(PIXEL)
        for pixel in _DIGITS.get(digit, ("...",) * 5)[n]:
            line.append(PIXEL, style=fill if pixel == "#" else Style.null())
    return Text(" " * max(0, DIGITS_WIDTH - line.cell_len), no_wrap=True, end="").append_text(line)


def _ink_on(fill: Style) -> str:
    if fill.color is not None and fill.color.triplet:
        return fill.color.triplet.hex
    light = fill.bgcolor is not None and fill.bgcolor.triplet is not None and sum(fill.bgcolor.triplet) > 380
    return "#0B0F12" if light else "#FFFFFF"
