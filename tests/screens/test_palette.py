"""Every command is found by its name, in any script, and run from anywhere; what cannot run now says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.screens.acting import SIZE, names_here, settle, shown
from village_console.tui.screens.palette import PalettePage
from village_console.tui.screens.roster import RosterScreen

if TYPE_CHECKING:
    from tests.screens.conftest import Village


def offered(village: Village) -> list[str]:
    """The rows of the list."""
    return [row.strip() for row in shown(village).splitlines()[5:-6] if row.strip()]


@pytest.mark.parametrize("typed", ["insatu", "insatsu", "いんさつ", "印刷", "print", "Ｐrint"])
async def test_a_command_of_another_desk_is_found_and_done_there(village: Village, typed: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("ctrl+p", *typed)
        await settle(pilot)
        rows = offered(village)
        await pilot.press("enter")
        await settle(pilot)
        await settle(pilot)
        assert isinstance(village.app.desk, RosterScreen)
    assert len(rows) == 1
    assert "名簿" in rows[0]
    assert len(village.paper.documents) == 1


async def test_the_commands_of_the_desk_in_front_come_first_then_the_desks(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "ctrl+p")
        await settle(pilot)
        rows = offered(village)
        for _ in range(6):
            await pilot.press(*["down"] * 5)
            await settle(pilot)
            rows += offered(village)
    assert [row.split()[-1] != "" and "ここ" in row for row in rows[:8]] == [True] * 8
    assert any("F2" in row.split()[:2] and "受付" in row for row in rows)


async def test_what_cannot_run_now_is_listed_says_so_and_does_not_run(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", *"kazoku")
        await settle(pilot)
        rows = offered(village)
        await pilot.press("enter")
        await settle(pilot)
        still_open = isinstance(village.app.desk, PalettePage)
    assert "いまは できません" in rows[0]
    assert still_open
    assert names_here(village) == set()


async def test_a_command_that_turns_out_to_be_impossible_there_is_said_and_nothing_is_done(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", *"insatu", "enter")
        await settle(pilot)
        await settle(pilot)
        text = shown(village)
    assert "いまは できません" in text
    assert village.paper.documents == []


async def test_undo_from_the_palette_asks_as_its_key_does(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("ctrl+p", *"torikesu", "enter")
        await settle(pilot)
        text = shown(village)
    assert "「受付」を 取り消しますか" in text
    assert names_here(village) == {"山﨑 トミ子"}


async def test_the_menu_opens_it_without_any_control_key_and_escape_changes_nothing(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("0", "6")
        await settle(pilot)
        opened = isinstance(village.app.desk, PalettePage)
        await pilot.press(*"meibo")
        await settle(pilot)
        rows = offered(village)
        await pilot.press("escape")
        await settle(pilot)
        text = shown(village)
    assert opened
    assert rows[0].startswith("＞ F4")
    assert "まだ だれも来ていません" in text


async def test_a_word_that_means_nothing_says_so(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", *"wwwww")
        await settle(pilot)
        assert "みつかりません" in shown(village)


async def test_a_card_is_taken_while_the_palette_is_open(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", "a")
        village.app.on_tap(village.card(5))
        await settle(pilot)
        text = shown(village)
    assert names_here(village) == {"山﨑 トミ子"}
    assert "受け付けました" in text
