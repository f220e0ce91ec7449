"""A piece of paper that has left the printer, and what is burnt into it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from device_sim.printers.dots import PLAIN, Dots, Scale

if TYPE_CHECKING:
    from PIL.Image import Image

PAPER_DOTS = 576
COLUMN_DOTS = 12


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of the printer's own font, or one that was defined for it; `cell` is width and height in dots."""

    character: str
    cell: tuple[int, int]
    scale: Scale = PLAIN
    bold: bool = False
    underline: int = 0
    reverse: bool = False
    dots: Dots | None = None

    @property
    def across(self) -> int:
        """The width on paper, in dots."""
        return self.cell[0] * self.scale[0]

    @property
    def down(self) -> int:
        """The height on paper, in dots."""
        return self.cell[1] * self.scale[1]


@dataclass(frozen=True, slots=True)
class Placed:
    """Something at `x` dots from the left edge of the paper."""

    x: int
    item: Glyph | Dots


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what stands in it, and by how many dots the paper moved. `text` is None where only paper was fed."""

    text: str | None
    items: tuple[Placed, ...]
    height: int
    upside_down: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """An image or a code that stands by itself; `text` says what it is."""

    text: str
    x: int
    dots: Dots

    @property
    def height(self) -> int:
        """By how many dots the paper moved."""
        return self.dots.down


Strip: TypeAlias = Line | Block


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is on a piece of paper, from top to bottom.

    `width` is that of the head, in dots. `undecodable` counts codes that stand for no character, `inline_images` the
    images within lines, `clipped` those of them that ran over the right edge; `refused` holds the commands that the
    printer does not know or could not obey.
    """

    strips: tuple[Strip, ...]
    torn: bool = False
    width: int = PAPER_DOTS
    undecodable: int = 0
    inline_images: int = 0
    clipped: int = 0
    refused: tuple[bytes, ...] = ()

    @property
    def text(self) -> str:
        """The lines as characters. An image in a line is 〓, and alignment is not shown."""
        return "\n".join(strip.text for strip in self.strips if strip.text is not None)

    @property
    def image(self) -> "Image":
        """The paper as a grey picture, dot for dot."""
        from device_sim.printers.picture import draw  # noqa: PLC0415 -- slow import

        return draw(self)


def write(sheet: Sheet, folder: Path, name: str) -> None:
    """Save what is on `sheet` as `name`.txt and `name`.png in `folder`."""
    (folder / f"{name}.txt").write_text(sheet.text + "\n", encoding="utf-8")
    sheet.image.save(folder / f"{name}.png")
