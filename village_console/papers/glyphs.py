"""Characters that the printer lacks, drawn dot for dot: chosen per cluster, so that variation selectors are honoured."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from village_console.village.names import is_variation_selector

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

DOTS = 24
_PRIVATE = 0xF0000


@dataclass(frozen=True, slots=True)
class Glyph:
    """A 24 x 24 picture of one cluster."""

    columns: bytes
    """72 bytes: 24 columns from the left, each 3 bytes from the top, as `ESC *` wants them."""
    exact: bool
    """False when the font has the base but not the variant that was asked for: say so before printing."""


@cache
def glyph(cluster: str) -> Glyph | None:
    """Draw a cluster, or None when the font has nothing for it."""
    base = ord(cluster[0])
    selector = next((ord(c) for c in cluster[1:] if is_variation_selector(c)), None)
    plain = _names().get(base)
    if plain is None:
        return None
    if selector is None:
        return Glyph(_drawn(chr(base), _whole_font()), exact=len(cluster) == 1)
    variants = _variants().get(selector, {})
    if base not in variants:
        return Glyph(_drawn(chr(base), _whole_font()), exact=False)
    name, alone = variants[base], len(cluster) == 2
    if name is None:
        return Glyph(_drawn(chr(base), _whole_font()), exact=alone)
    return Glyph(_drawn(chr(_PRIVATE), _font_of_one(name)), exact=alone)


def _drawn(character: str, font: FreeTypeFont) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("1", (DOTS, DOTS), 0)
    ImageDraw.Draw(picture).text((DOTS / 2, DOTS - 3), character, fill=1, font=font, anchor="ms")
    # Columns are what the print head wants: turn the picture on its side and pack its rows.
    return picture.transpose(Image.Transpose.TRANSPOSE).tobytes()


@cache
def _font_file() -> Any:
    from fontTools.ttLib import TTFont
    from pylopdf_fonts_jp import sans_path  # noqa: PLC0415 -- slow import

    return TTFont(sans_path(), lazy=True)


@cache
def _names() -> dict[int, str]:
    return _font_file().getBestCmap()


@cache
def _variants() -> dict[int, dict[int, str | None]]:
    tables = [table for table in _font_file()["cmap"].tables if table.format == 14]
    return {selector: dict(pairs) for table in tables for selector, pairs in table.uvsDict.items()}


@cache
def _whole_font() -> FreeTypeFont:
    from PIL import ImageFont
    from pylopdf_fonts_jp import sans_path  # noqa: PLC0415 -- slow import

    return ImageFont.truetype(str(sans_path()), DOTS - 1)


def _font_of_one(name: str) -> FreeTypeFont:
    """A font with one glyph at a private code point: Pillow's basic layout cannot be asked for a variant by name."""
    from fontTools import subset
    from fontTools.ttLib import TTFont, newTable
    from fontTools.ttLib.tables._c_m_a_p import cmap_format_12
    from PIL import ImageFont
    from pylopdf_fonts_jp import sans_path  # noqa: PLC0415 -- slow import

    font: Any = TTFont(sans_path())
    options: Any = subset.Options()
    options.layout_features = []
    subsetter: Any = subset.Subsetter(options)
    subsetter.populate(glyphs=[name])
    subsetter.subset(font)
    table: Any = cmap_format_12(12)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 10, 0, {_PRIVATE: name}
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion, font["cmap"].tables = 0, [table]
    file = io.BytesIO()
    font.save(file)
    file.seek(0)
    return ImageFont.truetype(file, DOTS - 1)
