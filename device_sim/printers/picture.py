"""Draws a sheet as it would come out of the printer, one pixel a dot, black on white."""

from functools import lru_cache
from typing import TYPE_CHECKING

from device_sim.printers.dots import Dots
from device_sim.printers.glyph_font import cell_image
from device_sim.printers.pixels import BLACK, WHITE, blank, stretch
from device_sim.printers.sheet import Block, Glyph, Line, Sheet, Strip

if TYPE_CHECKING:
    from PIL.Image import Image

MARGIN = 32
TEETH = 8


def draw(sheet: Sheet) -> "Image":
    """Return the picture of `sheet`, mode L: the width of the head between margins; a torn sheet ends in teeth."""
    height = sum(strip.height for strip in sheet.strips)
    paper = blank(sheet.width + 2 * MARGIN, height + 2 * MARGIN)
    y = MARGIN
    for strip in sheet.strips:
        paper.paste(_strip_image(strip, sheet.width), (MARGIN, y))
        y += strip.height
    if sheet.torn:
        _tear(paper)
    return paper


def _strip_image(strip: Strip, width: int) -> "Image":
    image = blank(width, strip.height)
    if isinstance(strip, Block):
        image.paste(BLACK, (strip.x, 0), _ink(strip.dots))
        return image
    _draw_items(image, strip)
    return image.rotate(180) if strip.upside_down else image


def _draw_items(image: "Image", line: Line) -> None:
    """All items of a line stand on one base line, that of the tallest."""
    tallest = max((placed.item.down for placed in line.items), default=0)
    for placed in line.items:
        item = placed.item
        at = (placed.x, tallest - item.down)
        if isinstance(item, Dots):
            image.paste(BLACK, at, _ink(item))
        else:
            _draw_glyph(image, item, at)


def _draw_glyph(image: "Image", glyph: Glyph, at: tuple[int, int]) -> None:
    ink, paper = (WHITE, BLACK) if glyph.reverse else (BLACK, WHITE)
    x, y = at
    if glyph.reverse:
        image.paste(paper, (x, y, x + glyph.across, y + glyph.down))
    shape = _glyph_ink(glyph)
    image.paste(ink, at, shape)
    if glyph.bold:
        image.paste(ink, (x + 1, y), shape.crop((0, 0, glyph.across - 1, glyph.down)))
    if glyph.underline:
        image.paste(ink, (x, y + glyph.down - glyph.underline, x + glyph.across, y + glyph.down))


def _glyph_ink(glyph: Glyph) -> "Image":
    shape = cell_image(glyph.character, *glyph.cell) if glyph.dots is None else _ink(glyph.dots)
    return stretch(shape, glyph.across, glyph.down)


@lru_cache(maxsize=256)
def _ink(dots: Dots) -> "Image":
    from PIL import Image

    unscaled = Image.frombytes("1", (dots.width, dots.height), dots.rows).convert("L")
    return stretch(unscaled, dots.across, dots.down)


def _tear(paper: "Image") -> None:
    from PIL import ImageDraw

    bottom = paper.height - 1
    points = [(x, bottom - TEETH * (x // TEETH % 2)) for x in range(0, paper.width + TEETH, TEETH)]
    ImageDraw.Draw(paper).line(points, fill=BLACK)
