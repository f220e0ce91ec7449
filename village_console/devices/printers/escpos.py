"""A document as ESC/POS bytes: Japanese in kanji mode, what the printer's font lacks as a 24-dot image in the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from village_console.devices.ports import Codec, Inline, PrinterRecord, Qr
from village_console.papers.characters import native_code
from village_console.papers.document import Align, Barcode, Cut, Document, Part, QrCode, Span, TextLine
from village_console.papers.glyphs import DOTS, glyph
from village_console.papers.qr import qr_modules
from village_console.village.names import clusters

START = bytes.fromhex("1B40 1B7401 1B5208 1C4301 1C530000 1B331E")
"""Reset, katakana page, Japan set, Shift_JIS, no kanji side spacing, 30-dot lines."""
_STARTS = {
    Codec.SHIFT_JIS: START,
    Codec.JIS: bytes.fromhex("1B40 1B7401 1B5208 1C4300 1C2E 1C530000 1B331E"),
    Codec.NONE: bytes.fromhex("1B40 1B331E"),
}
_KANJI_ON, _KANJI_OFF = b"\x1c&", b"\x1c."
CUT = bytes.fromhex("1D564203")
FEED = b"\n" * 6
"""Where there is no cutter: as far as the edge to tear at."""
EPSON_80 = PrinterRecord(48, 576)
GETA = "〓"
"""The printers' sign for a character that is missing."""
_ALIGN = {Align.LEFT: b"\x1ba\x00", Align.CENTRE: b"\x1ba\x01"}
_DOUBLE, _SINGLE = b"\x1d!\x11", b"\x1d!\x00"
_BOLD_ON, _BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
_IMAGE = b"\x1b*\x21"
_WHOLE = 3 * DOTS
"""Bytes of a picture as wide as a kanji."""
_YEN = b"\x5c"
PLACES = 94
"""Characters that can be defined at a time."""
COLUMN_DOTS = 12
LINE_DOTS = 30
QR_MODULE = 8
"""Dots: 21 mm for the smallest code at 203 dpi, which a telephone reads from the hand."""
_QR_MODULES = 21
_QR_BEFORE = (
    b"\x1d(k\x04\x00\x31\x41\x32\x00" + b"\x1d(k\x03\x00\x31\x43" + bytes([QR_MODULE]) + b"\x1d(k\x03\x00\x31\x45\x33"
)
"""Model 2, its size, and the level that survives most dirt (H)."""
_QR_PRINT = b"\x1d(k\x03\x00\x31\x51\x30"
BAR_HEIGHT = 80
BAR_WIDEST = 3
"""Dots of a narrow bar; with two, faded paper was read in none of 40 tries (reference/printing.md 6)."""
_BARS_AROUND = 35
"""Modules of start, check and stop."""
_BARS_A_PAIR = 11


@dataclass(frozen=True, slots=True)
class Job:
    """Bytes for a printer, and what could not be shown as it is written."""

    data: bytes
    lines: int
    missing: tuple[str, ...]
    """Clusters printed as 〓: no font here has them as they are written."""


