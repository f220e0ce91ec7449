"""Letting a laptop in over the LAN, at both screens: with a real anchor once each way, and a picture of every state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.screens.acting import SIZE, settle, shown
from tests.screens.test_consoles import School, until
from tests.town import wait_until
from village_console.children import free_ports
from village_console.journal.keys.printed import code_digits, new_code
from village_console.register.rows import Resident
from village_console.settings import Sync, load_settings
from village_console.sync.address import address_in
from village_console.sync.discovery import Finder, OpenWindow
from village_console.sync.lan import Lan
from village_console.sync.line import Standing
from village_console.sync.own import Place, admit_itself, certificate_print
from village_console.sync.pairing import Joined, Unpaired, ask_to_join
from village_console.sync.pairing_window import TRIES, Closed, Window, WindowAtAnchor
from village_console.tui.screens.code import CodePage
from village_console.tui.screens.pairing_join import JoinPage
from village_console.tui.screens.pairing_window import WindowPage
from village_console.words import Language, Words

if TYPE_CHECKING:
    from tests.screens.conftest import Looks, Village

CODE = (100, 200, 300, 400, 500, 600)
HALL, SCHOOL = Place(1, "S1", "中央公民館"), Place(2, "S2", "小学校")


@pytest.fixture
def other(village: Village, tmp_path: Path) -> Iterator[School]:
    """A second laptop."""
    made = School(village, tmp_path)
    yield made
    made.journal.close()


@pytest.fixture
def anchor(tmp_path: Path) -> Iterator[Callable[..., tuple[str, int]]]:
    """`anchor(sync)`: its laptop is the anchor from now on; where."""
    running: list[Lan] = []

    def make(sync: Any) -> tuple[str, int]:
        address = ("127.0.0.1", free_ports(1)[0])
        settings = Sync(serve=True, listen=f"{address[0]}:{address[1]}")
        sync.lan = Lan(sync._journal, sync.place, tmp_path / "anchor-laptop", settings)
        sync.lan.start()
        running.append(sync.lan)
        return address

    yield make
    for lan in running:
        lan.stop()


async def test_the_anchor_shows_a_code_and_says_who_came_and_lets_nobody_in_once_the_page_is_left(
    village: Village, other: School, anchor: Callable[..., tuple[str, int]]
) -> None:
    address = anchor(village.app.live.sync)
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "n")
        await until(pilot, lambda: "入れられます" in shown(village))
        page = village.app.screen
        assert isinstance(page, WindowPage)
        code, asked = page.window.code, shown(village)
        wrong = await asyncio.to_thread(other.sync.join_over, [address], new_code())
        await until(pilot, lambda: "合い言葉が 違います。あと 4回" in shown(village))
        joined = await asyncio.to_thread(other.sync.join_over, [address], code)
        await until(pilot, lambda: "2番 小学校 を 入れました" in shown(village).splitlines()[2])
        await pilot.press("escape")
        await until(pilot, lambda: "2番 小学校" in shown(village))
    assert " ".join(code_digits(code)[n : n + 4] for n in range(0, 24, 4)) in asked
    assert f"{address[0]}:{address[1]}" in asked
    assert wrong is Unpaired.OTHER_CODE
    assert isinstance(joined, Joined)
    assert page.window.closed is Closed.LEFT
    assert other.journal.village == village.journal.village


async def test_a_new_laptop_types_an_address_and_the_code_and_the_records_come_by_themselves(
    village: Village, other: School, anchor: Callable[..., tuple[str, int]], tmp_path: Path
) -> None:
    office = village.app.live.sync
    other.sync.place = Place(9, "S9", "役場")
    address = anchor(other.sync)
    settings = tmp_path / "console.toml"
    settings.write_text('[site]\nmunicipality = "015628"\nshelter = "S1"\nshelter_name = "役場"\n'
                        '[mode]\nrun_mode = "drill"\nworld = "simulated"\nincident = "test"\n', "utf-8")  # fmt: skip
    assert office.lan is not None
    office.lan.start()
    window = other.sync.open_window()
    assert window is not None
    assert wait_until(lambda: window.is_open, 15)
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+l", "j")
        await until(pilot, lambda: "さがしています" in shown(village))
        await pilot.press("t")
        await settle(pilot)
        await pilot.press(*f"{address[0]}:{address[1]}", "enter")
        await until(pilot, lambda: isinstance(village.app.screen, CodePage))
        await pilot.press(*code_digits(window.window.code), "enter")
        await until(pilot, lambda: "9番 役場 が 村に 入れました" in shown(village))
        said = shown(village)
        await until(pilot, lambda: office.lan is not None and office.lan.state.standing is Standing.LEVEL)
        await until(pilot, lambda: "LAN 〇" in shown(village))
        table = shown(village)
    office.lan.stop()
    assert "9番 役場 が 村に 入れました" in said
    assert "9番 役場" in table
    assert load_settings(settings).sync.anchor == f"{address[0]}:{address[1]}"
    assert wait_until(lambda: len(other.journal.rows.all(Resident)) == 10, 5)


# Pictures: the same decisions without a network


def window_over(village: Village, monkeypatch: pytest.MonkeyPatch) -> WindowAtAnchor:
    """A window of this laptop, open, at which requests are laid by hand."""
    admit_itself(village.journal, HALL)
    monkeypatch.setattr(Window, "left", 583.0)
    made = WindowAtAnchor(Window(village.journal, CODE), lambda: None, HALL, lambda _place: None)
    made.is_open, made.where = True, ("192.168.1.10:4477",)
    monkeypatch.setattr(village.app.live.sync, "open_window", lambda: made)
    return made


def lay(village: Village, other: School, window: Window, code: tuple[int, ...] = CODE, line: str = "") -> None:
    request = ask_to_join(other.journal, SCHOOL, code, line or certificate_print(village.journal))
    assert isinstance(request, bytes)
    window.answer(request)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", ["open", "who_came", "too_many_tries", "somebody_between", "time_is_up"])
def test_the_window_looks_as_it_should(
    looks_as_it_did: Looks,
    village: Village,
    other: School,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    language: Language,
) -> None:
    made = window_over(village, monkeypatch)

    async def act(village: Village, pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+l", "n")
        await settle(pilot)
        match state:
            case "who_came":
                lay(village, other, made.window, CODE[::-1])
                lay(village, other, made.window)
            case "too_many_tries":
                for _ in range(TRIES):
                    lay(village, other, made.window, CODE[::-1])
            case "somebody_between":
                lay(village, other, made.window, line="another certificate")
            case "time_is_up":
                made.window.close(Closed.TIME)
            case _:
                pass
        await pilot.pause(1.2)

    assert looks_as_it_did(village, act, language)


class Heard(Finder):
    """Has heard of these already, and listens to nobody."""

    found: ClassVar[list[OpenWindow]] = []

    def start(self) -> None:
        pass

    def windows(self) -> list[OpenWindow]:
        return self.found


FOUND = [
    OpenWindow((("192.168.1.10", 4477),), 1, "中央公民館", same_purpose=True),
    OpenWindow((("192.168.1.23", 4477),), 1, "上藻会館", same_purpose=False),
]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", ["nobody", "found", "another_use", "wrong_code", "address"])
def test_the_new_laptop_looks_as_it_should(
    looks_as_it_did: Looks, village: Village, monkeypatch: pytest.MonkeyPatch, state: str, language: Language
) -> None:
    monkeypatch.setattr(Heard, "found", [] if state == "nobody" else FOUND)
    monkeypatch.setattr(village.app.live.sync, "finder", lambda: Heard(village.journal))

    async def act(village: Village, pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+l", "j")
        await settle(pilot)
        page = village.app.screen
        assert isinstance(page, JoinPage)
        match state:
            case "another_use":
                await pilot.press("down", "enter")
            case "wrong_code":
                page._refused(Unpaired.OTHER_CODE)
            case "address":
                await pilot.press("t")
                await settle(pilot)
                await pilot.press(*"nowhere:x", "enter")
            case _:
                pass
        await pilot.pause(0.7)

    assert looks_as_it_did(village, act, language)


@pytest.mark.parametrize("why", Unpaired)
@pytest.mark.parametrize("language", Language)
def test_every_refusal_fits_into_the_band(why: Unpaired, language: Language) -> None:
    assert cell_len(Words(language).say(f"pairing.refused.{why}")) <= 74


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("192.168.1.10", ("192.168.1.10", 4477)),
        (" １９２．１６８．１．１０：４４７８ ", ("192.168.1.10", 4478)),
        ("anchor.local:1", ("anchor.local", 1)),
        ("", None),
        ("192.168.1.10:0", None),
        ("192.168.1.10:99999", None),
        ("two words", None),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, address: tuple[str, int] | None) -> None:
    assert address_in(typed) == address
