"""Images keep their dots on the way from bytes to the rectangle that is burnt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.printers import rasters
from device_sim.printers.dots import Dots, frame, from_columns, from_matrix

SIDES = st.integers(min_value=1, max_value=40)


def matrix_of(dots: Dots) -> list[list[bool]]:
    stride = (dots.width + 7) // 8
    rows = [dots.rows[start : start + stride] for start in range(0, len(dots.rows), stride)]
    return [[bool(row[x // 8] & 0x80 >> x % 8) for x in range(dots.width)] for row in rows]


@given(st.data(), SIDES, SIDES)
def test_a_matrix_comes_back_from_its_dots(data: st.DataObject, width: int, height: int) -> None:
    row = st.lists(st.booleans(), min_size=width, max_size=width)
    matrix = data.draw(st.lists(row, min_size=height, max_size=height))
    dots = from_matrix(matrix)
    assert (dots.width, dots.height) == (width, height)
    assert matrix_of(dots) == matrix


@given(st.binary(min_size=3, max_size=120).filter(lambda data: len(data) % 3 == 0))
def test_columns_become_rows(data: bytes) -> None:
    matrix = matrix_of(from_columns(data, 3))
    for x in range(len(data) // 3):
        column = "".join(str(int(matrix[y][x])) for y in range(24))
        assert int(column, 2).to_bytes(3, "big") == data[3 * x : 3 * x + 3]


def test_a_scale_is_counted_on_the_paper_and_not_in_the_dots() -> None:
    dots = from_columns(b"\xff\x00", 1, (2, 3))
    assert (dots.width, dots.height, dots.across, dots.down) == (2, 8, 4, 24)


def test_a_frame_is_empty_inside() -> None:
    assert matrix_of(frame(4, 3, 1)) == [[True] * 4, [True, False, False, True], [True] * 4]


@pytest.mark.parametrize(("mode", "across", "down"), [(0, 8, 2), (49, 16, 2), (2, 8, 4), (51, 16, 4)])
def test_a_raster_is_enlarged_as_its_mode_says(mode: int, across: int, down: int) -> None:
    dots = rasters.raster(bytes((mode, 1, 0, 2, 0)) + b"\xaa\x55")
    assert dots is not None
    assert (dots.rows, dots.across, dots.down) == (b"\xaa\x55", across, down)


@pytest.mark.parametrize("arguments", [b"\x09\x01\x00\x01\x00\xff", b"\x00\x00\x00\x01\x00", b"\x00\x01\x00\x00\x00"])
def test_a_raster_without_dots_or_mode_is_none(arguments: bytes) -> None:
    assert rasters.raster(arguments) is None


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x70\x30\x01\x01\x31\x08\x00\x02\x00\xff",
        b"\x30\x70\x30\x03\x01\x31\x08\x00\x01\x00\xff",
        b"\x30\x70\x34\x01\x01\x31\x08\x00\x01\x00\xff",
        b"\x30\x70\x30",
        b"\x30\x41\x30\x01\x01\x31\x08\x00\x01\x00\xff",
    ],
    ids=["too few rows", "scale of three", "grey", "cut short", "another function"],
)
def test_graphics_that_are_not_whole_are_not_stored(data: bytes) -> None:
    assert rasters.stored_graphics(data) is None


@given(st.binary(max_size=40))
def test_no_bytes_make_graphics_fail(data: bytes) -> None:
    stored = rasters.stored_graphics(data)
    assert stored is None or len(stored.rows) == (stored.width + 7) // 8 * stored.height
    assert rasters.is_print(data) == (data in {b"\x30\x32", b"\x30\x02"})
