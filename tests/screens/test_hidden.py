"""F9: names and lists are gone at once and stay gone whatever happens; cards are taken, and answered by shape and number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.pilot import Pilot

from tests.screens.acting import HELD_UP, SIZE, names_here, settle, shown
from village_console.devices.ports import CardRead, CardRemoved, Health, Part, PrintOutcome, PrintReport
from village_console.register.rows import Resident
from village_console.stranded.facts import Level
from village_console.tui import drill_desk, watch_acts
from village_console.tui.crash import crash_text
from village_console.tui.screens.hidden import HiddenPage
from village_console.tui.screens.reception import ReceptionScreen
from village_console.tui.screens.search import SearchDesk
from village_console.village.errors import DiskIsFullError
from village_console.village.run_mode import World
from village_console.words import Words

if TYPE_CHECKING:
    from tests.screens.conftest import Village


def people_named(village: Village, text: str) -> set[str]:
    """Everybody of the village of whom the screen says a name, a reading, an address or a settlement."""
    residents = village.journal.rows.all(Resident).values()
    squeezed = text.replace(" ", "")
    return {
        r.name
        for r in residents
        if any(
            part.replace(" ", "") in squeezed for part in (*r.name.split(), *r.kana.split(), r.address, r.settlement)
        )
    }


async def hide(pilot: Pilot[int], key: str = "f9") -> None:
    await pilot.press(key)
    await settle(pilot)


SCREENS: dict[str, list[str]] = {
    "reception": [], "search": ["slash", "s", "a"], "board": ["f3"], "household": ["f3", "enter"], "order": ["f3", "o"],
    "roster": ["f4"], "filter": ["f4", "slash", "s"], "help": ["f1"], "menu": ["0"], "palette": ["ctrl+p"],
}  # fmt: skip


@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_no_name_is_left_on_any_screen_and_the_frame_stays(village: Village, keys: list[str]) -> None:
    village.hear("stb-0001", "on")
    async with village.app.run_test(size=SIZE) as pilot:
        for number in (2, 5, 9):
            village.app.on_tap(village.card(number))
        village.app.on_health(Part.READER, Health.READY, 0)
        await settle(pilot)
        watch_acts.record_order(village.app, Level.EVACUATION_ORDER)
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)
        await hide(pilot)
        text = shown(village)
    assert people_named(village, text) == set()
    assert "／／訓練／／" in text
    assert "18:02:11" in text
    assert "読取〇" in text
    assert "3人" in text


@pytest.mark.parametrize("key", ["f9", "full_stop", "る"])
async def test_the_point_is_its_twin_and_the_same_key_brings_the_desk_back(village: Village, key: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await hide(pilot, key)
        hidden = shown(village)
        await hide(pilot, key)
        back = shown(village)
    assert people_named(village, hidden) == set()
    assert "山﨑 トミ子" in back


async def test_an_opened_detail_does_not_come_back_with_the_desk(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"kasai")
        await settle(pilot)
        assert isinstance(village.app.desk, SearchDesk)
        await hide(pilot)
        await hide(pilot)
        assert isinstance(village.app.desk, ReceptionScreen)
        assert people_named(village, shown(village)) == set()


async def test_a_card_is_taken_at_once_and_answered_by_shape_and_number_only(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await hide(pilot)
        village.app.on_tap(village.card(2))
        await settle(pilot)
        received = shown(village)
        village.app.on_tap(village.card(2))
        await settle(pilot)
        again = shown(village)
        village.app.on_tap(CardRemoved())
        await settle(pilot)
        too_soon = shown(village)
        village.app.on_tap(CardRead("my_number", "VILLAGE-CONSOLE-DRILL", b"\xf0\x00", World.SIMULATED))
        await settle(pilot)
        unknown = shown(village)
    assert names_here(village) == {"佐藤 ハル"}
    answers = [(received, "済", "受け付けました"), (again, "同", "何も変えていません")]
    answers += [(too_soon, "再", "まだです"), (unknown, "問", "まだです")]
    for text, mark, said in answers:
        assert people_named(village, text) == set()
        assert mark in text
        assert said in text
    assert "1人" in received


async def test_the_last_answer_and_its_question_wait_until_the_screen_is_shown(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await hide(pilot)
        village.app.on_tap(village.card(2))
        await settle(pilot)
        await hide(pilot)
        back = shown(village)
        await pilot.press("a")
        await settle(pilot)
    assert "佐藤 ハル さん" in back
    assert "いっしょに着いた人を 選んでください" in back
    assert len(names_here(village)) == 4


@pytest.mark.parametrize(
    "key",
    ["a", "z", "enter", "slash", "f3", "f4", "f1", "0", "ctrl+p", "semicolon", "1", "space", "down", "escape", "x"],
)
async def test_no_other_key_shows_or_does_anything(village: Village, key: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        await hide(pilot)
        before = shown(village)
        await pilot.press(key)
        await settle(pilot)
        assert shown(village) == before
        assert isinstance(village.app.desk, HiddenPage)
    assert names_here(village) == {"佐藤 ハル"}


async def test_what_ends_in_the_background_shows_its_shape_and_waits(village: Village) -> None:
    village.paper.report = PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
    village.paper.may_end.clear()
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("p")
        await pilot.pause(HELD_UP)
        await pilot.press("f9")
        await pilot.pause(HELD_UP)
        village.paper.may_end.set()
        await settle(pilot)
        await settle(pilot)
        hidden = shown(village)
        await hide(pilot)
        back = shown(village)
    assert people_named(village, hidden) == set()
    assert "再" in hidden
    assert "紙を 見てください" in back


async def test_a_breakage_says_no_name_and_is_told_when_the_screen_is_shown(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise DiskIsFullError(path="佐藤 ハル.db")

    async with village.app.run_test(size=SIZE) as pilot:
        await hide(pilot)
        monkeypatch.setattr("village_console.shelter.reception.receive", full)
        village.app.on_tap(village.card(2))
        await settle(pilot)
        hidden = shown(village)
        await hide(pilot)
        back = shown(village)
    assert people_named(village, hidden) == set()
    assert "止" in hidden
    assert "ディスクに 書けません" in back
    assert names_here(village) == set()


async def test_a_late_answer_of_a_search_does_not_open_a_hidden_screen(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", "s")
        await settle(pilot)
        village.app.on_tap(village.card(2))
        village.app.pages.hide()
        await settle(pilot)
        assert isinstance(village.app.desk, HiddenPage)
        assert people_named(village, shown(village)) == set()
    assert names_here(village) == {"佐藤 ハル"}


async def test_the_drills_own_person_presses_nothing_on_a_hidden_screen(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await hide(pilot)
        village.app.person_typed_at = float("-inf")
        assert not await drill_desk.press(village.app, ["f4"])
        assert isinstance(village.app.desk, HiddenPage)


async def test_a_question_that_was_open_is_left_as_it_was_with_nothing_done(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("z", "f9")  # hiding never waits for a question to grow old
        await settle(pilot)
        assert isinstance(village.app.desk, HiddenPage)
        await pilot.press("enter")
        await hide(pilot)
    assert names_here(village) == {"山﨑 トミ子"}


def test_what_a_crash_leaves_on_the_terminal_names_places_in_the_code_and_nobody() -> None:
    def receive(name: str) -> None:
        raise LookupError(name)

    with pytest.raises(LookupError) as caught:
        receive("佐藤 ハル")
    said = crash_text(caught.value, Words())
    assert "佐藤" not in said
    assert "E000" in said
    assert "LookupError" in said
    assert "test_hidden.py" in said


async def test_a_crash_of_the_app_prints_no_value(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    def wrong(_tap: object) -> None:
        raise LookupError("佐藤 ハル")

    async def tap() -> None:
        async with village.app.run_test(size=SIZE) as pilot:
            village.app.on_tap(village.card(2))
            await settle(pilot)

    village.app.station.reception.tap = wrong  # type: ignore[method-assign,assignment]
    with pytest.raises(LookupError):
        await tap()
    printed = "".join(capsys.readouterr())
    assert "E000" in printed
    assert "佐藤" not in printed
