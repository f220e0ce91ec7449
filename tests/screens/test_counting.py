"""A bus of thirty at 80x24: digits, Tab and Enter; one key takes off who has a name, undo gives back, the tray keeps the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, seen, settle, shown
from tests.screens.test_stays import tapped
from tests.town import person
from village_console.devices.ports import Health, Part
from village_console.shelter.groups import CELLS, CountGroup
from village_console.tui.screens.count import CountPage
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

BUS = (
    "2",
    "tab",
    "tab",
    "tab",
    "1",
    "tab",
    "3",
    "tab",
    "4",
    "tab",
    "6",
    "tab",
    "5",
    "tab",
    "3",
    "tab",
    "4",
    "tab",
    "2",
)
"""Two not told apart, then girls and boys, women and men: thirty in all."""


def groups(village: Village) -> list[CountGroup]:
    return list(village.journal.rows.all(CountGroup).values())


async def counted(village: Village, pilot: Pilot[Any]) -> None:
    """The bus is in."""
    await pilot.press("b")
    await settle(pilot)
    await pilot.press(*BUS, "enter")
    await seen(village, pilot, village.app.words.say("count.ask", count=30))
    await pilot.press("enter")
    await seen(village, pilot, village.app.words.say("answer.counted.first"))


async def test_a_bus_of_thirty_needs_digits_tab_and_enter_alone(village: Village) -> None:
    assert set(BUS) <= {*"0123456789", "tab"}
    async with village.app.run_test(size=SIZE) as pilot:
        await counted(village, pilot)
        page = shown(village)
    assert "いま 30人 0世帯" in page
    assert "名前なし 30" in page
    (group,) = groups(village)
    assert [group.counted.get(cell, 0) for cell in CELLS] == [2, 0, 0, 1, 3, 4, 6, 5, 3, 4, 2]


async def test_nothing_is_written_before_the_second_enter_and_escape_writes_nothing(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("b", "7", "enter")
        await seen(village, pilot, "7人を 受け付けますか")
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("escape")
        await seen(village, pilot, "受付")
    assert groups(village) == []


async def test_an_empty_page_says_so_and_letters_do_nothing(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("z", "0", "x", "enter")
        await seen(village, pilot, "まだ 0人です")
    assert groups(village) == []


async def test_digits_of_an_input_method_count_and_back_space_mends(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("１", "２", "backspace", "５", "enter")
        await seen(village, pilot, "15人を 受け付けますか")


async def test_a_cell_that_is_come_to_again_begins_anew(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("3", "tab", "up", "4", "enter")
        await seen(village, pilot, "4人を 受け付けますか")


async def test_one_key_takes_off_who_was_received_by_name_and_undo_gives_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await counted(village, pilot)
        page = await tapped(village, pilot, 2, "4人世帯の 1人目")
        assert "いま 31人" in page
        assert "g この方は 人数だけの組に いた" in page
        await pilot.press("g")
        page = await seen(village, pilot, "人数だけの組から 1人 引きました")
        assert "いま 30人 1世帯  名前なし 29" in page
        await pilot.press("z")
        await seen(village, pilot, "取り消しますか")
        await pilot.press("enter")
        page = await seen(village, pilot, "取り消しました")
        assert "いま 31人 1世帯  名前なし 30" in page


async def test_the_key_is_grey_while_nobody_was_counted(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 2, "受け付けました")
        assert village.app.desk.check_action("name_one", ()) is None


async def test_the_tray_keeps_the_group_and_enter_counts_it_again(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await counted(village, pilot)
        await pilot.press("t")
        await seen(village, pilot, "人数だけ（名前は まだ）")
        await pilot.press("enter")
        await seen(village, pilot, "数えなおす  S1-B001")
        await pilot.press("1", "enter")
        await seen(village, pilot, "29人に 直しますか")
        await pilot.press("enter")
        await seen(village, pilot, "人数を 受け付けました")
    (group,) = groups(village)
    assert (group.receipt, group.people) == ("S1-B001", 29)


async def test_a_card_at_the_count_is_answered_at_once_and_nobody_is_counted(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("b", "9")
        await tapped(village, pilot, 5, "受け付けました")
        await settle(pilot)
    assert groups(village) == []
    assert village.app.station.reception.presence().people == 1


async def test_the_roster_and_its_paper_say_how_many_have_no_name(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await counted(village, pilot)
        village.app.station.reception.receive(person(5))
        await pilot.press("f4")
        await seen(village, pilot, "名前なし 30")
        await pilot.press("p")
        await seen(village, pilot, "印刷しました")
    (paper,) = village.paper.documents
    assert "ほかに 名前なし 30人   合わせて 31人" in str(paper.lines)


async def the_page(_village: Village, pilot: Pilot[Any]) -> None:
    """In the middle of counting."""
    await pilot.press("b")
    await settle(pilot)
    await pilot.press(*BUS[:13])
    await settle(pilot)


async def the_tray(village: Village, pilot: Pilot[Any]) -> None:
    """A group of whom one has a name."""
    await counted(village, pilot)
    village.app.station.reception.receive(person(5))
    village.app.station.reception.name_one(person(5))
    await pilot.press("t")
    await seen(village, pilot, village.app.words.say("tray.title"))


async def the_offer(village: Village, pilot: Pilot[Any]) -> None:
    """A household whose tapper may have been counted."""
    await counted(village, pilot)
    words = village.app.words
    await tapped(village, pilot, 2, words.say("answer.received.third", settlement="上興部", size=4, nth=1))


async def test_devices_start_though_a_key_opens_a_page_before_they_do(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await settle(pilot)
        assert isinstance(village.app.screen, CountPage)
        assert village.app.signs.health[Part.DISK][0] is Health.READY


@pytest.mark.parametrize("act", [the_page, counted, the_tray, the_offer], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_counting_looks_as_it_did(looks_as_it_did: Looks, village: Village, act: Act, language: Language) -> None:
    assert looks_as_it_did(village, act, language)
