"""What the mechanism does with commands: it composes lines, burns them, moves and cuts the paper.

Strict where manuals are and printers differ: images that stand alone, cuts, alignment and margins are obeyed only at
the beginning of a line, and an image in a line is cut off at the right edge.
"""

from collections.abc import Callable
from dataclasses import dataclass

from device_sim.printers import rasters
from device_sim.printers.commands import Command, RealTimeCommand, Received, Text
from device_sim.printers.dots import COLUMN_SCALES, Dots, from_columns
from device_sim.printers.mode_commands import MODE_COMMANDS
from device_sim.printers.sheet import PAPER_DOTS, Sheet
from device_sim.printers.sheet_in_progress import SheetInProgress
from device_sim.printers.symbols import Symbols
from device_sim.printers.typesetter import Typesetter

AT_LINE_START = frozenset(("ESC a", "ESC {", "GS L", "GS W", "GS V", "GS v 0", "GS k"))
WITHOUT_EFFECT = frozenset(("CR", "FF", "ESC p", "ESC U", "ESC c", "ESC =", "GS a", "GS r", "GS I", "GS ( H"))
CUTS = frozenset((0, 48, 1, 49, 65, 66))
COLUMN_IMAGE_HEADER = 3


@dataclass(frozen=True, slots=True)
class Motion:
    """What one command moved: so many lines of paper, and the sheet that was cut off, if any."""

    lines: int = 0
    sheet: Sheet | None = None


class Paper:
    """The paper in the mechanism and everything that ESC @ resets."""

    def __init__(self, width: int = PAPER_DOTS) -> None:
        self._width = width
        self._sheet = SheetInProgress(width)
        self._cut_off: Sheet | None = None
        self._reset()
        self._actions: dict[str, Callable[[bytes], bool]] = {
            "LF": lambda _: self._feed_lines(b"\x01"),
            "HT": self._tab,
            "ESC @": self._initialise,
            "ESC d": self._feed_lines,
            "ESC J": self._feed_dots,
            "ESC $": self._absolute_position,
            "ESC \\": self._relative_position,
            "ESC *": self._column_image,
            "FS 2": self._define_glyph,
            "FS ?": self._delete_glyph,
            "GS V": self._cut,
            "GS v 0": self._raster,
            "GS ( L": lambda arguments: self._graphics_function(arguments[2:]),
            "GS 8 L": lambda arguments: self._graphics_function(arguments[4:]),
            "GS ( k": self._symbol,
            "GS k": self._barcode,
        }

    def execute(self, command: Received) -> Motion:
        """Obey one command; a real-time one has nothing to do with paper."""
        before, self._cut_off = self._sheet.lines, None
        if isinstance(command, Text):
            self._typesetter.take_byte(command.byte)
        elif not isinstance(command, RealTimeCommand):
            self._typesetter.end_pair()
            if not (isinstance(command, Command) and self._obey(command)):
                self._sheet.refused.append(command.raw)
        return Motion(self._sheet.lines - before, self._cut_off)

    def forget_line(self) -> None:
        """Drop what is composed and not printed yet (DLE ENQ 2, DLE DC4 8)."""
        self._typesetter.forget_line()

    def tear(self) -> Sheet | None:
        """Take out the paper as it is; None when nothing is on it. What was not printed yet is lost."""
        self.forget_line()
        return self._sheet.part(torn=True) if self._sheet.strips else None

    def _reset(self) -> None:
        self._typesetter = Typesetter(self._sheet, self._width)
        self._symbols = Symbols(self._width)
        self._graphics: Dots | None = None

    def _obey(self, command: Command) -> bool:
        name, arguments = command.name, command.arguments
        if name in AT_LINE_START and not self._typesetter.at_line_start:
            return False
        if name in MODE_COMMANDS:
            return MODE_COMMANDS[name](self._typesetter.modes, arguments)
        if name in self._actions:
            return self._actions[name](arguments)
        return name in WITHOUT_EFFECT or self._symbols.obeys(name, arguments)

    def _initialise(self, _arguments: bytes) -> bool:
        """ESC @: what is on the paper stays; the line, the modes and user-defined characters go."""
        self._reset()
        return True

    def _feed_lines(self, arguments: bytes) -> bool:
        """ESC d n: the first of the n lines is the one that is printed."""
        spacing = self._typesetter.modes.line_spacing
        if arguments[0] == 0 and not self._typesetter.at_line_start:
            self._typesetter.print_line(0)
        for _ in range(arguments[0]):
            self._typesetter.print_line(spacing)
        return True

    def _feed_dots(self, arguments: bytes) -> bool:
        self._typesetter.feed_dots(arguments[0])
        return True

    def _tab(self, _arguments: bytes) -> bool:
        self._typesetter.tab()
        return True

    def _absolute_position(self, arguments: bytes) -> bool:
        return self._typesetter.move(int.from_bytes(arguments, "little"))

    def _relative_position(self, arguments: bytes) -> bool:
        return self._typesetter.move(int.from_bytes(arguments, "little", signed=True), relative=True)

    def _column_image(self, arguments: bytes) -> bool:
        """ESC * m nL nH: modes from 32 on have three bytes a column."""
        scale = COLUMN_SCALES.get(arguments[0])
        columns = arguments[COLUMN_IMAGE_HEADER:]
        if scale is None or not columns:
            return False
        self._typesetter.place_image(from_columns(columns, 3 if arguments[0] >= 32 else 1, scale))
        return True

    def _raster(self, arguments: bytes) -> bool:
        return self._print_image(rasters.raster(arguments))

    def _graphics_function(self, data: bytes) -> bool:
        """GS ( L and GS 8 L: what is stored is printed once."""
        if rasters.is_print(data):
            stored, self._graphics = self._graphics, None
            return self._print_image(stored)
        received = rasters.stored_graphics(data)
        self._graphics = received or self._graphics
        return received is not None

    def _print_image(self, dots: Dots | None) -> bool:
        return dots is not None and self._print_block(f"[image {dots.across}x{dots.down}]", dots)

    def _symbol(self, arguments: bytes) -> bool:
        """GS ( k: store and size a QR code, or print it."""
        function = arguments[2:]
        if not self._symbols.prints_qr(function):
            return self._symbols.set_qr(function)
        dots = self._symbols.qr_dots()
        return dots is not None and self._print_block(self._symbols.qr_text, dots)

    def _barcode(self, arguments: bytes) -> bool:
        barcode = self._symbols.barcode(arguments)
        return barcode is not None and self._print_block(*barcode)

    def _print_block(self, text: str, dots: Dots) -> bool:
        if self._typesetter.at_line_start:
            self._typesetter.print_block(text, dots)
            return True
        return False

    def _define_glyph(self, arguments: bytes) -> bool:
        slot = self._typesetter.modes.kanji_system.user_slot(arguments[0], arguments[1])
        if slot is None:
            return False
        self._typesetter.define(slot, from_columns(arguments[2:], 3))
        return True

    def _delete_glyph(self, arguments: bytes) -> bool:
        slot = self._typesetter.modes.kanji_system.user_slot(arguments[0], arguments[1])
        if slot is None:
            return False
        self._typesetter.undefine(slot)
        return True

    def _cut(self, arguments: bytes) -> bool:
        """GS V: one that feeds moves the paper to the cutter and n dots on; the way to the cutter is not modelled."""
        if arguments[0] not in CUTS:
            return False
        if len(arguments) > 1:
            self._typesetter.feed_dots(arguments[1])
        self._cut_off = self._sheet.part(torn=False)
        return True
