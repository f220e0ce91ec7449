"""Which byte sequences are commands, and what each is called (Epson's ESC/POS reference; printing.md 1.1).

Commands that this printer can take apart but not obey are here too: a printer that does not know a command's length
prints its arguments as text, and what would then be seen on the paper is a fault of the simulator.
"""

from dataclasses import dataclass

from device_sim.printers import argument_lengths as lengths
from device_sim.printers.argument_lengths import LengthRule, counted, fixed

LONGEST_PREFIX = 3
KANJI_GLYPH_BYTES = 72


@dataclass(frozen=True, slots=True)
class Shape:
    """A command's name, the bytes it begins with, and how long its arguments are. Without a name it is unknown."""

    name: str
    prefix: bytes
    arguments: LengthRule


_CONTROLS = {"HT": b"\t", "LF": b"\n", "FF": b"\f", "CR": b"\r"}

_ESC: dict[str, LengthRule] = {
    **dict.fromkeys("@2LS", fixed(0)),
    **dict.fromkeys("!-3=EGJMRTUVadertu{", fixed(1)),
    **dict.fromkeys((" ", "%", "?", "K"), fixed(1)),
    **dict.fromkeys("$\\", fixed(2)),
    **dict.fromkeys("imv\f", fixed(0)),
    "c": fixed(2),
    "p": fixed(3),
    "W": fixed(8),
    "&": lengths.downloaded_characters,
    "*": lengths.column_image,
    "D": lengths.tab_positions,
}
_FS: dict[str, LengthRule] = {
    **dict.fromkeys("&.", fixed(0)),
    **dict.fromkeys("!-CW", fixed(1)),
    **dict.fromkeys("S?p", fixed(2)),
    "2": fixed(2 + KANJI_GLYPH_BYTES),
}
_GS: dict[str, LengthRule] = {
    **dict.fromkeys(":c", fixed(0)),
    **dict.fromkeys("!/BEHITabfhrwz", fixed(1)),
    **dict.fromkeys("$LPW\\", fixed(2)),
    "^": fixed(3),
    "*": lengths.downloaded_image,
    "V": lengths.cut,
    "k": lengths.barcode,
    "v0": lengths.raster_image,
    "Q0": lengths.raster_image,
    "8L": counted(0, 4),
}
_BLOCKS = ("FS ( A", "FS ( C", "GS ( H", "GS ( L", "GS ( k")
_DLE: dict[str, LengthRule] = {
    "DLE EOT": lengths.real_time_status,
    "DLE ENQ": fixed(1),
    "DLE DC4": lengths.real_time_request,
}
_INTRODUCERS = {"ESC": b"\x1b", "FS": b"\x1c", "GS": b"\x1d"}
_REAL_TIME = {"DLE EOT": b"\x10\x04", "DLE ENQ": b"\x10\x05", "DLE DC4": b"\x10\x14"}


def _letters(introducer: str, rules: dict[str, LengthRule]) -> list[Shape]:
    first = _INTRODUCERS[introducer]
    return [Shape(_spelled(introducer, text), first + text.encode("ascii"), rule) for text, rule in rules.items()]


def _spelled(introducer: str, text: str) -> str:
    return " ".join((introducer, *({" ": "SP", "\f": "FF"}.get(letter, letter) for letter in text)))


def _blocks(introducer: str) -> list[Shape]:
    """`( X pL pH ...` always says its own length, so that an unknown one can be skipped whole."""
    first = _INTRODUCERS[introducer] + b"("
    names = {letter: f"{introducer} ( {chr(letter)}" for letter in range(0x21, 0x7F)}
    return [
        Shape(name if name in _BLOCKS else "", first + bytes((letter,)), counted(0, 2))
        for letter, name in names.items()
    ]


def _all_shapes() -> list[Shape]:
    shapes = [Shape(name, prefix, fixed(0)) for name, prefix in _CONTROLS.items()]
    shapes += [Shape(name, _REAL_TIME[name], rule) for name, rule in _DLE.items()]
    for introducer, rules in (("ESC", _ESC), ("FS", _FS), ("GS", _GS)):
        shapes += _letters(introducer, rules) + _blocks(introducer)
    return shapes


GRAMMAR = {shape.prefix: shape for shape in _all_shapes()}
OPENINGS = frozenset(prefix[:length] for prefix in GRAMMAR for length in range(1, len(prefix)))
NAMES = frozenset(shape.name for shape in GRAMMAR.values())
