"""A paper before it becomes bytes: lines of spans, codes and a cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from village_console.papers.characters import columns_of, native_code
from village_console.village.names import clusters


class Align(StrEnum):
    """Where a line stands on the paper."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one style."""

    text: str
    bold: bool = False
    double: bool = False
    """Twice as wide and twice as high."""

    @property
    def columns(self) -> int:
        """Half-width columns that it takes."""
        return columns_of(self.text) * (2 if self.double else 1)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line."""

    spans: tuple[Span, ...]
    align: Align = Align.LEFT

    @property
    def columns(self) -> int:
        """Half-width columns that it takes."""
        return sum(span.columns for span in self.spans)


@dataclass(frozen=True, slots=True)
class QrCode:
    """Digits as a QR code, in the middle of the paper; the printer draws it."""

    digits: str


@dataclass(frozen=True, slots=True)
class Barcode:
    """Digits as a Code 128, in the middle of the paper; the printer draws it.

    An even number of them: two digits stand in one character, or the bars would be too fine for narrow paper.
    """

    digits: str

    def __post_init__(self) -> None:
        """Refuse what has no place in it; raises ValueError."""
        if not (self.digits.isascii() and self.digits.isdecimal() and len(self.digits) % 2 == 0):
            message = f"not pairs of digits: {self.digits!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Cut:
    """Feed to the cutter and cut."""


Part = TextLine | QrCode | Barcode | Cut


@dataclass(slots=True)
class Document:
    """A paper in the making."""

    columns: int
    """What the printer puts on a line."""
    lines: list[Part] = field(default_factory=list[Part])

    def text(self, text: str = "", *, bold: bool = False, double: bool = False, align: Align = Align.LEFT) -> None:
        """Add one line; what does not fit is continued on the next, never dropped."""
        width = self.columns // 2 if double else self.columns
        for part in wrapped(text, width):
            self.lines.append(TextLine((Span(part, bold, double),), align))

    def row(self, *cells: tuple[str, int]) -> None:
        """Add one line of cells with their widths in columns; a long cell pushes the rest to further lines."""
        gap = 1  # between one cell and the next, so that a full name does not run into what follows
        columns = [wrapped(text, width - gap) for text, width in cells[:-1]] + [wrapped(*cells[-1])]
        for n in range(max(len(parts) for parts in columns)):
            texts = [parts[n] if n < len(parts) else "" for parts in columns]
            padded = "".join(padded_to(text, width) for text, (_, width) in zip(texts, cells, strict=True))
            self.lines.append(TextLine((Span(padded.rstrip(" ")),)))

    def rule(self) -> None:
        """Add a line across the paper."""
        self.lines.append(TextLine((Span("-" * self.columns),)))

    def qr(self, digits: str) -> None:
        """Add digits as a QR code."""
        self.lines.append(QrCode(digits))

    def barcode(self, digits: str) -> None:
        """Add digits as a Code 128."""
        self.lines.append(Barcode(digits))

    def cut(self) -> None:
        """End the paper."""
        self.lines.append(Cut())


def is_native(document: Document) -> bool:
    """Whether a printer with Japanese of its own has every character: no font has to be asked."""
    spans = (span for line in document.lines if isinstance(line, TextLine) for span in line.spans)
    return all(native_code(cluster) is not None for span in spans for cluster in clusters(span.text))


_PARTS: dict[str, type[Part]] = {part.__name__: part for part in (TextLine, QrCode, Barcode, Cut)}


def packed(document: Document) -> bytes:
    """A document as it waits on disk; `unpacked` is the way back."""
    return msgspec.json.encode([document.columns, [[type(part).__name__, part] for part in document.lines]])


def unpacked(data: bytes) -> Document:
    """A document from the disk; raises msgspec.ValidationError, and KeyError for a part of a newer version."""
    columns, parts = msgspec.json.decode(data, type=tuple[int, list[tuple[str, dict[str, Any]]]])
    return Document(columns, [msgspec.convert(fields, _PARTS[name]) for name, fields in parts])


def marked(document: Document, mark: str) -> Document:
    """The same paper with a mark in large print at its top and before every cut."""
    line = TextLine((Span(mark, bold=True, double=columns_of(mark) * 2 <= document.columns),), Align.CENTRE)
    lines: list[Part] = [line]
    for part in document.lines:
        lines += [line, part] if isinstance(part, Cut) else [part]
    return Document(document.columns, lines)


def wrapped(text: str, width: int) -> list[str]:
    """Break text into pieces of at most so many columns, never inside a cluster."""
    lines, line, used = list[str](), "", 0
    for cluster in clusters(text):
        columns = columns_of(cluster)
        if used + columns > width:
            lines.append(line)
            line, used = "", 0
        line, used = line + cluster, used + columns
    return [*lines, line]


def padded_to(text: str, width: int) -> str:
    """Text filled with spaces to a width in columns."""
    return text + " " * max(0, width - columns_of(text))
