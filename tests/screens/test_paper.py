"""Sheets of paper entered at 80x24 with digits, arrows and Enter alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, seen, settle, shown
from tests.screens.test_stays import tapped
from tests.town import person
from village_console.shelter.rows import Stay
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

HARU_BORN = "19440921"


async def opened(village: Village, pilot: Pilot[Any]) -> None:
    await pilot.press("t", "k")
    await seen(village, pilot, village.app.words.say("paper.forms"))


async def test_a_line_needs_no_letter_and_the_next_one_keeps_the_time(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press(*"1710", "enter", *HARU_BORN, "enter")
        await seen(village, pilot, "受け付けました")
        await pilot.press("enter", *"19400208", "enter")
        await seen(village, pilot, "山﨑 トミ子 さん")
    assert names_here(village) == {"佐藤 ハル", "山﨑 トミ子"}
    since = [stay.since for stay in village.journal.rows.all(Stay).values()]
    assert [f"{moment:%H:%M}" for moment in since] == ["17:10", "17:10"]


async def test_what_is_no_time_is_asked_for_again_and_nobody_is_received(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press(*"99", "enter")
        await seen(village, pilot, "時刻を 4けたで")
    assert names_here(village) == set()


async def test_nobody_found_receives_nobody(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press(*"1710", "enter", *"19990101", "enter")
        await seen(village, pilot, "みつかりません")
    assert names_here(village) == set()


async def test_rows_say_that_they_came_from_paper(village: Village) -> None:
    village.app.station.reception.receive_from_paper(person(2), village.clock.now().replace(hour=17, minute=10))
    village.app.station.reception.receive(person(5))
    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "紙 17:10" in shown(village)
        await pilot.press("f4")
        page = await seen(village, pilot, "〇 いる紙")
        assert page.count("〇 いる紙") == 1


async def test_a_card_is_answered_while_paper_is_entered(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await tapped(village, pilot, 5, "受け付けました")
    assert names_here(village) == {"山﨑 トミ子"}


async def in_a_line(village: Village, pilot: Pilot[Any]) -> None:
    """Somebody is being looked for."""
    await opened(village, pilot)
    await pilot.press(*"1710", "enter", *"sato")
    await settle(pilot)


async def after_a_line(village: Village, pilot: Pilot[Any]) -> None:
    """One line is in."""
    await in_a_line(village, pilot)
    await pilot.press("down", "enter")
    await seen(village, pilot, village.app.words.say("answer.received.first"))


@pytest.mark.parametrize("act", [in_a_line, after_a_line], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_paper_looks_as_it_did(looks_as_it_did: Looks, village: Village, act: Act, language: Language) -> None:
    assert looks_as_it_did(village, act, language)
