"""How the printer prints what comes next: everything that ESC @ puts back."""

from dataclasses import dataclass, field
from enum import Enum

from device_sim.printers.character_codes import KanjiSystem
from device_sim.printers.dots import PLAIN, Dots, Scale
from device_sim.printers.sheet import Glyph

LINE_SPACING = 30
KANJI_CELL = (24, 24)
FONT_A_CELL = (12, 24)
FONT_B_CELL = (9, 17)


class Alignment(Enum):
    """Where a line stands between the margins (ESC a); the value is its share of the free room on the left."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(slots=True)
class CharacterModes:
    """The modes that single-byte and kanji characters keep apart: size, underline, spacing. Lengths in dots."""

    scale: Scale = PLAIN
    underline: int = 0
    before: int = 0
    after: int = 0


@dataclass(slots=True)
class PrintModes:
    """The modes of a printer that has just been switched on. Lengths in dots."""

    area_width: int
    kanji_system: KanjiSystem = KanjiSystem.JIS
    kanji_mode: bool = False
    page: int = 0
    country: int = 0
    single: CharacterModes = field(default_factory=CharacterModes)
    kanji: CharacterModes = field(default_factory=CharacterModes)
    small_font: bool = False
    emphasised: bool = False
    double_struck: bool = False
    reverse: bool = False
    upside_down: bool = False
    alignment: Alignment = Alignment.LEFT
    line_spacing: int = LINE_SPACING
    margin: int = 0
    tabs: tuple[int, ...] = tuple(range(8, 72, 8))

    def of(self, *, kanji: bool) -> CharacterModes:
        """Return the modes of the one or the other kind of character."""
        return self.kanji if kanji else self.single

    def glyph(self, character: str, *, kanji: bool, dots: Dots | None = None) -> Glyph:
        """Return `character` as it would be printed now; `dots` are those of a user-defined one."""
        modes = self.of(kanji=kanji)
        cell = KANJI_CELL if kanji else FONT_B_CELL if self.small_font else FONT_A_CELL
        return Glyph(
            character=character,
            cell=cell,
            scale=modes.scale,
            bold=self.emphasised or self.double_struck,
            underline=modes.underline,
            reverse=self.reverse,
            dots=dots,
        )

    @property
    def column(self) -> int:
        """The width of a single-byte character with what follows it, by which tabs are counted."""
        cell = FONT_B_CELL if self.small_font else FONT_A_CELL
        return cell[0] * self.single.scale[0] + self.single.after
