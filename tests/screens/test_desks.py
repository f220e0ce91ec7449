"""What a person sees and presses at 80x24: messages and rows first, pictures in test_pictures.py."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, settle, shown, text_of
from village_console.devices.ports import CardRead, CardRemoved, CardUnusable, Health, Part, PrintOutcome, PrintReport
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Level, Reason
from village_console.stranded.rows import Clearance, Order
from village_console.tui import drill_desk
from village_console.tui.screens.desk import GUARD
from village_console.village.errors import DiskIsFullError
from village_console.village.run_mode import World
from village_console.words import Language, Words

if TYPE_CHECKING:
    from tests.screens.conftest import Village


async def test_a_tap_is_on_disk_and_in_the_band(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        text = shown(village)
    assert names_here(village) == {"佐藤 ハル"}
    assert "受け付けました" in text
    assert "佐藤 ハル さん" in text
    assert "4人世帯の 1人目" in text


async def test_one_key_receives_the_rest_of_a_household_of_four(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        text = shown(village)
    assert names_here(village) == {"佐藤 ハル", "佐藤 正一", "佐藤 健", "佐藤 美咲"}
    assert "家族も 受け付けました" in text
    assert "世帯の みなさんが そろっています" in text


async def test_a_digit_receives_one_member_and_space_the_one_under_the_cursor(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        await pilot.press("down", "space")
        await settle(pilot)
    assert len(names_here(village)) == 3
    assert "佐藤 ハル" in names_here(village)


async def test_the_same_card_again_changes_nothing_and_says_so(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        village.app.on_tap(village.card(5))
        await settle(pilot)
        text = shown(village)
    assert "もう 受け付けています" in text
    assert "何も変えていません" in text
    assert len(village.journal.facts_about(next(iter(village.journal.rows.all(Stay))))) == 2


@pytest.mark.parametrize(
    ("tap", "sentence"),
    [
        (CardRemoved(), "早く離れました"),
        (CardUnusable(), "このカードは 受付に使えません"),
        (CardRead("my_number", "JPKI", b"\x01", World.PHYSICAL), "このカードは 受付に使えません"),
        (CardRead("my_number", "VILLAGE-CONSOLE-DRILL", b"\xf0\x00", World.SIMULATED), "だれのカードか わかりません"),
    ],
)
async def test_what_is_not_a_reception_says_that_nobody_was_received(
    village: Village, tap: CardRead | CardRemoved | CardUnusable, sentence: str
) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(tap)
        await settle(pilot)
        text = shown(village)
    assert sentence in text
    assert "まだ受け付けていません" in text
    assert names_here(village) == set()


async def test_undo_names_the_act_and_takes_it_back_on_enter(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("z")
        question = shown(village)
        await pilot.pause(GUARD + 0.1)
        await pilot.press("enter")
        await settle(pilot)
        text = shown(village)
    assert "「受付」を 取り消しますか" in question
    assert "山﨑 トミ子 さん" in question
    assert "取り消しました" in text
    assert names_here(village) == set()


async def test_undo_means_the_last_act_however_many_came_while_nobody_touched_the_list(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        for number in (5, 8, 9):
            village.app.on_tap(village.card(number))
            await settle(pilot)
        await pilot.press("z")
        await pilot.pause(GUARD + 0.1)
        await pilot.press("enter")
        await settle(pilot)
    assert names_here(village) == {"山﨑 トミ子", "グエン・ティ・ミン・チャウ"}


async def test_an_older_act_is_chosen_with_the_arrows_and_taken_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        for number in (5, 8, 9):
            village.app.on_tap(village.card(number))
            await settle(pilot)
        await pilot.press("down", "down", "z")
        await pilot.pause(GUARD + 0.1)
        await pilot.press("enter")
        await settle(pilot)
    assert names_here(village) == {"グエン・ティ・ミン・チャウ", "葛󠄀西 トシ"}


async def test_a_new_question_hears_no_key_that_was_typed_ahead(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("z", "enter")
        await settle(pilot)
    assert names_here(village) == {"山﨑 トミ子"}


async def test_escape_leaves_everything_as_it_is(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("z")
        await pilot.pause(GUARD + 0.1)
        await pilot.press("escape", "enter")
        await settle(pilot)
    assert names_here(village) == {"山﨑 トミ子"}


async def test_a_card_during_an_open_question_is_taken_at_once(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("z")
        village.app.on_tap(village.card(9))
        await settle(pilot)
        text = shown(village)
    assert names_here(village) == {"山﨑 トミ子", "葛󠄀西 トシ"}
    assert "取り消しますか" not in text


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("yosida ki", "𠮷田 清"),
        ("S15.2.8", "山﨑 トミ子"),
        ("かさい", "葛󠄀西 トシ"),
        ("髙橋", "髙橋 﨑男"),
        ("guen", "グエン・ティ・ミン・チャウ"),
    ],
)
async def test_a_person_without_a_card_is_found_and_received_by_name(village: Village, typed: str, name: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash")
        await pilot.pause(0.1)
        await pilot.press(*("space" if c == " " else "full_stop" if c == "." else c for c in typed))
        await settle(pilot)
        assert name in shown(village)
        await pilot.press("enter")
        await settle(pilot)
    assert names_here(village) == {name}


async def test_a_card_ends_a_search_and_is_answered_at_reception(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", "s")
        village.app.on_tap(village.card(9))
        await settle(pilot)
        text = shown(village)
    assert "受け付けました" in text
    assert "さがす   s" not in text


async def test_letters_that_came_through_an_input_method_still_count_and_are_said_once(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        await pilot.press("ａ")
        await settle(pilot)
    assert len(names_here(village)) == 4


async def test_the_board_shows_the_rule_in_the_row_and_who_was_missed_in_the_second_list(village: Village) -> None:
    for device in ("stb-0001", "stb-0002"):
        village.hear(device, "on")
    village.hear("stb-0003", "off")
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        village.at(minutes=1)
        await pilot.press("f3", "o", "4", "enter")
        await settle(pilot)
        await settle(pilot)
        board = shown(village)
        await pilot.press("tab")
        await settle(pilot)
        second = shown(village)
    assert "避難指示 18:03 全域" in board
    assert "山﨑 トミ子" in board
    assert "1/4" in board
    assert "𠮷田 清" not in board
    assert "切 1" in board
    assert "𠮷田 清" in second
    assert "山﨑 トミ子" not in second


async def order_and_open(village: Village, pilot: Pilot[int]) -> None:
    """Bring 山﨑's household onto the board and open it."""
    village.hear("stb-0002", "on")
    await pilot.press("f3", "o", "4", "enter")
    await settle(pilot)
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)


