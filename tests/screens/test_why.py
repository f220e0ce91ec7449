"""The why key at 80x24: the facts behind a row, what became of each, and a look that is written before they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, settle, shown
from village_console.incident.close import close
from village_console.incident.facts import IncidentClosed, incident_subject
from village_console.incident.written import incident_of
from village_console.journal.evidence import export_evidence
from village_console.journal.facts import PersonErased
from village_console.journal.undo import correct, take_back
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Level
from village_console.tui.screens.why import WhyPage
from village_console.village.ids import resident_id

if TYPE_CHECKING:
    from tests.screens.conftest import Village

HARU = resident_id("015628", "0000002")


async def roster_of_haru(village: Village, pilot: Pilot[int]) -> None:
    """Haru is received, and the roster is in front."""
    village.app.on_tap(village.card(2))
    await settle(pilot)
    await pilot.press("f4")
    await settle(pilot)


async def test_w_on_the_roster_tells_the_facts_behind_the_person(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_of_haru(village, pilot)
        await pilot.press("w")
        await settle(pilot)
        text = shown(village)
    assert "なぜ  佐藤 ハル さん" in text
    assert "台帳に ある  佐藤 ハル" in text
    assert "カード（my_number）が この方の ものになった" in text
    assert "S1 で 受け付けた  S1-0001（カード）" in text
    assert text.count("有効") == 3
    assert "名乗りなし  この端末" in text


async def test_the_look_is_written_before_the_facts_are_shown(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_of_haru(village, pilot)
        before = len(village.journal.looks())
        await pilot.press("w")
        await settle(pilot)
    assert [(look.act, look.about) for look in village.journal.looks()[before:]] == [("opened", HARU)]


async def test_what_was_taken_back_corrected_or_erased_is_told(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_of_haru(village, pilot)
        stay = village.journal.rows.one(Stay, HARU)
        assert stay is not None
        await pilot.press("w")
        correct(village.journal, stay.fact, {"receipt": "S1-0007"}, "heard wrongly")
        await settle(pilot)
        corrected = shown(village)
        fact = village.journal.facts_about(HARU)[-1].hash
        take_back(village.journal, fact, "slip")
        take_back(village.journal, stay.fact, "slip")
        await settle(pilot)
        undone = shown(village)
        village.journal.append(PersonErased(subject=HARU, why="asked"))
        await settle(pilot)
        erased = shown(village)
    assert "訂正  receipt: S1-0007" in corrected
    assert corrected.count("訂正") == 2, "the word of the fact, and the state of what it corrects"
    assert undone.count("取消") == 2
    assert "個人の項目は 消してある（ResidentListed）" in erased
    assert "台帳に ある" not in erased


async def test_escape_goes_back_to_the_row_and_the_arrows_choose_a_fact(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_of_haru(village, pilot)
        await pilot.press("w", "down", "down")
        await settle(pilot)
        third = shown(village)
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(village.app.screen, WhyPage)
    assert third.splitlines()[-7].strip().startswith("S1 で 受け付けた"), third


async def test_with_nobody_on_the_list_there_is_nothing_to_ask(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f4", "w")
        await settle(pilot)
        assert not isinstance(village.app.screen, WhyPage)
    assert village.journal.looks() == []


async def test_w_on_the_board_tells_order_evidence_and_people_of_a_home(village: Village) -> None:
    village.hear("stb-0003", "on")
    village.app.station.watch.order(Level.EVACUATION_ORDER)
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        text = shown(village)
    assert "東興  𠮷田 清 さん" in text
    assert "TV stb-0003 が この家に ある" in text
    assert "TVの記録（災害） 同意する" in text
    assert "指示の時 TV 入" in text
    assert "台帳に ある  𠮷田 清" in text
    household = village.journal.rows.all(Resident)[resident_id("015628", "0000006")].household
    assert [(look.act, look.about) for look in village.journal.looks()] == [("opened", household)]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_it_fits_eighty_columns_in_both_languages(village: Village, language: str) -> None:
    from rich.cells import cell_len

    village.hear("stb-0001", "on")
    village.app.station.watch.order(Level.EVACUATION_ORDER)
    async with village.app.run_test(size=SIZE) as pilot:
        if language == "en":
            village.app.change_language()
        await pilot.press("f3", "w")
        await settle(pilot)
        text = shown(village)
    assert {cell_len(line) for line in text.splitlines()} == {80}
    assert ("valid" if language == "en" else "有効") in text


# A finished search


async def test_a_search_that_ends_is_a_look_without_what_was_typed(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"yoshida")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
    assert [(look.act, look.about) for look in village.journal.looks()] == [("searched", "2")]


async def test_a_search_that_chose_somebody_is_two_looks(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"sato", "space", *"ha")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert [(look.act, look.about) for look in village.journal.looks()] == [("searched", "1"), ("opened", HARU)]


async def test_a_filter_of_the_roster_is_a_search(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_of_haru(village, pilot)
        await pilot.press("slash", *"sato", "enter")
        await settle(pilot)
    assert [(look.act, look.about) for look in village.journal.looks()] == [("searched", "1")]


async def test_a_search_in_which_nothing_was_typed_is_no_look(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", "escape")
        await settle(pilot)
    assert village.journal.looks() == []


# A closed incident


async def test_a_closed_incident_says_so_and_refuses_nobody(
    village: Village, tmp_path_factory: pytest.TempPathFactory
) -> None:
    export_evidence(village.journal, tmp_path_factory.mktemp("out") / "record.jsonl", lambda _subject: None)
    assert close(village.journal, 30) == "closed"
    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        begun = shown(village)
        village.app.on_tap(village.card(5))
        await settle(pilot)
        text = shown(village)
    assert "閉じてあります。受け付けると また 開きます" in begun
    assert "受け付けました" in text
    assert names_here(village) == {"山﨑 トミ子"}
    incident = incident_of(village.journal)
    assert incident is not None
    assert any(isinstance(r.fact, IncidentClosed) for r in village.journal.facts_about(incident_subject("test")))
