"""The notice board has only who said yes; and a name that was typed wrongly is mended, not forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, settle, shown, text_of

if TYPE_CHECKING:
    from tests.screens.conftest import Village


async def at_the_roster(village: Village, pilot: Pilot[Any], *numbers: int) -> None:
    for number in numbers:
        village.app.on_tap(village.card(number))
        await settle(pilot)
    await pilot.press("f4")
    await settle(pilot)


async def answered(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press("b")
    await pilot.pause(0.45)
    await pilot.press(*keys)
    await settle(pilot)


async def test_nobody_hangs_on_the_notice_board_who_has_not_said_so(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_roster(village, pilot, 2, 5)
        pane = shown(village)
        await answered(pilot, "1")
        agreed = shown(village)
        await pilot.press("n")
        await settle(pilot)
    paper = text_of(village.paper.documents[0])
    assert "掲示 しない" in pane
    assert "掲示に 載せます   佐藤 ハル" in agreed
    assert "佐藤 ハル" in paper
    assert "山﨑" not in paper
    assert "以上 1人。ほかに 1人" in paper
    assert "【訓練】" in paper


@pytest.mark.parametrize("keys", [("2",), ("escape",), ("enter",)])
async def test_no_and_no_answer_keep_the_name_off(village: Village, keys: tuple[str, ...]) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_roster(village, pilot, 2)
        await answered(pilot, *keys)
        await pilot.press("n")
        await settle(pilot)
    assert "佐藤" not in text_of(village.paper.documents[0])


async def test_whoever_says_no_later_is_off_from_then_on(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_roster(village, pilot, 2)
        await answered(pilot, "1")
        await answered(pilot, "2")
        await pilot.press("n")
        await settle(pilot)
    assert "佐藤" not in text_of(village.paper.documents[0])


async def test_the_name_of_an_unlisted_person_is_mended_and_the_slip_stays_in_the_record(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press(*"Smth", "enter")
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        await pilot.press("end", "backspace", "backspace", *"ith", "enter")
        await settle(pilot)
        page = shown(village)
    assert names_here(village) == {"Smith"}
    assert "直しました  Smith" in page
    kinds = [type(recorded.fact).__name__ for _, recorded in village.journal.every_fact() if recorded]
    assert kinds.count("FactCorrected") == 1


async def test_whom_the_register_lists_is_not_mended_here(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_roster(village, pilot, 2)
        usable = village.app.desk.check_action("correct", ())
    assert usable is None
