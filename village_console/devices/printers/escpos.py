"""A document as ESC/POS bytes: Japanese in kanji mode, what the printer's font lacks as a 24-dot image in the line."""

from __future__ import annotations

from dataclasses import dataclass

from village_console.papers.characters import native_code
from village_console.papers.document import Align, Cut, Document, Span, TextLine
from village_console.papers.glyphs import DOTS, glyph
from village_console.village.names import clusters

START = bytes.fromhex("1B40 1B7401 1B5208 1C4301 1C530000 1B331E")
"""Reset, katakana page, Japan set, Shift_JIS, no kanji side spacing, 30-dot lines."""
CUT = bytes.fromhex("1D564203")
GETA = "〓".encode("shift_jis")
"""The printers' sign for a character that is missing."""
_ALIGN = {Align.LEFT: b"\x1ba\x00", Align.CENTRE: b"\x1ba\x01"}
_DOUBLE, _SINGLE = b"\x1d!\x11", b"\x1d!\x00"
_BOLD_ON, _BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
_IMAGE = b"\x1b*\x21" + bytes([DOTS, 0])


@dataclass(frozen=True, slots=True)
class Job:
    """Bytes for a printer, and what could not be shown as it is written."""

    data: bytes
    lines: int
    missing: tuple[str, ...]
    """Clusters printed as 〓, or in the base form of a variant that no font here has."""


def encode(document: Document) -> Job:
    """Turn a document into bytes for one print job."""
    data = bytearray(START)
    missing: list[str] = []
    for line in document.lines:
        match line:
            case Cut():
                data += CUT
            case TextLine(spans, align):
                data += _ALIGN[align]
                for span in spans:
                    data += _span(span, missing)
                data += b"\n"
    return Job(bytes(data), len(document.lines), tuple(missing))


def _span(span: Span, missing: list[str]) -> bytes:
    text = b"".join(_cluster(cluster, missing) for cluster in clusters(span.text))
    text = _BOLD_ON + text + _BOLD_OFF if span.bold else text
    return _DOUBLE + text + _SINGLE if span.double else text


def _cluster(cluster: str, missing: list[str]) -> bytes:
    code = native_code(cluster)
    if code is not None:
        return code
    drawn = glyph(cluster)
    if drawn is None or not drawn.exact:
        missing.append(cluster)
    return GETA if drawn is None else _IMAGE + drawn.columns