def encode(document: Document, record: PrinterRecord = EPSON_80) -> Job:
    """Turn a document into bytes for one print job on a printer of this make."""
    data, characters = bytearray(_STARTS[record.codec]), _Characters(record)
    for line in document.lines:
        match line:
            case Cut():
                data += CUT if record.cutter else FEED
            case QrCode(digits):
                data += _ALIGN[Align.CENTRE] + _QR[record.qr](digits)
            case Barcode(digits):
                data += _ALIGN[Align.CENTRE] + _bars(digits, document.columns * COLUMN_DOTS)
            case TextLine(spans, align):
                data += _ALIGN[align]
                for span in spans:
                    data += _span(span, characters)
                data += b"\n"
    return Job(bytes(data), sum(_height(line) for line in document.lines), tuple(characters.missing))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Bytes of a line; `kanji`: they count only in kanji mode of the JIS system."""

    data: bytes
    kanji: bool = False


class _Characters:
    """Puts characters into a line as a printer knows them, and remembers what could not be shown as it is written."""

    def __init__(self, record: PrinterRecord) -> None:
        self._codec, self._method = record.codec, record.inline
        if self._codec is Codec.NONE and self._method is Inline.DEFINED:
            self._method = Inline.IMAGE  # without kanji there is no place among them to define one
        self.missing: list[str] = []
        self._defined = 0

    def bytes_of(self, text: str) -> bytes:
        """The bytes that print a text, in and out of kanji mode as often as it needs."""
        pieces = [piece for cluster in clusters(text) for piece in self._pieces(cluster)]
        runs = [(kanji, b"".join(piece.data for piece in run)) for kanji, run in groupby(pieces, lambda p: p.kanji)]
        return b"".join(_KANJI_ON + data + _KANJI_OFF if kanji else data for kanji, data in runs)

    def _pieces(self, cluster: str) -> list[_Piece]:
        code = native_code(cluster)
        if code is not None and (own := self._own(code)):
            return [own]
        drawn = glyph(cluster) if self._method is not Inline.NONE else None
        if drawn is None:
            self.missing.append(cluster)
            return self._geta()
        if code is not None and len(code) == 1:  # half-width kana that the printer lacks keep their width
            drawn = drawn[len(drawn) // 4 : len(drawn) * 3 // 4]
        if self._method is Inline.DEFINED and len(drawn) == _WHOLE:
            return self._define(drawn)
        return [_Piece(_IMAGE + (len(drawn) // 3).to_bytes(2, "little") + drawn)]

    def _own(self, code: bytes) -> _Piece | None:
        """A character that the printer has by itself."""
        if self._codec is Codec.NONE:
            return _Piece(code) if code < b"\x7f" and len(code) == 1 and code != _YEN else None
        if self._codec is Codec.JIS and len(code) == 2:
            return _Piece(_jis(code), kanji=True)
        return _Piece(code)

    def _geta(self) -> list[_Piece]:
        own = self._own(GETA.encode("shift_jis"))
        return [own] if own else [_Piece(_IMAGE + bytes([DOTS, 0]) + (glyph(GETA) or b"\xff" * _WHOLE))]

    def _define(self, columns: bytes) -> list[_Piece]:
        """FS 2: one of the places is defined anew right before it is printed; ESC @ at the next job forgets all."""
        place = self._defined % PLACES
        self._defined += 1
        jis = self._codec is Codec.JIS
        code = bytes([0x77, 0x21 + place] if jis else [0xEC, 0x40 + place + (place >= 0x3F)])
        return [_Piece(b"\x1c2" + code + columns), _Piece(code, kanji=jis)]


def _jis(code: bytes) -> bytes:
    """The JIS code of a Shift_JIS code."""
    lead, trail = code
    row = 2 * (lead - (0x81 if lead < 0xA0 else 0xC1)) + 0x21
    if trail >= 0x9F:
        return bytes([row + 1, trail - 0x7E])
    return bytes([row, trail - (0x1F if trail < 0x7F else 0x20)])


def _height(part: Part) -> int:
    """How many lines of paper it takes, for the time that printing takes."""
    match part:
        case QrCode():
            return -(-QR_MODULE * _QR_MODULES // LINE_DOTS)
        case Barcode():
            return -(-BAR_HEIGHT // LINE_DOTS)
        case _:
            return 1


def _qr(digits: str) -> bytes:
    """GS ( k: sizes, store, print."""
    stored = b"\x31\x50\x30" + digits.encode("ascii")
    return _QR_BEFORE + b"\x1d(k" + len(stored).to_bytes(2, "little") + stored + _QR_PRINT


def _qr_image(digits: str) -> bytes:
    """GS v 0: a module is one byte wide, and as many dots high."""
    rows = qr_modules(digits)
    drawn = b"".join(bytes(0xFF * dark for dark in row) * QR_MODULE for row in rows)
    side = len(rows)
    return b"\x1dv0\x00" + side.to_bytes(2, "little") + (side * QR_MODULE).to_bytes(2, "little") + drawn


_QR: dict[Qr, Callable[[str], bytes]] = {Qr.NATIVE: _qr, Qr.IMAGE: _qr_image, Qr.NONE: lambda _digits: b""}


def _bars(digits: str, dots: int) -> bytes:
    """GS k: Code 128 in set C, a byte for each pair, no text under it, as wide as the paper lets it be."""
    pairs = bytes(int(digits[n : n + 2]) for n in range(0, len(digits), 2))
    module = min(BAR_WIDEST, dots // (_BARS_AROUND + _BARS_A_PAIR * len(pairs)))
    data = b"{C" + pairs
    return b"\x1dh" + bytes([BAR_HEIGHT]) + b"\x1dw" + bytes([module]) + b"\x1dH\x00\x1dkI" + bytes([len(data)]) + data


def _span(span: Span, characters: _Characters) -> bytes:
    text = characters.bytes_of(span.text)
    text = _BOLD_ON + text + _BOLD_OFF if span.bold else text
    return _DOUBLE + text + _SINGLE if span.double else text
