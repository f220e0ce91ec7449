"""Composes lines: bytes become characters, characters and inline images fill a line, a full line is burnt."""

from device_sim.printers.character_codes import GETA, single_character
from device_sim.printers.dots import Dots
from device_sim.printers.line_buffer import LineBuffer, line_of
from device_sim.printers.print_modes import KANJI_CELL, PrintModes
from device_sim.printers.sheet import Block, Line
from device_sim.printers.sheet_in_progress import SheetInProgress


class Typesetter:
    """The modes in which the next character is printed, the line it joins, and the sheet the line goes to.

    A code without a character prints 〓 and is counted. Lengths in dots; `width` is that of the head.
    """

    def __init__(self, sheet: SheetInProgress, width: int) -> None:
        self.modes = PrintModes(width)
        self._sheet = sheet
        self._width = width
        self._line = LineBuffer()
        self._lead: int | None = None
        self._user_glyphs: dict[int, Dots] = {}

    @property
    def at_line_start(self) -> bool:
        """Whether nothing waits to be printed."""
        return self._line.is_empty

    @property
    def area(self) -> int:
        """The width between the margins; never less than one kanji."""
        return max(KANJI_CELL[0], min(self.modes.area_width, self._width - self.modes.margin))

    def forget_line(self) -> None:
        """Drop what is composed and not printed yet."""
        self._line.clear()
        self._lead = None

    def take_byte(self, byte: int) -> None:
        """Print the character that `byte` is, or completes; the first byte of a pair waits for the second."""
        lead, self._lead = self._lead, None
        system = self.modes.kanji_system
        if lead is not None and system.ends_pair(byte):
            self._print_pair(lead, byte)
            return
        if lead is not None:
            self._print(GETA, kanji=True, known=False)
        if system.begins_pair(byte, kanji_mode=self.modes.kanji_mode):
            self._lead = byte
            return
        character = single_character(byte, self.modes.page, self.modes.country)
        self._print(character or GETA, kanji=False, known=character is not None)

    def end_pair(self) -> None:
        """A command has come where the second byte of a pair should be: the first stands for nothing."""
        if self._lead is not None:
            self._lead = None
            self._print(GETA, kanji=True, known=False)

    def place_image(self, dots: Dots) -> None:
        """Put an image into the line; it does not wrap, and what is beyond the right edge is lost."""
        self._sheet.inline_images += 1
        self._sheet.clipped += self._line.position + dots.across > self.area
        self._line.place(dots)

    def define(self, slot: int, dots: Dots) -> None:
        """Keep the dots of a user-defined character."""
        self._user_glyphs[slot] = dots

    def undefine(self, slot: int) -> None:
        """Forget a user-defined character."""
        self._user_glyphs.pop(slot, None)

    def print_line(self, feed: int) -> None:
        """Burn the line and move the paper by `feed`, or by the height of the line if that is more."""
        text = self._line.text
        items = self._line.take(self.modes.alignment, self.modes.margin, self.area)
        self._sheet.burn(line_of(text, items, feed, upside_down=self.modes.upside_down))

    def feed_dots(self, feed: int) -> None:
        """Burn the line, if there is one, and move the paper by `feed`."""
        if self.at_line_start:
            self._sheet.burn(Line(None, (), feed))
        else:
            self.print_line(feed)

    def print_block(self, text: str, dots: Dots) -> None:
        """Burn an image that stands by itself, aligned as a line would be."""
        shift = int(max(0, self.area - dots.across) * self.modes.alignment.value)
        self._sheet.burn(Block(text, self.modes.margin + shift, dots))

    def tab(self) -> None:
        """Move to the next tab stop; without one, stay."""
        stops = (column * self.modes.column for column in self.modes.tabs)
        self.move(next((stop for stop in stops if stop > self._line.position), self._line.position))

    def move(self, position: int, *, relative: bool = False) -> bool:
        """Move to `position` from the left margin, or from here; outside the area, stay and say so."""
        target = position + (self._line.position if relative else 0)
        if not 0 <= target <= self.area:
            return False
        self._line.position = target
        return True

    def _print_pair(self, lead: int, trail: int) -> None:
        slot = self.modes.kanji_system.user_slot(lead, trail)
        if slot in self._user_glyphs:
            self._sheet.inline_images += 1
            self._print(GETA, kanji=True, dots=self._user_glyphs[slot])
            return
        character = self.modes.kanji_system.character(lead, trail)
        self._print(character or GETA, kanji=True, known=character is not None)

    def _print(self, character: str, *, kanji: bool, known: bool = True, dots: Dots | None = None) -> None:
        """Place a character; one that does not fit begins the next line."""
        self._sheet.undecodable += not known
        modes = self.modes.of(kanji=kanji)
        glyph = self.modes.glyph(character, kanji=kanji, dots=dots)
        if self._line.position + modes.before + glyph.across > self.area and not self.at_line_start:
            self.print_line(self.modes.line_spacing)
        self._line.place(glyph, modes.before, modes.after)
