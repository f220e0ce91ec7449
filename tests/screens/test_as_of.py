"""時点: every screen as this desk knew things at a past moment; cards are taken as of now, and nothing else is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, settle, shown
from tests.screens.conftest import NOW
from village_console.stranded.facts import Level
from village_console.tui import watch_acts
from village_console.tui.past import moment_asked, moment_text
from village_console.tui.screens.as_of import AsOfPage
from village_console.tui.screens.reception import ReceptionScreen
from village_console.tui.screens.stranded import StrandedScreen
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village


async def an_evening(village: Village, pilot: Pilot[Any]) -> None:
    """山﨑 comes at 18:02, an order at 18:20, 葛󠄀西 at 18:40; now it is 19:00."""
    village.app.on_tap(village.card(5))
    await settle(pilot)
    village.at(minutes=18)
    village.hear("stb-0001", "on")
    watch_acts.record_order(village.app, Level.EVACUATION_ORDER)
    await settle(pilot)
    village.at(minutes=20)
    village.app.on_tap(village.card(9))
    await settle(pilot)
    village.at(minutes=20)


async def as_of(pilot: Pilot[Any], typed: str) -> None:
    await pilot.press("ctrl+t", *(":" if c == ":" else "slash" if c == "/" else c for c in typed), "enter")
    await settle(pilot)
    await settle(pilot)


async def test_the_roster_is_the_one_of_then_and_esc_goes_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await an_evening(village, pilot)
        await pilot.press("f4")
        await as_of(pilot, "1830")
        then = shown(village)
        await pilot.press("escape")
        await settle(pilot)
        now = shown(village)
    assert "18:30 時点" in then
    assert "山﨑" in then
    assert "トシ" not in then
    assert "時点" not in now
    assert "トシ" in now


async def test_the_board_of_a_moment_before_the_order_says_that_there_was_none(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await an_evening(village, pilot)
        await pilot.press("f3")
        await as_of(pilot, "18:10")
        before = village.app.board
        await as_of(pilot, "18:25")
        under = shown(village)
    assert before is None
    assert "佐藤" in under


async def test_nothing_can_be_written_there_and_it_is_said(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await an_evening(village, pilot)
        count = len(village.journal.every_fact())
        await pilot.press("f4")
        await as_of(pilot, "1830")
        await pilot.press("o")
        await settle(pilot)
        text = shown(village)
    assert "18:30 時点の画面です" in text
    assert "E109" in text
    assert len(village.journal.every_fact()) == count


async def test_a_card_on_the_board_of_the_past_is_received_now(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await an_evening(village, pilot)
        await pilot.press("f3")
        await as_of(pilot, "18:25")
        village.app.on_tap(village.card(8))
        await settle(pilot)
        screen, text = village.app.screen, shown(village)
    assert "グエン・ティ・ミン・チャウ" in names_here(village)
    assert isinstance(screen, StrandedScreen)
    assert "18:25 時点" in text
    assert "受け付けました" in text


async def test_a_card_at_the_reception_desk_brings_it_back_to_now(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await an_evening(village, pilot)
        await as_of(pilot, "18:10")
        then = shown(village)
        village.app.on_tap(village.card(8))
        await settle(pilot)
        screen, text = village.app.screen, shown(village)
    assert "いま 1人" in then
    assert isinstance(screen, ReceptionScreen)
    assert "時点" not in text
    assert "いま 3人" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2359", "future"),
        ("11/3 23:59", "future"),
        ("1700", "too_early"),
        ("2020-01-01", "too_early"),
        ("99", "no_moment"),
    ],
)
async def test_a_moment_that_cannot_be_shown_is_refused(village: Village, typed: str, said: str) -> None:
    village.at(hours=5, minutes=56)  # 23:58
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+t", *("slash" if c == "/" else "space" if c == " " else c for c in typed), "enter")
        await settle(pilot)
        screen, text = village.app.screen, shown(village)
    if (typed, said) == ("2359", "future"):
        said = "too_early"  # a time that is still to come today means yesterday's
    start = village.app.words.say(f"as_of.{said}", at="X").partition("X")[0]
    assert isinstance(screen, AsOfPage)
    assert start in text


async def test_enter_alone_goes_back_to_now(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await an_evening(village, pilot)
        await as_of(pilot, "1830")
        await as_of(pilot, "")
        assert village.app.past.at is None


async def test_what_is_printed_there_carries_that_time_and_the_look_is_written(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await an_evening(village, pilot)
        await pilot.press("f4")
        await as_of(pilot, "1830")
        await pilot.press("p")
        await settle(pilot)
        await settle(pilot)
    assert "11/3 18:30" in repr(village.paper.documents)
    looks = [look.about for look in village.journal.looks()]
    assert "screens as of 2026-11-03T18:30:00" in looks
    assert "roster of 1 as of 2026-11-03T18:30:00" in looks


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("1750", "2026-11-03 17:50:00"), ("１７：５０", "2026-11-03 17:50:00"), ("1930", "2026-11-02 19:30:00"),
        ("11/2 7:05", "2026-11-02 07:05:00"), ("12/31 2300", "2025-12-31 23:00:00"), ("2026-10-01", "2026-10-01 23:59:59"),
        ("11/3", "2026-11-03 18:02:11"), ("2026.11.2 0000", "2026-11-02 00:00:00"),
    ],
)  # fmt: skip
def test_moments_are_read_as_people_write_them(typed: str, moment: str) -> None:
    found = moment_asked(typed, NOW)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M:%S}" == moment


@pytest.mark.parametrize("typed", ["", "nanji", "25:00", "13/1", "2/30", "11/2 25:00", "11/2 x"])
def test_what_is_no_moment_is_none(typed: str) -> None:
    assert moment_asked(typed, NOW) is None


@pytest.mark.parametrize(("hours", "said"), [(0, "18:02"), (24, "11/2 18:02")])
def test_another_day_is_named(hours: int, said: str) -> None:
    at: datetime = NOW - timedelta(hours=hours)
    assert moment_text(at, NOW) == said


async def asking(_village: Village, pilot: Pilot[Any]) -> None:
    """The page with the field."""
    await pilot.press("ctrl+t", *"2500", "enter")
    await settle(pilot)


async def board_then(_village: Village, pilot: Pilot[Any]) -> None:
    """The board of then."""
    await pilot.press("f3")
    await as_of(pilot, "1825")


@pytest.mark.parametrize("act", [asking, board_then], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_the_past_looks_as_it_did(looks_as_it_did: Looks, village: Village, act: Act, language: Language) -> None:
    async def later(village: Village, pilot: Pilot[Any]) -> None:
        await an_evening(village, pilot)
        await act(village, pilot)

    assert looks_as_it_did(village, later, language)
