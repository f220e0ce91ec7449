"""Every screen, cell by cell: rows of exactly eighty, nothing whose width a terminal may choose, no row run together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from tests.screens.acting import SIZE, settle, shown, uncertain_cells
from tests.screens.test_pictures import ACTS, devices
from village_console.tui.cells import GOES_ON, Cell, filled, fitted, lettered, row, within

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Village

NAMES = st.text("佐藤ハル葛\U000e0100𠮷髙か\u3099ｱﾞabc・ 　", max_size=40)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
async def test_every_screen_is_eighty_cells_of_certain_width_in_english(village: Village, act: Act) -> None:
    """In Japanese, and wherever there is a picture, that is looked at with the picture."""
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.change_language()
        await devices(village, pilot)
        await act(village, pilot)
        await settle(pilot)
        text = shown(village)
    assert uncertain_cells(text) == []


async def test_a_name_too_long_for_the_band_goes_on_in_the_row_below(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(8))
        await settle(pilot)
        rows = shown(village).splitlines()
    assert "グエン・ティ・ミン・チャウ " in rows[5]
    assert "さん   28歳" in rows[6]


@given(NAMES, st.integers(2, 40), st.booleans())
def test_a_cell_is_exactly_as_wide_as_its_column_and_says_when_it_goes_on(name: str, width: int, right: bool) -> None:
    cell = fitted(name, width, right=right)
    assert cell_len(cell) == width
    assert (GOES_ON in cell) == (cell_len(name) > width)


@given(st.lists(st.tuples(NAMES, st.integers(4, 20)), min_size=2, max_size=4))
def test_a_row_reaches_the_edge_and_its_columns_never_touch(cells: list[tuple[str, int]]) -> None:
    line = row(*(Cell(text, width) for text, width in cells), width=80)
    assert line.cell_len == 80
    first = fitted(cells[0][0], cells[0][1] - 1)
    assert line.plain.startswith(first + " ")


@given(NAMES, st.integers(2, 60))
def test_a_line_is_cut_with_a_sign_or_not_at_all(text: str, width: int) -> None:
    line = within(Text(text), width)
    assert line.cell_len <= width
    assert line.plain == text or line.plain.endswith(GOES_ON)
    assert filled(Text(text), width).cell_len == width


@given(NAMES)
def test_the_letter_of_a_jump_takes_the_place_of_the_cursor_and_of_nothing_else(name: str) -> None:
    for cursor in (" ＞", ""):
        line = row(Cell(cursor, 4), Cell(f"佐{name}", 40), width=80)
        marked = lettered(line, "a", Style(reverse=True))
        assert marked.cell_len == 80
        assert marked.plain[4:] == line.plain[len(fitted(cursor, 4)) :]
        assert marked.plain[:4] == "  a "
