"""One command, one gate: what a key does, the actions row shows, the help names and the palette offers is the same."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.screens.acting import SIZE, settle, shown
from village_console.tui.app import ConsoleApp
from village_console.tui.commands import DESKS, EVERYWHERE, Command, plain_key
from village_console.tui.key_guard import BOUNCE
from village_console.tui.screens.address import AddressPage
from village_console.tui.screens.as_of import AsOfPage
from village_console.tui.screens.code import CodePage
from village_console.tui.screens.consoles import ConsolesPage
from village_console.tui.screens.count import CountPage
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.hidden import HiddenPage
from village_console.tui.screens.household import HouseholdPage
from village_console.tui.screens.kept_words import KeptPage
from village_console.tui.screens.locked import LockedPage
from village_console.tui.screens.menu import MenuPage
from village_console.tui.screens.order import OrderPage
from village_console.tui.screens.pairing_join import JoinPage
from village_console.tui.screens.pairing_stick import AdmitByStickPage, JoinByStickPage
from village_console.tui.screens.pairing_window import WindowPage
from village_console.tui.screens.palette import PalettePage
from village_console.tui.screens.paper import PaperPage
from village_console.tui.screens.search import SearchDesk
from village_console.tui.screens.stick import StickPage
from village_console.tui.screens.television_name import TelevisionNamePage
from village_console.tui.screens.televisions import TelevisionsPage
from village_console.tui.screens.waiting import WaitingPage
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Village

DESK_CLASSES: list[type[Desk]] = [
    *(make for make in ConsoleApp.SCREENS.values() if isinstance(make, type) and issubclass(make, Desk)),
    AsOfPage, CountPage, HiddenPage, HouseholdPage, KeptPage, LockedPage, MenuPage, OrderPage, PaperPage, PalettePage, SearchDesk,
    TelevisionNamePage, TelevisionsPage, ConsolesPage, StickPage, JoinPage, JoinByStickPage, AdmitByStickPage,
    WindowPage, AddressPage, CodePage, WaitingPage,
]  # fmt: skip


def keys_of(command: Command) -> list[str]:
    return [key for key in command.keys.split(",") if key] + list(command.digits)


@pytest.mark.parametrize("desk", DESK_CLASSES)
def test_no_two_commands_of_a_desk_share_a_key(desk: type[Desk]) -> None:
    keys = sorted(key for command in (*desk.DESK_COMMANDS, *EVERYWHERE) for key in keys_of(command))
    assert [a for a, b in pairwise(keys) if a == b] == []


@pytest.mark.parametrize("desk", DESK_CLASSES)
def test_every_command_has_something_to_run(desk: type[Desk]) -> None:
    assert [c.name for c in (*desk.DESK_COMMANDS, *EVERYWHERE) if not hasattr(desk, f"action_{c.name}")] == []


@pytest.mark.parametrize("desk", DESK_CLASSES)
def test_nothing_that_takes_away_lies_beside_what_is_pressed_all_the_time(desk: type[Desk]) -> None:
    beside_a_enter_and_space = set("qwsz") - {"z"} | {"colon", "right_square_bracket", "v", "b", "n"}
    assert {"clear"} & {c.name for c in desk.DESK_COMMANDS if set(keys_of(c)) & beside_a_enter_and_space} == set()


@pytest.mark.parametrize(
    ("typed", "key"),
    [("ａ", "a"), ("あ", "a"), ("ち", "a"), ("；", "semicolon"), ("れ", "semicolon"), ("。", "full_stop"),
     ("る", "full_stop"), ("め", "slash"), ("１", "1"), ("\u3000", "space"), ("a", None), ("佐", None)],
)  # fmt: skip
def test_what_an_input_method_makes_of_a_key_still_means_the_key(typed: str, key: str | None) -> None:
    assert plain_key(typed) == key


async def test_a_command_that_cannot_run_now_is_grey_and_its_key_does_nothing(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        await settle(pilot)
        desk = village.app.desk
        grey = desk.check_action("print", ())
        await pilot.press("p")
        await settle(pilot)
        nothing_printed = list(village.paper.documents)
        village.app.on_tap(village.card(5))
        await settle(pilot)
        usable = desk.check_action("print", ())
        await pilot.press("p")
        await settle(pilot)
    assert (grey, usable) == (None, True)
    assert (len(nothing_printed), len(village.paper.documents)) == (0, 1)


async def test_what_has_no_place_on_a_page_is_neither_shown_nor_done(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("0")
        await settle(pilot)
        menu = shown(village)
        await pilot.press("z")
        await settle(pilot)
        asked = village.app.desk.question
    assert "取り消す" not in menu.splitlines()[-2]
    assert asked is None


@pytest.mark.parametrize("language", Language)
async def test_the_help_names_every_command_of_the_desk_with_its_key(village: Village, language: Language) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        if language is Language.ENGLISH:
            village.app.change_language()
        for key, name in DESKS:
            await pilot.press(key)
            await settle(pilot)
            desk = village.app.desk
            commands = [c for c in desk.commands if c.label and desk.check_action(c.name, ()) is not False]
            await pilot.press("f1")
            await settle(pilot)
            page = shown(village)
            for _ in range(2):
                await pilot.press("pagedown")
                await settle(pilot)
                page += shown(village)
            for command in commands:
                assert f"{command.label:<10}{village.app.words.say(f'command.{command.name}.help')}" in page, name
            await pilot.press("escape")


async def test_a_key_that_bounces_counts_once_where_it_toggles(village: Village) -> None:
    village.hear("stb-0002", "on")
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "o", "4", "enter")
        await settle(pilot)
        await pilot.pause(GUARD_AND_MORE)
        await pilot.press("tab", "tab", "tab")
        await settle(pilot)
        bounced = shown(village)
        await pilot.pause(BOUNCE)
        await pilot.press("tab")
        await settle(pilot)
        again = shown(village)
    assert "TVでは わからない家を 見ています" in bounced
    assert "TVでは わからない家を 見ています" not in again


async def test_a_key_that_moves_may_repeat_as_fast_as_it_likes(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        for number in (5, 8, 9):
            village.app.on_tap(village.card(number))
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("down", "down")
        await settle(pilot)
        rows: Any = village.app.desk.row_list()
        assert rows.current is rows.items[2]


GUARD_AND_MORE = 0.5
