"""The commands that only change modes. Each gets the modes and its arguments, and says whether it could be obeyed.

An argument that the standard allows and this printer lacks (a code page, UTF-8) is refused, and the mode stays.
"""

from collections.abc import Callable
from typing import TypeAlias

from device_sim.printers.character_codes import ASCII_PAGES, COUNTRIES, KATAKANA_PAGE, KanjiSystem
from device_sim.printers.print_modes import LINE_SPACING, Alignment, CharacterModes, PrintModes

ModeCommand: TypeAlias = Callable[[PrintModes, bytes], bool]

KANJI_SYSTEMS = {0: KanjiSystem.JIS, 48: KanjiSystem.JIS, 1: KanjiSystem.SHIFT_JIS, 49: KanjiSystem.SHIFT_JIS}
ALIGNMENTS: dict[int, Alignment] = {
    **dict.fromkeys((0, 48), Alignment.LEFT),
    **dict.fromkeys((1, 49), Alignment.CENTRE),
    **dict.fromkeys((2, 50), Alignment.RIGHT),
}
THICKNESSES = {0: 0, 48: 0, 1: 1, 49: 1, 2: 2, 50: 2}
KANJI_FONT_A = (b"\x02\x00\x30\x00", b"\x02\x00\x300")
SINGLE_BYTE_ENCODING = (b"\x02\x00\x30\x01", b"\x02\x00\x301")


def _kanji_mode(*, on: bool) -> ModeCommand:
    """FS & and FS . count only in the JIS code system."""

    def enter_or_leave(modes: PrintModes, _arguments: bytes) -> bool:
        """Obeyed in every system, heeded in one."""
        if modes.kanji_system is KanjiSystem.JIS:
            modes.kanji_mode = on
        return True

    return enter_or_leave


def _kanji_system(modes: PrintModes, arguments: bytes) -> bool:
    system = KANJI_SYSTEMS.get(arguments[0])
    if system is None:
        return False
    modes.kanji_system = system
    return True


def _kanji_spacing(modes: PrintModes, arguments: bytes) -> bool:
    modes.kanji.before, modes.kanji.after = arguments
    return True


def _kanji_print_mode(modes: PrintModes, arguments: bytes) -> bool:
    bits = arguments[0]
    modes.kanji.scale = (2 if bits & 0x04 else 1, 2 if bits & 0x08 else 1)
    modes.kanji.underline = 1 if bits & 0x80 else 0
    return True


def _quadruple(modes: PrintModes, arguments: bytes) -> bool:
    modes.kanji.scale = (2, 2) if arguments[0] & 1 else (1, 1)
    return True


def _print_mode(modes: PrintModes, arguments: bytes) -> bool:
    bits = arguments[0]
    modes.small_font = bool(bits & 0x01)
    modes.emphasised = bool(bits & 0x08)
    modes.single.scale = (2 if bits & 0x20 else 1, 2 if bits & 0x10 else 1)
    modes.single.underline = 1 if bits & 0x80 else 0
    return True


def _size(modes: PrintModes, arguments: bytes) -> bool:
    """GS ! enlarges both kinds of characters; the bits of each half are one less than the factor."""
    scale = (((arguments[0] >> 4) & 7) + 1, (arguments[0] & 7) + 1)
    modes.single.scale = modes.kanji.scale = scale
    return True


def _underline(kind: Callable[[PrintModes], CharacterModes]) -> ModeCommand:
    def underline(modes: PrintModes, arguments: bytes) -> bool:
        """Refuse a thickness that is none."""
        thickness = THICKNESSES.get(arguments[0])
        if thickness is None:
            return False
        kind(modes).underline = thickness
        return True

    return underline


def _switch(name: str) -> ModeCommand:
    """The lowest bit of the argument switches the mode called `name`."""

    def switch(modes: PrintModes, arguments: bytes) -> bool:
        """Obey any argument."""
        setattr(modes, name, bool(arguments[0] & 1))
        return True

    return switch


def _small_font(modes: PrintModes, arguments: bytes) -> bool:
    if arguments[0] not in {0, 1, 48, 49}:
        return False
    modes.small_font = bool(arguments[0] & 1)
    return True


def _page(modes: PrintModes, arguments: bytes) -> bool:
    if arguments[0] != KATAKANA_PAGE and arguments[0] not in ASCII_PAGES:
        return False
    modes.page = arguments[0]
    return True


def _country(modes: PrintModes, arguments: bytes) -> bool:
    if arguments[0] not in COUNTRIES:
        return False
    modes.country = arguments[0]
    return True


def _alignment(modes: PrintModes, arguments: bytes) -> bool:
    alignment = ALIGNMENTS.get(arguments[0])
    if alignment is None:
        return False
    modes.alignment = alignment
    return True


def _right_spacing(modes: PrintModes, arguments: bytes) -> bool:
    modes.single.after = arguments[0]
    return True


def _line_spacing(modes: PrintModes, arguments: bytes) -> bool:
    modes.line_spacing = arguments[0] if arguments else LINE_SPACING
    return True


def _tabs(modes: PrintModes, arguments: bytes) -> bool:
    modes.tabs = tuple(column for column in arguments if column)
    return True


def _margin(modes: PrintModes, arguments: bytes) -> bool:
    modes.margin = int.from_bytes(arguments, "little")
    return True


def _area_width(modes: PrintModes, arguments: bytes) -> bool:
    modes.area_width = int.from_bytes(arguments, "little")
    return True


def _only(*allowed: bytes) -> ModeCommand:
    """The mode that these arguments ask for is the only one there is."""

    def accept(_modes: PrintModes, arguments: bytes) -> bool:
        """Refuse what would ask for another mode."""
        return arguments in allowed

    return accept


def _kanji_of(modes: PrintModes) -> CharacterModes:
    return modes.kanji


def _single_of(modes: PrintModes) -> CharacterModes:
    return modes.single


MODE_COMMANDS: dict[str, ModeCommand] = {
    "FS &": _kanji_mode(on=True),
    "FS .": _kanji_mode(on=False),
    "FS C": _kanji_system,
    "FS S": _kanji_spacing,
    "FS !": _kanji_print_mode,
    "FS W": _quadruple,
    "FS -": _underline(_kanji_of),
    "FS ( A": _only(*KANJI_FONT_A),
    "FS ( C": _only(*SINGLE_BYTE_ENCODING),
    "ESC !": _print_mode,
    "ESC -": _underline(_single_of),
    "ESC E": _switch("emphasised"),
    "ESC G": _switch("double_struck"),
    "ESC {": _switch("upside_down"),
    "ESC M": _small_font,
    "ESC t": _page,
    "ESC R": _country,
    "ESC a": _alignment,
    "ESC SP": _right_spacing,
    "ESC 2": _line_spacing,
    "ESC 3": _line_spacing,
    "ESC D": _tabs,
    "ESC V": _only(b"\x00", b"0"),
    "GS !": _size,
    "GS B": _switch("reverse"),
    "GS L": _margin,
    "GS W": _area_width,
}
