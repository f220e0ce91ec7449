"""Other laptops at the desk: what is said when the line is cut, when two disagree, and once this laptop was let in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.screens.acting import SIZE, settle, shown
from tests.screens.test_consoles import HARU, School, until
from village_console.journal.keys.printed import new_code
from village_console.register.rows import Resident
from village_console.sync.line import LineState, Standing
from village_console.words import Language, Words

if TYPE_CHECKING:
    from tests.screens.conftest import Village


@dataclass
class LostLan:
    """A line that was there."""

    state: LineState
    error: None = None


@pytest.fixture
def stick(village: Village, tmp_path: Path) -> Path:
    folder = tmp_path / "USB-KINGSTON"
    folder.mkdir()
    village.app.live.sync._stick = folder
    return folder


@pytest.fixture
def other(village: Village, tmp_path: Path) -> Iterator[School]:
    """A second laptop that has not met this one."""
    made = School(village, tmp_path)
    yield made
    made.journal.close()


def let_in(village: Village, other: School, stick: Path) -> None:
    """Without a screen."""
    code, desk = new_code(), village.app.live.sync
    assert other.sync.ask(stick, code) is None
    assert desk.let_in(stick, desk.asking(stick)[0], code, may_admit=False) is None
    other.sync.answered(stick, code)
    desk.carry(stick)
    other.sync.carry(stick)
    desk.carry(stick)


async def test_a_laptop_that_was_let_in_shows_no_words_any_more_but_the_others(
    village: Village, other: School, stick: Path
) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "j", "u")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        asked = shown(village)
        code = village.app.syncing.code
        assert code is not None
        assert other.sync.let_in(stick, other.sync.asking(stick)[0], code, may_admit=False) is None
        other.sync.carry(stick)
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "2番 小学校" in shown(village))
        page = shown(village)
    assert "合い言葉" in asked
    assert "合い言葉" not in page
    assert page.splitlines()[1].strip().startswith("ほかのPC")
    assert village.app.syncing.code is None


@pytest.mark.parametrize(
    ("language", "after_the_stick", "on_the_page"),
    [
        (Language.JAPANESE, "1人が 二か所に。w わたし待ち", "1人が 二か所に いることに なっています。w で 決めます"),
        (Language.ENGLISH, "1 at two places. w For you", "1 people are said to be at two places. w settles it"),
    ],
)
async def test_whoever_is_at_two_places_is_said_after_the_stick_and_on_the_page(
    village: Village, other: School, stick: Path, language: Language, after_the_stick: str, on_the_page: str
) -> None:
    let_in(village, other, stick)
    village.app.words = Words(language)
    haru = next(r.id for r in village.journal.rows.all(Resident).values() if r.number == HARU)
    village.app.station.reception.receive(haru)
    other.receive(HARU)
    other.sync.carry(stick)
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "u", "enter")
        await until(pilot, lambda: after_the_stick in shown(village))
        carried = shown(village)
        await pilot.press("escape")
        village.app.desk.fold()
        await until(pilot, lambda: on_the_page in shown(village))
        page = shown(village)
    assert after_the_stick in carried
    assert on_the_page in page


@pytest.mark.parametrize(
    ("language", "said", "status"),
    [(Language.JAPANESE, "LANが 切れています", "同期？返事なし"), (Language.ENGLISH, "The LAN is cut", "")],
)
async def test_a_line_that_is_cut_is_said_before_anything_is_old(
    village: Village, other: School, stick: Path, language: Language, said: str, status: str
) -> None:
    let_in(village, other, stick)
    village.app.words = Words(language)
    village.app.live.sync.lan = cast("Any", LostLan(LineState(Standing.LOST, met=village.clock.now())))
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l")
        await until(pilot, lambda: said in shown(village))
        page = shown(village)
    assert said in page.splitlines()[2]
    assert status in page.splitlines()[21]
    assert page.splitlines()[2].strip()[-1] != ">"


@pytest.mark.parametrize(("language", "said"), [(Language.JAPANESE, "ハブ －"), (Language.ENGLISH, "hub －")])
async def test_a_hub_that_is_gone_is_a_word_beside_the_lans_and_in_the_status_line(
    village: Village, other: School, stick: Path, language: Language, said: str
) -> None:
    let_in(village, other, stick)
    village.app.words = Words(language)
    state = LineState(Standing.LEVEL, met=village.clock.now(), hub=Standing.LOST)
    village.app.live.sync.lan = cast("Any", LostLan(state))
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l")
        await until(pilot, lambda: said in shown(village))
        page = shown(village)
    assert page.splitlines()[1].rstrip().endswith(said)
    assert "LAN 〇" in page.splitlines()[1]