async def test_a_household_is_cleared_with_a_reason_and_the_reason_can_be_taken_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await order_and_open(village, pilot)
        page = shown(village)
        await pilot.press("3")
        await settle(pilot)
        cleared = village.journal.rows.all(Clearance)
        board = shown(village)
        await pilot.press("z")
        await pilot.pause(GUARD + 0.1)
        await pilot.press("enter")
        await settle(pilot)
    assert "指示の時 TV 入" in page
    assert [c.reason for c in cleared.values()] == [Reason.SPOKE_BY_PHONE]
    assert "確認済 1人" in board
    assert village.journal.rows.all(Clearance) == {}


async def test_an_order_wants_a_level_before_enter_does_anything(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "o", "enter")
        await settle(pilot)
        assert village.journal.rows.all(Order) == {}
        await pilot.press("5", "enter")
        await settle(pilot)
    assert [order.level for order in village.journal.rows.all(Order).values()] == [Level.EMERGENCY_SAFETY_MEASURES]


async def test_the_roster_filters_and_prints_what_it_shows(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        for number in (2, 5, 9):
            village.app.on_tap(village.card(number))
        await settle(pilot)
        await pilot.press("f4", "slash", *"kasai", "enter")
        await settle(pilot)
        filtered = shown(village)
        await pilot.press("p")
        await settle(pilot)
        text = shown(village)
    assert "葛󠄀西 トシ" in filtered
    assert "山﨑 トミ子" not in filtered
    assert "印刷しました   1人" in text
    assert len(village.paper.documents) == 1


async def test_the_roster_is_printed_in_the_order_that_it_is_shown_in(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        for number in (5, 1, 2):
            village.app.on_tap(village.card(number))
            await settle(pilot)
        await pilot.press("f4", "s")
        await settle(pilot)
        by_settlement = shown(village)
        await pilot.press("p")
        await settle(pilot)
        await pilot.press("s", "p")
        await settle(pilot)
    first, second = (text_of(paper) for paper in village.paper.documents)
    assert "集落の順です" in by_settlement
    assert "[上興部]" in first
    assert "[佐藤 正一 さんの世帯]" in second


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (PrintReport(PrintOutcome.NOT_SENT, Health.PAPER_OUT), "紙を入れて"),
        (PrintReport(PrintOutcome.NOT_SENT, Health.NO_ANSWER), "印刷機の返事が ありません"),
        (PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER), "紙を 見てください"),
    ],
)
async def test_a_printer_that_did_not_say_it_printed_is_never_fine(
    village: Village, report: PrintReport, sentence: str
) -> None:
    village.paper.report = report
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        await pilot.press("f4", "p")
        await settle(pilot)
        text = shown(village)
    assert sentence in text
    assert "印刷しました" not in text


