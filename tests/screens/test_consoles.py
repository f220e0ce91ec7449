"""Other laptops at the desk: letting one in by its words, carrying a stick, deciding what only a person can, revoking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, settle, shown
from village_console.devices.ports import CardFace, FaceSex
from village_console.journal.facts import Merge, ToldApart
from village_console.journal.journal import Journal
from village_console.journal.keys.printed import code_digits, new_code
from village_console.places import shelters_of
from village_console.records import catalogue
from village_console.register.rows import Resident
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.sync.desk import SyncDesk
from village_console.sync.own import Place
from village_console.sync.sticks import Stick
from village_console.village.clock import Clock
from village_console.village.ids import ShelterId
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Village

HARU = "0000002"


class School:
    """A second laptop, at another shelter."""

    def __init__(self, village: Village, folder: Path) -> None:
        self.clock = Clock()
        self.clock.drive(village.clock.epoch(), self.clock.monotonic(), 0)
        self.journal = Journal(
            folder / "school" / "journal.db", bytes(32), village.journal.purpose, catalogue(), self.clock
        )
        self.sync = SyncDesk(self.journal, Place(2, "S2", "小学校"))
        self.reception = ReceptionDesk(self.journal, Desk(ShelterId("S2"), 2, shelters_of("015628")))

    def receive(self, number: str) -> None:
        self.reception.receive(next(r.id for r in self.journal.rows.all(Resident).values() if r.number == number))


@pytest.fixture
def stick(village: Village, tmp_path: Path) -> Path:
    folder = tmp_path / "USB-KINGSTON"
    folder.mkdir()
    village.app.live.sync._stick = folder
    return folder


@pytest.fixture
def school(village: Village, tmp_path: Path, stick: Path) -> Iterator[School]:
    """Let in by the desk of the village, without its screen."""
    made, code, desk = School(village, tmp_path), new_code(), village.app.live.sync
    assert made.sync.ask(stick, code) is None
    (asking,) = desk.asking(stick)
    assert desk.let_in(stick, asking, code, may_admit=False) is None
    made.sync.answered(stick, code)
    desk.carry(stick)
    made.sync.carry(stick)
    yield made
    made.journal.close()


async def until(pilot: Pilot[Any], true: Callable[[], bool]) -> None:
    for _ in range(100):
        if true():
            break
        await pilot.pause(0.05)
    await settle(pilot)


async def test_a_laptop_that_is_alone_is_told_what_it_can_do(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l")
        await settle(pilot)
        page = shown(village)
    assert "このパソコンだけです" in page
    assert "同期" not in page.splitlines()[21]
    assert "登録を取り消す" not in page.splitlines()[22]


async def test_a_new_laptop_is_let_in_by_the_words_on_its_screen(village: Village, stick: Path, tmp_path: Path) -> None:
    made, code = School(village, tmp_path), new_code()
    made.sync.ask(stick, code)
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "n")
        await settle(pilot)
        asked = shown(village)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press(*"abandon ability zzz able about above", "enter")
        await settle(pilot)
        slip = shown(village)
        await pilot.press("home", "ctrl+k", *code_digits(code), "enter")
        await until(pilot, lambda: "を 入れました" in shown(village))
        done = shown(village)
        await until(pilot, lambda: village.app.syncing.progress is None)
    assert "2番 小学校 が 入りたいと言っています" in asked
    assert "3番目の 言葉が 読めません" in slip
    assert "2番 小学校 を 入れました" in done
    assert made.sync.answered(stick, code) is not None
    assert made.sync.carry(stick).taken.new > 0
    assert made.journal.rows.all(Resident) == village.journal.rows.all(Resident)
    made.journal.close()


async def test_this_laptop_asks_to_be_let_in_and_takes_the_answer(
    village: Village, stick: Path, tmp_path: Path
) -> None:
    office = School(village, tmp_path)
    office.sync.place = Place(9, "S9", "役場")
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "j", "u")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        asked, code = shown(village), village.app.syncing.code
        assert code is not None
        (asking,) = office.sync.asking(stick)
        assert office.sync.let_in(stick, asking, code, may_admit=True) is None
        await pilot.press("enter")
        await until(pilot, lambda: village.app.syncing.progress is None and len(village.app.syncing.table) == 2)
    assert "お願いを 書きました" in asked
    assert village.journal.village == office.journal.village
    assert village.journal.village_seed == office.journal.village_seed
    office.sync.carry(stick)
    assert len(office.journal.rows.all(Resident)) == 10
    office.journal.close()


async def test_a_stick_that_cannot_be_written_says_so(village: Village, stick: Path) -> None:
    village.app.live.sync.sticks = lambda: [Stick(stick, 1 << 30, writable=False)]
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "u")
        await settle(pilot)
        assert "USB-KINGSTON" in shown(village)
        assert "読むだけ できます" in shown(village)


@pytest.mark.usefixtures("stick")
async def test_the_code_is_a_picture_that_an_independent_reader_reads(village: Village) -> None:
    import zxingcpp
    from PIL import Image

    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "j", "u", "q")
        await settle(pilot)
        code = village.app.syncing.code
        rows = [[(s.style.bgcolor.triplet if s.style and s.style.bgcolor else None, s.cell_length) for s in row]
                for row in village.app.screen._compositor.render_strips()]  # fmt: skip
    assert code is not None
    picture = Image.new("L", (80 * 4, 24 * 8), 255)
    for y, row in enumerate(rows[1:], start=1):
        x = 0
        for colour, cells in row:
            dark = colour is not None and sum(colour) < 100
            picture.paste(0 if dark else 255, (x * 4, y * 8, (x + cells) * 4, (y + 1) * 8))
            x += cells
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [code_digits(code)]


async def test_the_same_person_at_two_shelters_is_decided_with_two_keys(
    village: Village, school: School, stick: Path
) -> None:
    school.receive(HARU)
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(2))
        await settle(pilot)
        school.sync.carry(stick)
        await pilot.press("ctrl+l", "u")
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "受け取り" in shown(village))
        carried = shown(village)
        await pilot.press("escape", "w")
        await until(pilot, lambda: "二か所にいる" in shown(village))
        tray = shown(village)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.pause(0.45)
        await pilot.press("1")
        await settle(pilot)
        await pilot.pause(0.45)
        await pilot.press("enter")
        await settle(pilot)
    assert "1件 受け取り" in carried
    assert "佐藤 ハル" in tray
    assert village.journal.rows.conflicts() == []
    village.app.live.sync.carry(stick)
    school.sync.carry(stick)
    assert school.journal.rows.everything() == village.journal.rows.everything()


@pytest.mark.parametrize(("digit", "same"), [("1", True), ("2", False)])
async def test_two_entries_that_read_alike_are_one_or_two_when_somebody_says_so(
    village: Village, digit: str, *, same: bool
) -> None:
    birth = next(r.birth for r in village.journal.rows.all(Resident).values() if r.number == HARU)
    face = CardFace("佐藤 はる", "", birth, FaceSex.FEMALE)
    village.app.live.reception.list_visitor(face, "上興部", "サトウ ハル")
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "w")
        await until(pilot, lambda: "同じ人かもしれない" in shown(village))
        await pilot.press("enter")
        await settle(pilot)
        asked = shown(village)
        await pilot.pause(0.45)
        await pilot.press(digit)
        await until(pilot, lambda: "決めることは ありません" in shown(village))
    assert "佐藤 ハルと 佐藤 はるは 同じ方ですか" in asked
    assert (len(village.journal.rows.all(Merge)), len(village.journal.rows.all(ToldApart))) == (same, not same)


async def test_a_shelter_of_which_nothing_arrived_makes_counts_a_range_and_is_a_chip(
    village: Village, school: School, stick: Path
) -> None:
    village.app.live.sync.carry(stick)
    for number in ("0000005", "0000006"):
        school.receive(number)
    school.sync.carry(stick)
    said = school.journal.contacts.all()[school.journal.device]
    village.journal.contacts.note(replace(said, heard=round(village.clock.epoch() * 1000)))
    village.hear("stb-0002", "on")
    village.hear("stb-0001", "on")
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "o", "4", "enter")
        village.app.syncing.look()
        await until(pilot, lambda: village.app.syncing.missing() == 2)
        village.app.desk.fold()
        await settle(pilot)
        board = shown(village)
        await pilot.press("ctrl+l")
        await settle(pilot)
        table = shown(village)
    assert "！未着2" in board.splitlines()[21]
    assert "3 - 5人" in board.splitlines()[1]
    assert "上興部会館の 記録が 2件 未着" in board
    assert "小学校 の 記録が 2件 まだ 届いていません" in table


async def test_a_lost_laptop_is_revoked_with_a_reason_and_stays_in_the_table(village: Village, school: School) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "2番 小学校" in shown(village))
        await pilot.press("down", "x")
        await settle(pilot)
        asked = shown(village)
        await pilot.pause(0.45)
        await pilot.press("2")
        await until(pilot, lambda: "登録を 取り消しました" in shown(village))
    assert "1 なくした" in asked
    assert village.journal.members()[school.journal.device].counts is not None


async def test_a_stick_that_vanishes_is_said_and_the_desk_goes_on(village: Village, stick: Path) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "u")
        await settle(pilot)
        stick.rename(stick.with_name("gone"))  # noqa: ASYNC240 -- at once
        await pilot.press("enter")
        await until(pilot, lambda: village.app.syncing.progress is None)
        page = shown(village)
        await pilot.press("escape", "escape")
        village.app.on_tap(village.card(5))
        await settle(pilot)
        after = shown(village)
    assert "E721" in page or "USB" in page.splitlines()[2]
    assert "受け付けました" in after


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("language", Language)
async def test_every_page_is_complete_in_both_languages(village: Village, language: Language) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        if language is Language.ENGLISH:
            village.app.change_language()
        for keys in (("ctrl+l",), ("u",), ("escape", "n"), ("escape", "w")):
            await pilot.press(*keys)
            await settle(pilot)
            page = shown(village)
            assert page.strip()
            assert not page.splitlines()[22].rstrip().endswith(">")
