"""Jump: one letter on every target; a row gets the cursor, anything else is done; any other key leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, settle, shown
from village_console.stranded.rows import Clearance, Order
from village_console.tui import jump
from village_console.tui.commands import DESKS
from village_console.tui.screens.menu import MenuPage
from village_console.tui.screens.roster import RosterScreen
from village_console.tui.screens.stranded import StrandedScreen

if TYPE_CHECKING:
    from tests.screens.conftest import Village


def letter_of(village: Village, action: str) -> str:
    """The letter that stands on an action now."""
    letters = village.app.desk.jump
    assert letters is not None
    return letters.actions[action]


def desks(village: Village) -> list[tuple[str, str]]:
    """The other desks and the letters on them."""
    letters = village.app.desk.jump
    assert letters is not None
    return [(name, letters.actions[f"go('{name}')"]) for _, name in DESKS if f"go('{name}')" in letters.actions]


def given(village: Village) -> list[str]:
    """Every letter on the screen."""
    letters = village.app.desk.jump
    return [] if letters is None else [*letters.rows.values(), *letters.actions.values()]


async def roster_of(village: Village, pilot: Pilot[int], *numbers: int) -> None:
    for number in numbers:
        village.app.on_tap(village.card(number))
    await settle(pilot)
    await pilot.press("f4")
    await settle(pilot)


@pytest.mark.parametrize("keys", [[], ["f3"], ["f4"], ["f1"], ["0"], ["f3", "o"]])
async def test_letters_are_single_and_never_one_that_already_means_something(village: Village, keys: list[str]) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press(*keys)
        await settle(pilot)
        await pilot.press("semicolon")
        await settle(pilot)
        letters = given(village)
        own = {key for command in village.app.desk.commands for key in command.keys.split(",")}
    assert letters
    assert len(set(letters)) == len(letters)
    assert not set(letters) & ({"z", "x", "q"} | own)


async def test_a_letter_on_a_row_moves_the_cursor_there(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_of(village, pilot, 2, 5, 9)
        await pilot.press("semicolon")
        await settle(pilot)
        rows: Any = village.app.desk.row_list()
        third = rows.items[2]
        letter = list(village.app.desk.jump.rows.values())[2] if village.app.desk.jump else ""
        lettered = shown(village)
        await pilot.press(letter)
        await settle(pilot)
        after = shown(village)
        assert rows.current.resident == third.resident
        assert given(village) == []
    assert f" {letter} " in next(line for line in lettered.splitlines() if third.resident.name in line)[:5]
    assert f"{third.resident.name} さん" in after


async def test_a_row_that_left_meanwhile_takes_nobody_elses_place(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_of(village, pilot, 2, 9)
        await pilot.press("semicolon")
        await settle(pilot)
        rows: Any = village.app.desk.row_list()
        letters = village.app.desk.jump
        assert letters is not None
        gone = list(letters.rows.values())[1]
        before = rows.current
        village.app.station.reception.undo(
            next(a for a in village.app.station.reception.acts if a.resident and a.resident.name == "佐藤 ハル"), "x"
        )
        await pilot.pause(0.7)
        await pilot.press(gone)
        await settle(pilot)
        assert rows.current.resident == before.resident


async def test_a_letter_on_an_action_or_a_desk_does_it(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("semicolon")
        await settle(pilot)
        await pilot.press(letter_of(village, "go('stranded')"))
        await settle(pilot)
        assert isinstance(village.app.desk, StrandedScreen)
        await pilot.press("semicolon")
        await settle(pilot)
        await pilot.press(letter_of(village, "menu"))
        await settle(pilot)
        assert isinstance(village.app.desk, MenuPage)
        await pilot.press("semicolon")
        await settle(pilot)
        await pilot.press(letter_of(village, "choose(3)"))
        await settle(pilot)
        assert isinstance(village.app.desk, RosterScreen)


async def test_numbered_choices_carry_letters_but_what_is_written_still_wants_enter(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "o", "semicolon")
        await settle(pilot)
        await pilot.press(letter_of(village, "choose(4)"))
        await settle(pilot)
        chosen = shown(village)
        assert village.journal.rows.all(Order) == {}
        await pilot.press("enter")
        await settle(pilot)
    assert "＞ " in next(line for line in chosen.splitlines() if "みんな 逃げる" in line)
    assert len(village.journal.rows.all(Order)) == 1
    assert village.journal.rows.all(Clearance) == {}


async def test_what_cannot_run_now_has_no_letter(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f4", "semicolon")
        await settle(pilot)
        letters = village.app.desk.jump
    assert letters is not None
    assert "print" not in letters.actions
    assert "filter" in letters.actions


@pytest.mark.parametrize("leave", ["escape", "z", "x", "enter", "0", "f3"])
async def test_any_other_key_only_leaves(village: Village, leave: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        before = shown(village)
        await pilot.press("semicolon")
        await settle(pilot)
        await pilot.press(leave)
        await settle(pilot)
        after = shown(village)
    assert after == before
    assert names_here(village) == {"山﨑 トミ子"}


async def test_a_letter_counts_though_an_input_method_made_a_kana_of_it(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("れ")
        await settle(pilot)
        kana = {"d": "し", "f": "は", "g": "き", "h": "く", "j": "ま", "k": "の", "l": "り", "s": "と", "w": "て"}
        desk, letter = next((name, letter) for name, letter in desks(village) if letter in kana)
        await pilot.press(kana[letter])
        await settle(pilot)
        assert desk == village.app.desk.NAME


async def test_a_card_ends_a_jump_and_is_answered(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("semicolon")
        await settle(pilot)
        village.app.on_tap(village.card(5))
        await settle(pilot)
        text = shown(village)
        assert village.app.desk.jump is None
    assert "受け付けました" in text
    assert "飛びます" not in text


async def test_a_semicolon_in_a_search_is_text(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", "semicolon")
        await settle(pilot)
        assert village.app.desk.jump is None


def test_letters_begin_on_the_home_row_and_leave_out_what_takes_away() -> None:
    assert jump.LETTERS.startswith("asdf")
    assert not set(jump.LETTERS) & set("zxq")
