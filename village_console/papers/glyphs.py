"""Characters that the printer lacks, drawn dot for dot: chosen per cluster, so that variation selectors are honoured."""

from __future__ import annotations

import copy
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_console.papers.characters import composed
from village_console.papers.fonts import standard_chain
from village_console.village.names import is_variation_selector

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

DOTS = 24
_PRIVATE = 0xF0000


@cache
def glyph(cluster: str) -> bytes | None:
    """The 24 x 24 picture of a cluster by the first font that has it as it is written, or None: never something similar.

    72 bytes: 24 columns from the left, each 3 bytes from the top, as `ESC *` wants them.
    """
    one = composed(cluster)
    selector = next((ord(c) for c in one[1:] if is_variation_selector(c)), None)
    if len(one) != 1 + (selector is not None):
        return None  # a mark over a base that no single character is: nothing here can put them together
    face = standard_chain().face_for(one)
    if face is None:
        return None
    name = _variants(face.path).get((ord(one[0]), selector)) if selector else None
    return _drawn(chr(_PRIVATE), _font_of_one(face.path, name)) if name else _drawn(one[0], _whole_font(face.path))


def _drawn(character: str, font: FreeTypeFont) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("1", (DOTS, DOTS), 0)
    ImageDraw.Draw(picture).text((DOTS / 2, DOTS - 3), character, fill=1, font=font, anchor="ms")
    # Columns are what the print head wants: turn the picture on its side and pack its rows.
    return picture.transpose(Image.Transpose.TRANSPOSE).tobytes()


@cache
def _opened(path: Path) -> Any:
    """A font file, read as far as it is asked."""
    from fontTools.ttLib import TTFont

    return TTFont(path, lazy=True)


@cache
def _variants(path: Path) -> dict[tuple[int, int], str]:
    """Base and selector to the glyph's name, where it is another one than the base's own."""
    tables = [table for table in _opened(path)["cmap"].tables if table.format == 14]
    return {
        (base, selector): name
        for table in tables
        for selector, pairs in table.uvsDict.items()
        for base, name in pairs
        if name is not None
    }


@cache
def _whole_font(path: Path) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(path), DOTS - 1)


def _font_of_one(path: Path, name: str) -> FreeTypeFont:
    """A font with one glyph at a private code point: Pillow's basic layout cannot be asked for a variant by name."""
    from PIL import ImageFont

    file = io.BytesIO()
    font = _truetype_of_one(_opened(path), name) if "glyf" in _opened(path) else _subset(path, name)
    font.save(file)
    file.seek(0)
    return ImageFont.truetype(file, DOTS - 1)


def _truetype_of_one(whole: Any, name: str) -> Any:
    """The glyph with its hints, put into a new font: a subset of IPAmj's 60,000 glyphs would take half a second."""
    from fontTools.fontBuilder import FontBuilder

    glyphs, names = whole["glyf"], [".notdef", name]
    for one in names:  # grows: a glyph may be made of others
        names += [part for part in glyphs[one].getComponentNames(glyphs) if part not in names]
    made: Any = FontBuilder(whole["head"].unitsPerEm, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({_PRIVATE: name})
    made.setupGlyf({one: glyphs[one] for one in names}, calcGlyphBounds=False)
    made.setupHorizontalMetrics({one: whole["hmtx"][one] for one in names})
    made.setupHorizontalHeader(ascent=whole["hhea"].ascent, descent=whole["hhea"].descent)
    made.setupPost()
    for hints in ("cvt ", "fpgm", "prep", "maxp"):
        if hints in whole:
            made.font[hints] = copy.copy(whole[hints])
    return made.font


def _subset(path: Path, name: str) -> Any:
    """The glyph with its hints, cut out of a font of the other make (CFF)."""
    from fontTools import subset
    from fontTools.ttLib import TTFont, newTable
    from fontTools.ttLib.tables._c_m_a_p import cmap_format_12

    font: Any = TTFont(path)
    options: Any = subset.Options()
    options.layout_features = []
    options.drop_tables += ["meta"]  # what is dropped unasked is told on stderr, over the screen
    subsetter: Any = subset.Subsetter(options)
    subsetter.populate(glyphs=[name])
    subsetter.subset(font)
    table: Any = cmap_format_12(12)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 10, 0, {_PRIVATE: name}
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion, font["cmap"].tables = 0, [table]
    return font
