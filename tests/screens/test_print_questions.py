"""What a desk says of a paper: characters without a shape before it is printed, and after each fault what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, seen, settle, shown, text_of
from tests.screens.test_binding import bound
from tests.screens.test_field import ordered
from tests.town import listed
from village_console.devices.ports import Health, PrintOutcome, PrintReport
from village_console.journal.spool import JobState
from village_console.words import Language, Words

if TYPE_CHECKING:
    from tests.screens.conftest import Village

LACKING = "葛\U000e01ef城 トミ子"
WHY = {
    Health.PAPER_OUT: "紙を 入れ",
    Health.COVER_OPEN: "閉めて",
    Health.FAULT: "灯り",
    Health.GONE: "電源か線",
    Health.NO_ANSWER: "電源を 入れなおし",
    Health.ONE_WAY: "返事を しない印刷機",
    Health.READY: "終わりの知らせ",
    Health.NEAR_END: "紙わずか",
}
NOT_PRINTED = {
    Health.PAPER_OUT: "紙を入れて",
    Health.COVER_OPEN: "ふたを閉めると",
    Health.FAULT: "灯りを 見てください",
    Health.GONE: "電源と線を 直すと",
    Health.NO_ANSWER: "電源を 入れなおすと",
    Health.NO_DRIVER: "libusb",
    Health.NOT_ALLOWED: "使う許し",
}


async def roster(village: Village, pilot: Pilot[Any]) -> None:
    village.app.on_tap(village.card(5))
    await settle(pilot)
    await pilot.press("f4")
    await settle(pilot)
    await pilot.press("p")


async def test_a_character_without_a_shape_is_named_and_nothing_is_printed_until_somebody_says_so(
    village: Village,
) -> None:
    village.journal.append(listed(5, 2, LACKING, "カツラギ トミコ"))
    async with village.app.run_test(size=SIZE) as pilot:
        await roster(village, pilot)
        text = await seen(village, pilot, "〓 に なる字 1")
        before = village.journal.spool.last(9)
        await pilot.press("enter")
        await settle(pilot)
    assert "U+845B U+E01EF" in text
    assert "Enter 印刷する  Esc やめる" in text
    assert (before, [job.state for job in village.journal.spool.last(9)]) == ([], [JobState.PRINTED])
    assert "葛\U000e01ef城" in text_of(village.paper.documents[0])


async def test_escape_prints_nothing(village: Village) -> None:
    village.journal.append(listed(5, 2, LACKING, "カツラギ トミコ"))
    async with village.app.run_test(size=SIZE) as pilot:
        await roster(village, pilot)
        await seen(village, pilot, "〓 に なる字 1")
        await pilot.press("escape")
        await settle(pilot)
    assert (village.journal.spool.last(9), village.paper.documents) == ([], [])


async def test_a_rare_name_that_a_font_has_is_printed_without_a_question(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster(village, pilot)
        for _ in range(100):
            if village.paper.documents:
                break
            await pilot.pause(0.05)
        await settle(pilot)
        assert "印刷しました" in shown(village)
    assert "山﨑" in text_of(village.paper.documents[0])


@pytest.mark.parametrize("health", WHY)
async def test_a_paper_of_which_nobody_knows_says_what_to_do(village: Village, health: Health) -> None:
    village.paper.report = PrintReport(PrintOutcome.UNCERTAIN, health)
    async with village.app.run_test(size=SIZE) as pilot:
        await roster(village, pilot)
        text = await seen(village, pilot, WHY[health])
    assert "1 出た 2 出ていない Esc" in text
    assert "紙を 見てください" in text or "出た紙" in text or "紙が 出たか" in text


@pytest.mark.parametrize("health", NOT_PRINTED)
async def test_a_paper_that_was_not_sent_says_what_to_do(village: Village, health: Health) -> None:
    village.paper.report = PrintReport(PrintOutcome.NOT_SENT, health)
    async with village.app.run_test(size=SIZE) as pilot:
        await roster(village, pilot)
        await seen(village, pilot, NOT_PRINTED[health])


async def test_a_roll_that_runs_low_is_said_with_the_paper(village: Village) -> None:
    village.paper.report = PrintReport(PrintOutcome.PRINTED, Health.NEAR_END)
    async with village.app.run_test(size=SIZE) as pilot:
        await roster(village, pilot)
        text = await seen(village, pilot, "紙が わずかです")
    assert "印刷しました" in text


@pytest.mark.parametrize("language", Language)
def test_every_state_of_a_printer_has_its_sentences(language: Language) -> None:
    words = Words(language)
    for health in WHY:
        assert words.say(f"spool.why.{health}")
    for health in NOT_PRINTED:
        assert words.say(f"roster.not_printed.{health}", count=1)
    for health in {*WHY, *NOT_PRINTED} - {Health.READY}:
        assert words.say(f"health.{health}")


async def test_the_board_is_printed_by_settlement(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await ordered(village, pilot)
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("p")
        await seen(village, pilot, "印刷しました")
    text = text_of(village.paper.documents[0])
    assert "逃げ遅れ推定" in text
    assert "避難指示" in text
    assert text.count("【訓練】") == 2
    assert [job.kind for job in village.journal.spool.last(3)] == ["stranded"]


@pytest.mark.parametrize(("key", "title"), [("1", "カードの控え"), ("enter", "カードの控え"), ("2", "受付票")])
async def test_after_a_card_was_given_a_slip_about_it_or_one_with_a_code_is_printed(
    village: Village, key: str, title: str
) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await bound(village, pilot)
        await pilot.press("p")
        await seen(village, pilot, "1 カードの控え  2 番号の受付票")
        await pilot.press(key)
        await seen(village, pilot, "印刷しました")
    text = text_of(village.paper.documents[0])
    assert title in text
    assert "山﨑" not in text
    assert "S1-0001" in text
