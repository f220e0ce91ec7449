"""Codes that the printer makes itself: QR (GS ( k) and bar codes (GS k)."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from device_sim.printers.dots import Dots, frame, from_matrix
from device_sim.printers.sheet import PAPER_DOTS

QR_CODE = 49
MODEL, MODULE_SIZE, ERROR_CORRECTION, STORE, PRINT = 65, 67, 69, 80, 81
# GS ( k calls the levels L, M, Q, H 48 to 51; the encoder has numbers of its own
ENCODER_LEVELS = {48: 1, 49: 0, 50: 3, 51: 2}
PLACEHOLDER_MODULES = 25
BARCODES = ("UPC-A", "UPC-E", "EAN13", "EAN8", "CODE39", "ITF", "CODABAR", "CODE93", "CODE128")
FIRST_COUNTED_BARCODE = 65
MODULES_A_CHARACTER = 11


@dataclass(slots=True)
class Symbols:
    """The sizes and the stored data of codes, as the last commands set them. Lengths in dots."""

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
        elif name == ERROR_CORRECTION and value in ENCODER_LEVELS:
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

    def qr_dots(self) -> Dots:
        """Return the QR code, or an empty frame where no encoder is installed or the payload is too long."""
        scale = (self.qr_module, self.qr_module)
        matrix = _qr_matrix(self.qr_payload, ENCODER_LEVELS[self.qr_level])
        if matrix is not None:
            return from_matrix(matrix, scale)
        placeholder = frame(PLACEHOLDER_MODULES, PLACEHOLDER_MODULES, 1)
        return Dots(placeholder.width, placeholder.height, placeholder.rows, scale)

    def barcode(self, arguments: bytes) -> tuple[str, Dots] | None:
        """Return text and dots of GS k, or None where the code is wider than the paper.

        The bars are not drawn: a frame of about their size stands for them.
        """
        counted = arguments[0] >= FIRST_COUNTED_BARCODE
        kind = arguments[0] - FIRST_COUNTED_BARCODE if counted else arguments[0]
        payload = arguments[2:] if counted else arguments[1:].rstrip(b"\0")
        name = BARCODES[kind] if kind < len(BARCODES) else "BARCODE"
        width = (len(payload) + 3) * MODULES_A_CHARACTER * self.barcode_module
        if width > PAPER_DOTS:
            return None
        return f"[{name} {_readable(payload)}]", frame(width, self.barcode_height)


def _qr_matrix(payload: bytes, level: int) -> list[list[bool]] | None:
    """Return the modules of a QR code, or None without the encoder `qrcode` or beyond a code's capacity."""
    if find_spec("qrcode") is None:
        return None
    encoder: Any = import_module("qrcode")
    code = encoder.QRCode(error_correction=level, border=0)
    code.add_data(payload)
    try:
        code.make(fit=True)
    except (ValueError, encoder.exceptions.DataOverflowError):
        return None
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _readable(payload: bytes) -> str:
    return payload.decode("utf-8", errors="backslashreplace")
