"""A scanner that types at the desk: its codes check in, ask whose they are, or are refused; fingers go on as before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from tests.screens.acting import SIZE, names_here, seen, shown
from village_console.devices.ports import Health, PrintOutcome, PrintReport
from village_console.papers.document import Document, QrCode
from village_console.register.rows import CardBinding, CodesOfConsole
from village_console.settings import load_settings
from village_console.shelter.rules import Verdict
from village_console.tui.app import ConsoleApp
from village_console.tui.messages import PressedByDrill
from village_console.tui.scanner import refused_face
from village_console.village.printed_code import CodeRefusal, PrintedCode
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words

if TYPE_CHECKING:
    from tests.screens.conftest import Village

CODE = PrintedCode(RunMode.DRILL, World.SIMULATED, 1, 7, 4821)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.fixture
def desk(village: Village) -> Village:
    """A village whose console listens to scanners."""
    village.app = ConsoleApp.on(replace(village.app.station, scanner=True))
    return village


def send(village: Village, text: str, pace: float = 0.002, suffix: str = "enter") -> None:
    """Keys as a scanner's driver would deliver them, with the times at which they were read."""
    at = monotonic()
    keys = [Key(c, c) for c in text] + ([Key(suffix, "\r")] if suffix else [])
    for n, key in enumerate(keys):
        key.time = at + n * pace
        village.app.post_message(key)


async def given(village: Village, pilot: Pilot[Any]) -> str:
    """A code that the console printed and handed to 山﨑 トミ子; returns its digits."""
    village.app.on_tap(village.card(5))
    await seen(village, pilot, "山﨑")
    await pilot.press("p")
    await seen(village, pilot, "受付票を 印刷しました")
    return digits_on(village.paper.documents[-1])


def digits_on(document: Document) -> str:
    """What the one QR code of a paper holds."""
    return codes_on(document)[0]


def codes_on(document: Document) -> list[str]:
    """What every QR code of a paper holds."""
    return [line.digits for line in document.lines if isinstance(line, QrCode)]


async def test_a_slip_is_printed_and_its_code_checks_in_like_a_card(desk: Village) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        digits = await given(desk, pilot)
        send(desk, digits)
        await seen(desk, pilot, "もう 受け付けています")
        assert desk.app.station.reception.acts[0].verdict is Verdict.ALREADY_HERE
        assert digits not in shown(desk)


@pytest.mark.parametrize("form", [{}, FULL_WIDTH], ids=["plain", "through an IME"])
async def test_a_ticket_that_is_nobodys_asks_whose_it_is_and_is_bound(desk: Village, form: dict[int, str]) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        send(desk, CODE.digits.translate(form))
        await seen(desk, pilot, "だれのカードか わかりません")
        await pilot.press("enter")
        await seen(desk, pilot, "このカードは どなたのですか")
        await pilot.press(*"yamazaki")
        await seen(desk, pilot, "見分けるために")
        await pilot.press("enter")
        await seen(desk, pilot, "このカードを この方に 結びますか")
        await pilot.press("enter")
        await seen(desk, pilot, "カードを結び 受け付けました")
        assert names_here(desk) == {"山﨑 トミ子"}
        assert [b.kind for b in desk.journal.rows.all(CardBinding).values()].count("printed") == 1


async def test_a_misread_code_is_refused_and_says_so(desk: Village) -> None:
    wrong = CODE.digits[:-1] + str((int(CODE.digits[-1]) + 1) % 10)
    async with desk.app.run_test(size=SIZE) as pilot:
        send(desk, wrong)
        await seen(desk, pilot, "番号の どこかが ちがいます")
        assert desk.app.station.reception.acts == []


async def test_a_code_of_a_real_disaster_is_refused_in_a_drill(desk: Village) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        send(desk, PrintedCode(RunMode.REAL, World.PHYSICAL, 1, 7, 4821).digits)
        await seen(desk, pilot, "訓練と 本番の 番号")
        assert names_here(desk) == set()


async def test_the_digit_of_a_finger_still_chooses_a_member_of_the_household(desk: Village) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.app.on_tap(desk.card(1))
        await seen(desk, pilot, "ひとりずつ")
        await pilot.press("2")
        await seen(desk, pilot, "佐藤 ハル")
        await pilot.pause(0.3)
        assert "佐藤 ハル" in names_here(desk)


async def test_no_digit_of_a_code_chooses_a_member_of_the_household(desk: Village) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.app.on_tap(desk.card(1))
        await seen(desk, pilot, "ひとりずつ")
        send(desk, CODE.digits)
        await seen(desk, pilot, "だれのカードか わかりません")
        assert names_here(desk) == {"佐藤 正一"}


async def test_a_birth_date_typed_into_the_search_stays_typing(desk: Village) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash")
        await pilot.pause(0.2)
        for n, digit in enumerate("19420503"):
            key = Key(digit, digit)
            key.time = monotonic() + n * 0.12
            desk.app.post_message(key)
        await pilot.pause(0.5)
        assert desk.app.screen.query_one("#wanted", Input).value == "19420503"


async def test_the_drills_keys_are_no_scanners(desk: Village) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.1)
        for digit in CODE.digits:
            desk.app.post_message(PressedByDrill(digit, digit))
        await pilot.pause(0.3)
        assert desk.app.station.reception.acts == []


async def test_without_a_printer_nothing_is_bound_and_it_is_said(desk: Village) -> None:
    desk.app.station.paper = None
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.app.on_tap(desk.card(5))
        await seen(desk, pilot, "山﨑")
        await pilot.press("p")
        await seen(desk, pilot, "このパソコンに 印刷機は ありません")
        assert desk.journal.rows.all(CodesOfConsole) == {}


async def test_a_printer_that_does_not_answer_is_never_taken_for_printed(desk: Village) -> None:
    desk.paper.report = PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.app.on_tap(desk.card(5))
        await seen(desk, pilot, "山﨑")
        await pilot.press("p")
        await seen(desk, pilot, "黙りました。電源を 入れなおし 紙を 見てください")


async def test_a_sheet_of_tickets_is_asked_about_and_holds_ten_different_codes(desk: Village) -> None:
    async with desk.app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        await seen(desk, pilot, "番号札を 10枚 印刷しますか")
        await pilot.press("enter")
        await seen(desk, pilot, "番号札 10枚を 印刷しました")
        assert len(set(codes_on(desk.paper.documents[-1]))) == 10


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("why", CodeRefusal)
def test_every_refusal_of_a_scanner_has_its_sentence(why: CodeRefusal, language: Language) -> None:
    face = refused_face(why, Words(language))
    assert face.first
    assert face.third


def test_a_console_without_a_scanner_holds_back_no_key(tmp_path: Path) -> None:
    site = '[site]\nmunicipality = "015628"\nshelter = "S1"\nshelter_name = "館"\n'
    plain = site + '[mode]\nrun_mode = "drill"\nworld = "simulated"\nincident = "1"\n'
    (tmp_path / "a.toml").write_text(plain, "utf-8")
    (tmp_path / "b.toml").write_text(plain + "[devices]\nscanner = false\n", "utf-8")
    assert [load_settings(tmp_path / name).devices.scanner for name in ("a.toml", "b.toml")] == [True, False]