async def test_the_looks_are_written_before_a_detail_is_opened_or_printed(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"kasai")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("f4", "p")
        await settle(pilot)
    connection = village.journal._store.connection
    acts = [act for (act,) in connection.execute("SELECT act FROM audit ORDER BY n")]
    assert acts == ["searched", "opened", "printed"]


async def test_the_language_changes_live_and_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("0", "7", "escape")
        await settle(pilot)
        english = shown(village)
        await pilot.press("0", "7", "escape")
        await settle(pilot)
        japanese = shown(village)
    assert "／／DRILL／／" in english
    assert "F2Desk" in english
    assert "／／訓練／／" in japanese


async def test_leaving_wants_menu_nine_and_enter(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("q", "escape", "enter")
        await settle(pilot)
        assert village.app.is_running
        await pilot.press("0", "9")
        await pilot.pause(GUARD + 0.1)
        await pilot.press("enter")
        await settle(pilot)
    assert village.app.return_code == 0


async def test_below_80x24_one_sentence_says_what_is_needed_and_taps_still_count(village: Village) -> None:
    async with village.app.run_test(size=(60, 20)) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        text = shown(village)
    assert "画面が 小さすぎます" in text
    assert names_here(village) == {"山﨑 トミ子"}


async def test_a_lost_device_is_a_word_in_the_status_line_with_since_when(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_health(Part.TELEVISIONS, Health.NO_ANSWER, 0)
        await settle(pilot)
        village.at(minutes=2)
        await pilot.pause(1.2)
        text = shown(village)
    assert "TV？返事なし 2分" in text


@pytest.mark.parametrize("language", Language)
async def test_a_part_of_the_program_that_ends_is_said_and_stays_in_the_status_line_while_people_are_received(
    village: Village, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    def wrong() -> None:
        raise LookupError("佐藤 ハル")

    heard: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", heard.append)
    village.app.words = Words(language)
    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        thread = threading.Thread(target=wrong, name="anchor-line")
        thread.start()
        thread.join()
        await settle(pilot)
        text = shown(village)
        village.app.on_tap(village.card(5))
        await settle(pilot)
        later = shown(village)
    program = village.app.words.say("part.program")
    assert "E901" in text
    assert "anchor-line" in text
    assert "LookupError test_desks.py:" in text
    assert "佐藤 ハル" not in text
    assert f"{program}！" in later.splitlines()[-3]
    assert names_here(village) == {"山﨑 トミ子"}
    assert len(heard) == 1
    assert threading.excepthook == heard.append


async def test_only_televisions_are_counted_in_the_status_line(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_health(Part.TELEVISIONS, Health.READY, 312)
        village.app.on_health(Part.DISK, Health.READY, 82404)
        await settle(pilot)
        status = shown(village).splitlines()[-3]
    assert "TV〇312台" in status
    assert "82404" not in status


async def test_after_a_restart_the_desk_says_what_is_recorded(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
    again = type(village.app).on(village.app.station)
    again.station.reception.acts = again.station.reception._acts_before()
    village.app = again
    async with again.run_test(size=SIZE) as pilot:
        await settle(pilot)
        text = shown(village)
    assert "前回の つづきです" in text
    assert "1人は 記録されています" in text


async def test_the_drill_presses_keys_until_a_person_touches_the_keyboard(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert await drill_desk.press(village.app, ["f3", "o"])
        assert "どれですか" in shown(village)
        await pilot.press("escape")
        assert not await drill_desk.press(village.app, ["f4"])
        await settle(pilot)
        assert "避難指示は 出ていません" in shown(village)


async def test_a_person_who_types_in_the_middle_keeps_the_keyboard(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pressing = asyncio.create_task(drill_desk.press(village.app, ["/", *"1942-05-03 " * 20]))
        await pilot.pause(0.05)
        await pilot.press("f3")
        assert not await pressing
        await settle(pilot)
        assert "避難指示は 出ていません" in shown(village)


async def test_a_full_disk_is_a_sentence_and_the_desk_goes_on(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise DiskIsFullError(path="journal.db")

    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr("village_console.shelter.reception.receive", full)
            village.app.on_tap(village.card(5))
            await settle(pilot)
            tapped = shown(village)
            await pilot.press("slash", *"kasai")
            await settle(pilot)
            await pilot.press("enter")
            await settle(pilot)
            by_name = shown(village)
        village.app.on_tap(village.card(5))
        await settle(pilot)
        text = shown(village)
    for full_screen in (tapped, by_name):
        assert "ディスクに 書けません" in full_screen
        assert "記録していません" in full_screen
    assert "受け付けました" in text
    assert names_here(village) == {"山﨑 トミ子"}
