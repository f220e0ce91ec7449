"""A4 papers from the desks: a digit lays one out, Enter lets it go, Esc does not, and what it lacks is said before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.a4_papers import text_of
from tests.screens.acting import SIZE, seen, settle, shown
from tests.town import listed
from village_console.devices.printers.system_queue import SystemQueue
from village_console.paperwork.facts import PaperChecked, PaperIssued
from village_console.tui.screens.a4 import A4Page
from village_console.tui.screens.roster import RosterScreen
from village_console.tui.screens.stranded import StrandedScreen

if TYPE_CHECKING:
    from tests.screens.conftest import Looks, Village


async def at_the_papers(village: Village, pilot: Pilot[Any], desk: str = "f4") -> str:
    village.app.on_tap(village.card(5))
    await settle(pilot)
    await pilot.press(desk)
    await settle(pilot)
    await pilot.press("a")
    return await seen(village, pilot, "どの紙を")


def papers(village: Village) -> list[Path]:
    folder = village.journal.path.parent / "papers"
    return sorted(folder.iterdir()) if folder.exists() else []


async def test_a_roster_is_seen_let_go_and_on_record(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_papers(village, pilot)
        await pilot.press("2")
        await seen(village, pilot, "1ページ。出しますか")
        assert village.journal.last_of(PaperIssued, 5) == []
        await pilot.press("enter")
        text = await seen(village, pilot, "PDFに しました")
    assert "印刷は されていません" in text
    (path,) = papers(village)
    (issued,) = village.journal.last_of(PaperIssued, 5)
    assert (issued.fact.people, issued.fact.pages) == (1, 1)
    assert "山﨑 トミ子" in text_of(path)


def queued(village: Village) -> None:
    """Let the papers go to a queue that takes everything and tells nothing."""
    station = village.app.station
    assert station.a4 is not None
    station.a4 = replace(station.a4, site=replace(station.a4.site, tray=Accepting()))


class Accepting:
    place = "front"
    prints = True

    def lay(self, pdf: bytes, name: str, title: str) -> str:  # noqa: ARG002 -- the port's shape
        return "front-12"


@pytest.mark.parametrize(("key", "said", "came_out"), [("1", "出たと 記録", True), ("2", "出ていないと 記録", False)])
async def test_after_the_queue_has_it_a_clerk_says_whether_it_came_out(
    village: Village, key: str, said: str, came_out: bool
) -> None:
    queued(village)
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_papers(village, pilot)
        await pilot.press("1")
        await seen(village, pilot, "出しますか")
        await pilot.press("enter")
        text = await seen(village, pilot, "紙は 出ましたか")
        assert "1 出た 2 出ていない" in text
        await pilot.press(key)
        await seen(village, pilot, said)
    assert [recorded.fact.came_out for recorded in village.journal.last_of(PaperChecked, 5)] == [came_out]


async def test_a_paper_nobody_has_looked_for_is_asked_about_when_the_page_is_opened_again(village: Village) -> None:
    queued(village)
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_papers(village, pilot)
        await pilot.press("1")
        await seen(village, pilot, "出しますか")
        await pilot.press("enter")
        await seen(village, pilot, "紙は 出ましたか")
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("a")
        await seen(village, pilot, "名簿は 出ましたか（未確認 1）")
        await pilot.press("1")
        await seen(village, pilot, "出たと 記録")
    assert [recorded.fact.came_out for recorded in village.journal.last_of(PaperChecked, 5)] == [True]


async def test_esc_lets_nothing_go(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_papers(village, pilot)
        await pilot.press("1")
        await seen(village, pilot, "出しますか")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(village.app.desk, A4Page)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(village.app.desk, RosterScreen)
    assert papers(village) == []
    assert village.journal.last_of(PaperIssued, 5) == []


async def test_a_name_without_a_shape_is_said_before_anything_is_let_go(village: Village) -> None:
    village.journal.append(listed(5, 2, "葛\U000e01ef城 トミ子", "カツラギ トミコ"))
    async with village.app.run_test(size=SIZE) as pilot:
        await at_the_papers(village, pilot)
        await pilot.press("1")
        await seen(village, pilot, "出しますか")
        text = shown(village)
    assert "〓" in text
    assert "U+845B U+E01EF" in text
    assert "S1-0001" in text
    assert papers(village) == []


async def test_the_sheet_of_the_person_under_the_cursor(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        text = await at_the_papers(village, pilot)
        assert "避難者カード 山﨑 トミ子" in text
        await pilot.press("6")
        await seen(village, pilot, "出しますか")
        await pilot.press("enter")
        await seen(village, pilot, "PDFに しました")
    (path,) = papers(village)
    assert "昭和15年2月8日" in text_of(path)


async def test_from_the_board_without_an_order_there_is_no_list_and_the_desk_goes_on(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        text = await at_the_papers(village, pilot, "f3")
        assert "名簿で 人を えらんでから" in text
        await pilot.press("4")
        await seen(village, pilot, "まだ 指示が ないので")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(village.app.desk, StrandedScreen)
    assert papers(village) == []


@pytest.mark.parametrize("typed", ["a4", "Ａ４", "ひなんしゃかーど", "evacuee"])
async def test_the_papers_are_found_by_name_from_any_desk(village: Village, typed: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p", *typed)
        await settle(pilot)
        assert "A4の紙" in shown(village)
        await pilot.press("enter")
        await seen(village, pilot, "どの紙を")
        assert isinstance(village.app.desk, A4Page)


def test_the_page_in_pictures(village: Village, looks_as_it_did: Looks) -> None:
    station = village.app.station
    assert station.a4 is not None
    station.a4 = replace(station.a4, site=replace(station.a4.site, tray=SystemQueue("front")))

    assert looks_as_it_did(village, at_the_papers)
