"""Turn what a terminal shows (`tmux capture-pane -e -p`) into a PNG, cell by cell, for README and manual.

Usage: picture.py OUT.png < captured
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_jp import sans_path
from rich.cells import cell_len
from rich.color import Color
from rich.console import Console
from rich.text import Text

CELL = (11, 23)
FONT_SIZE = 21
GROUND = (17, 22, 27)
INK = (237, 241, 244)
Ink = tuple[int, ...]


def picture(rows: list[Text], columns: int = 80) -> Image.Image:
    """Draw rows of styled text on a grid of cells."""
    sheet = Image.new("RGB", ((columns + 2) * CELL[0], (len(rows) + 1) * CELL[1]), GROUND)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(sans_path()), FONT_SIZE)
    console = Console(width=columns * 2, color_system="truecolor", force_terminal=True, legacy_windows=False)
    for y, row in enumerate(rows):
        x = 0
        for segment in row.render(console):
            style = segment.style
            ink = _rgb(style.color if style else None, INK)
            ground = _rgb(style.bgcolor if style else None, GROUND)
            if style and style.reverse:
                ink, ground = ground, ink
            for character in segment.text:
                width = cell_len(character)
                place = ((x + 1) * CELL[0], round((y + 0.5) * CELL[1]))
                draw.rectangle((*place, place[0] + width * CELL[0], place[1] + CELL[1]), fill=ground)
                _draw(draw, place, character, font, ink)
                if style and style.bold:
                    _draw(draw, (place[0] + 1, place[1]), character, font, ink)
                x += width
    return sheet


def rows_of(captured: str) -> list[Text]:
    """The rows of a captured screen; a style goes on over the end of a row until it is changed."""
    return list(Text.from_ansi(captured.rstrip("\n")).split("\n", allow_blank=True))


def _draw(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], character: str, font: ImageFont.FreeTypeFont, ink: Ink
) -> None:
    width = cell_len(character)
    if character.strip() and width:
        middle = (place[0] + width * CELL[0] / 2, place[1] + CELL[1] - 5)
        draw.text(middle, character, fill=ink, font=font, anchor="ms")


def _rgb(colour: Color | None, otherwise: tuple[int, int, int]) -> tuple[int, ...]:
    return otherwise if colour is None or colour.is_default else tuple(colour.get_truecolor())


if __name__ == "__main__":
    picture(rows_of(sys.stdin.read())).save(Path(sys.argv[1]))
