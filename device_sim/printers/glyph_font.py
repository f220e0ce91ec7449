"""The printer's memory of glyphs: Noto Sans JP, fitted into the cells of a thermal printer at 203 dpi."""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from device_sim.printers.pixels import BLACK, blank, stretch, threshold

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

FONT_PACKAGE, FONT_FILE = "pylopdf_fonts_jp", "NotoSansJP-Regular.otf"
# the share of the em square that is above the base line in Noto's Japanese fonts
ASCENT = 0.88
# from this grey on a dot is burnt: below half, because thin strokes must not break up
BURNT_FROM = 112


@lru_cache(maxsize=4096)
def cell_image(character: str, width: int, height: int) -> "Image":
    """Return `character` in a cell of so many dots, mode L, 255 where a dot is burnt."""
    from PIL import ImageDraw

    font = _font(height)
    drawn_width = max(width, round(font.getlength(character)))
    drawn = blank(drawn_width, height, BLACK)
    left = (drawn_width - font.getlength(character)) / 2
    ImageDraw.Draw(drawn).text((left, round(height * ASCENT)), character, fill=255, font=font, anchor="ls")
    if drawn_width > width:
        drawn = stretch(drawn, width, height, smooth=True)
    return threshold(drawn, BURNT_FROM)


@lru_cache(maxsize=4)
def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    file = BytesIO((files(FONT_PACKAGE) / FONT_FILE).read_bytes())
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
