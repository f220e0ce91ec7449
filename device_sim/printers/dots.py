"""Rectangles of dots, as images arrive and as the head burns them."""

from dataclasses import dataclass

Scale = tuple[int, int]
PLAIN: Scale = (1, 1)
COLUMN_SCALES: dict[int, Scale] = {0: (2, 3), 1: (1, 3), 32: (2, 1), 33: (1, 1)}


@dataclass(frozen=True, slots=True)
class Dots:
    """A rectangle of dots; in `rows` each row begins on a byte, most significant bit left, 1 is black.

    `scale` says how many dots of the paper one of these is, across and down.
    """

    width: int
    height: int
    rows: bytes
    scale: Scale = PLAIN

    @property
    def across(self) -> int:
        """The width on paper, in dots."""
        return self.width * self.scale[0]

    @property
    def down(self) -> int:
        """The height on paper, in dots."""
        return self.height * self.scale[1]


def from_columns(data: bytes, depth: int, scale: Scale = PLAIN) -> Dots:
    """Return the dots of an image sent column by column, `depth` bytes each, most significant bit on top."""
    width, height = len(data) // depth, depth * 8
    columns = [int.from_bytes(data[x * depth : (x + 1) * depth], "big") for x in range(width)]
    return from_matrix([[bool(column >> (height - 1 - y) & 1) for column in columns] for y in range(height)], scale)


def from_rows(data: bytes, width: int, height: int, scale: Scale = PLAIN) -> Dots:
    """Return the dots of an image sent row by row, `width` counted in dots."""
    return Dots(width, height, data, scale)


def from_matrix(matrix: list[list[bool]], scale: Scale = PLAIN) -> Dots:
    """Return the dots of rows of truth values, all of one length."""
    width = len(matrix[0]) if matrix else 0
    return Dots(width, len(matrix), b"".join(_packed(row) for row in matrix), scale)


def frame(width: int, height: int, thickness: int = 2) -> Dots:
    """Return an empty rectangle with a border: what stands where this printer cannot draw the real thing."""

    def border(x: int, y: int) -> bool:
        """Whether a dot belongs to the border."""
        return min(x, y, width - 1 - x, height - 1 - y) < thickness

    return from_matrix([[border(x, y) for x in range(width)] for y in range(height)])


def _packed(row: list[bool]) -> bytes:
    stride = (len(row) + 7) // 8
    bits = sum(1 << (stride * 8 - 1 - x) for x, black in enumerate(row) if black)
    return bits.to_bytes(stride, "big")
