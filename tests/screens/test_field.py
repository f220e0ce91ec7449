"""The board at work, at 80x24: areas and orders in force, words, visits and their sheet, outages; in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, settle, shown, text_of
from village_console.shelter.facts import Path as Way
from village_console.shelter.receive import Desk as ReceptionDesk
from village_console.shelter.receive import receive
from village_console.stranded.facts import Issuer, Level
from village_console.stranded.outages import Hush
from village_console.stranded.rows import Clearance, Hazard, Order, Outage, Visit, Words
from village_console.village.ids import ShelterId, resident_id
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village


async def ordered(village: Village, pilot: Pilot[Any], level: str = "4") -> None:
    """An order for the whole village, with two televisions on."""
    for device, value in (("stb-0001", "on"), ("stb-0002", "on"), ("stb-0003", "off")):
        village.hear(device, value)
    await pilot.press("f3", "o", level, "enter")
    await settle(pilot)


async def test_an_order_for_one_settlement_a_minute_ago_by_the_deputy(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "o")
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("down", "space", "enter")
        await settle(pilot)
        await pilot.press("left", "b", "4")
        await settle(pilot)
        page = shown(village)
        await pilot.press("enter")
        await settle(pilot)
    (order,) = village.journal.rows.all(Order).values()
    assert (order.settlements, f"{order.issued_at:%H:%M}", order.by) == (("上藻",), "18:01", Issuer.DEPUTY)
    assert "ところ     上藻" in page
    assert "職務代理者" in page


async def test_an_order_in_force_is_lifted_after_a_question_and_the_lifting_undone(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        await pilot.press("o", "tab")
        await settle(pilot)
        listed = shown(village)
        await pilot.press("r")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await settle(pilot)
        gone = list(village.app.station.watch.orders())
        await pilot.press("z")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await settle(pilot)
        back = village.app.station.watch.orders()
    assert "避難指示" in listed
    assert (gone, [order.level for order in back]) == ([], [Level.EVACUATION_ORDER])


async def test_an_order_is_narrowed_to_what_stays_ticked(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        await pilot.press("o", "tab")
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("a", "down", "space", "enter")
        await settle(pilot)
    assert [order.settlements for order in village.app.station.watch.orders()] == [("上藻",)]


async def test_what_a_relative_said_raises_a_home_of_the_second_list(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        await pilot.press("tab")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("t")
        await settle(pilot)
        page = shown(village)
        await pilot.press("5")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        lists = shown(village)
    assert len(village.journal.rows.all(Words)) == 1
    assert "親せき: まだ家にいるはず" in page
    assert "180分まで 数えます" in page
    assert "在宅かも" in lists


async def test_a_team_is_asked_its_sheet_printed_and_its_report_takes_a_digit_and_enter(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        await pilot.press("space", "space", "v")
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        board = shown(village)
        await pilot.press("v")
        await settle(pilot)
        await pilot.press("1", "enter")
        await settle(pilot)
        waiting = shown(village)
    (sheet,) = village.paper.documents
    paper = text_of(sheet)
    assert "第3班" in board
    assert "訪問票 第3班" in paper
    assert "【訓練】" in paper
    assert "山﨑 トミ子 さん" in paper
    assert "報告待ち 1世帯" in waiting
    assert len(village.journal.rows.all(Clearance)) == 1
    assert sum(visit.found is None for visit in village.journal.rows.all(Visit).values()) == 1
    assert any(look.act == "printed" and look.about.startswith("visits of") for look in village.journal.looks())


async def test_at_level_five_the_board_says_stay_inside_and_a_team_goes_only_after_a_question(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot, "5")
        village.app.desk.fold()
        await settle(pilot)
        board = shown(village)
        await pilot.press("space", "v")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        asked = shown(village)
        none_yet = len(village.journal.rows.all(Visit))
        await pilot.pause(0.5)
        await pilot.press("enter")
        await settle(pilot)
    assert "外に出ないでください" in board
    assert "それでも 第1班を 外に出しますか" in asked
    assert (none_yet, len(village.journal.rows.all(Visit))) == (0, 1)
    assert "レベル5 外に出ない" in text_of(village.paper.documents[0])


async def test_a_power_cut_and_the_time_left_are_written_by_settlement_and_undone(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        await pilot.press("3")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await settle(pilot)
        page = shown(village)
        await pilot.press("escape")
        await settle(pilot)
        board = shown(village)
        outages = [outage.cut for outage in village.journal.rows.all(Outage).values()]
    assert (outages, len(village.journal.rows.all(Hazard))) == (["power"], 1)
    assert "停電 18:02" in page
    assert "あと 30分" in page
    assert "停電前" in board


async def test_a_mass_silence_is_suggested_as_an_outage_and_never_written(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        village.app.desk.fold()
        village.app.gathering.hushes = [Hush("上藻", 5, 6)]
        village.app.desk.repaint()
        said = shown(village)
    assert "上藻のTV 6台中 5台が 黙っています。停電かもしれません" in said
    assert village.journal.rows.all(Outage) == {}


async def test_the_second_list_and_what_the_rule_finds_in_simulation_are_never_hidden(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        text = shown(village)
    assert "TVでは わからない家 4世帯" in text
    assert "19時ごろ 0.72（シミュレーション値）" in text


async def test_behind_a_silent_shelter_not_checked_in_is_not_known(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        receive(village.journal, ReceptionDesk(ShelterId("S2"), 2), [resident_id("015628", "0000010")], Way.CARD)
        await ordered(village, pilot)
        fresh = shown(village)
        village.at(minutes=31)
        village.app.desk.fold()
        await settle(pilot)
        village.app.desk.repaint()
        stale = shown(village)
    assert "まだ" in fresh.splitlines()[5]
    assert "不明" in stale.splitlines()[5]
    assert "18:02から 黙っています" in stale


async def order_page(_village: Village, pilot: Pilot[Any]) -> None:
    """An order in the making."""
    await pilot.press("f3", "o", "4", "left")


async def in_force(village: Village, pilot: Pilot[Any]) -> None:
    """Orders in force."""
    await ordered(village, pilot)
    await pilot.press("o", "tab")


async def told(village: Village, pilot: Pilot[Any]) -> None:
    """What was heard."""
    await ordered(village, pilot)
    await pilot.press("enter", "t")


async def visits(village: Village, pilot: Pilot[Any]) -> None:
    """Visits that wait for a report."""
    await ordered(village, pilot)
    await pilot.press("space", "space", "v", "2")
    await settle(pilot)
    await pilot.press("v")


async def settlements(village: Village, pilot: Pilot[Any]) -> None:
    """Power and time left."""
    await ordered(village, pilot)
    await pilot.press("s", "e")


async def rescue(village: Village, pilot: Pilot[Any]) -> None:
    """A call for help goes first."""
    await ordered(village, pilot)
    await pilot.press("tab", "enter", "t", "4")
    await settle(pilot)
    await pilot.press("escape", "tab")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("act", [order_page, in_force, told, visits, settlements, rescue], ids=lambda act: act.__name__)
def test_the_field_looks_as_it_did(village: Village, looks_as_it_did: Looks, act: Act, language: Language) -> None:
    async def folded(village: Village, pilot: Pilot[Any]) -> None:
        await act(village, pilot)
        await settle(pilot)
        village.app.desk.fold()
        await settle(pilot)

    assert looks_as_it_did(village, folded, language)
