"""Images that stand by themselves: GS v 0, and the graphics of GS ( L and GS 8 L. Lengths in dots."""

from device_sim.printers.dots import Dots, from_rows

RASTER_SCALES = {0: (1, 1), 48: (1, 1), 1: (2, 1), 49: (2, 1), 2: (1, 2), 50: (1, 2), 3: (2, 2), 51: (2, 2)}
MONOCHROME = 48
GRAPHICS = 48
STORE, PRINT = 112, frozenset((2, 50))
STORE_HEADER = 10


def raster(arguments: bytes) -> Dots | None:
    """Return the image of GS v 0 m xL xH yL yH, or None where m asks for what is not there."""
    scale = RASTER_SCALES.get(arguments[0])
    x_bytes, rows = int.from_bytes(arguments[1:3], "little"), int.from_bytes(arguments[3:5], "little")
    return None if scale is None or not x_bytes * rows else from_rows(arguments[5:], x_bytes * 8, rows, scale)


def is_print(data: bytes) -> bool:
    """Say whether a graphics function prints what is stored."""
    return len(data) == 2 and data[0] == GRAPHICS and data[1] in PRINT


def stored_graphics(data: bytes) -> Dots | None:
    """Return the image that graphics function 112 stores, or None where it is another function or malformed."""
    if len(data) < STORE_HEADER or data[:3] != bytes((GRAPHICS, STORE, MONOCHROME)):
        return None
    scale = (data[3], data[4])
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    rows = data[STORE_HEADER:]
    whole = len(rows) == (width + 7) // 8 * height and width * height > 0
    return from_rows(rows, width, height, scale) if whole and set(scale) <= {1, 2} else None
