"""Codes that the printer makes itself: QR (GS ( k) and bar codes (GS k)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from device_sim.printers import code128
from device_sim.printers.dots import Dots, frame, from_matrix
from device_sim.printers.sheet import PAPER_DOTS

if TYPE_CHECKING:
    from segno import QRCode

QR_CODE = 49
MODEL, MODULE_SIZE, ERROR_CORRECTION, STORE, PRINT = 65, 67, 69, 80, 81
LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}
BARCODES = ("UPC-A", "UPC-E", "EAN13", "EAN8", "CODE39", "ITF", "CODABAR", "CODE93", "CODE128")
FIRST_COUNTED_BARCODE = 65
MODULES_A_CHARACTER = 11


@dataclass(slots=True)
class Symbols:
    """The sizes and the stored data of codes, as the last commands set them. Lengths in dots; `width` is that of the head."""

    width: int = PAPER_DOTS
    qr_module: int = 3
    qr_level: int = 48
    qr_payload: bytes = b""
    barcode_height: int = 162
    barcode_module: int = 3

    def obeys(self, name: str, arguments: bytes) -> bool:
        """Obey GS h and GS w; accept GS H and GS f, since digits under the bars are not drawn."""
        if name == "GS h":
            self.barcode_height = max(1, arguments[0])
        elif name == "GS w":
            self.barcode_module = min(6, max(1, arguments[0]))
        return name in {"GS h", "GS w", "GS H", "GS f"}

    def set_qr(self, function: bytes) -> bool:
        """Obey a function of GS ( k that stores or sizes; say whether it could be obeyed."""
        if len(function) < 3 or function[0] != QR_CODE:
            return False
        name, value = function[1], function[2]
        if name == STORE:
            self.qr_payload = function[3:]
        elif name == MODULE_SIZE:
            self.qr_module = min(16, max(1, value))
        elif name == ERROR_CORRECTION and value in LEVELS:
            self.qr_level = value
        else:
            return name == MODEL
        return True

    def prints_qr(self, function: bytes) -> bool:
        """Say whether a function of GS ( k prints, and there is something to print."""
        return function[:2] == bytes((QR_CODE, PRINT)) and bool(self.qr_payload)

    @property
    def qr_text(self) -> str:
        """What stands for the QR code among the lines of text."""
        return f"[QR {_readable(self.qr_payload)}]"

    def qr_dots(self) -> Dots | None:
        """Return the QR code, or None where it is wider than the paper or holds more than a QR code can."""
        code = _qr_code(self.qr_payload, LEVELS[self.qr_level])
        if code is None:
            return None
        matrix = [[bool(module) for module in row] for row in code.matrix]
        dots = from_matrix(matrix, (self.qr_module, self.qr_module))
        return dots if dots.across <= self.width else None

    def barcode(self, arguments: bytes) -> tuple[str, Dots] | None:
        """Return text and dots of GS k, or None where the code is malformed or wider than the paper.

        Code 128 is drawn; for another kind a frame of about its size stands.
        """
        counted = arguments[0] >= FIRST_COUNTED_BARCODE
        kind = arguments[0] - FIRST_COUNTED_BARCODE if counted else arguments[0]
        payload = arguments[2:] if counted else arguments[1:].rstrip(b"\0")
        name = BARCODES[kind] if kind < len(BARCODES) else "BARCODE"
        drawn = self._code128(payload) if name == "CODE128" else self._stand_in(payload)
        if drawn is None or drawn[1].across > self.width:
            return None
        return f"[{name} {drawn[0]}]", drawn[1]

    def _code128(self, payload: bytes) -> tuple[str, Dots] | None:
        code = code128.characters(payload)
        if code is None:
            return None
        scale = (self.barcode_module, self.barcode_height)
        return "".join(character.text for character in code), from_matrix([code128.modules(code)], scale)

    def _stand_in(self, payload: bytes) -> tuple[str, Dots]:
        width = (len(payload) + 3) * MODULES_A_CHARACTER * self.barcode_module
        return _readable(payload), frame(width, self.barcode_height)


def _qr_code(payload: bytes, level: str) -> "QRCode | None":
    """The code in the mode that needs the least room, as printers choose it; None beyond a code's capacity."""
    import segno  # noqa: PLC0415 -- slow import

    content = payload.decode("ascii") if payload.isascii() else payload
    try:
        return segno.make_qr(content, error=level, boost_error=False)
    except segno.DataOverflowError:
        return None


def _readable(payload: bytes) -> str:
    return payload.decode("utf-8", errors="backslashreplace")
