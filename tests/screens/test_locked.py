"""画面ロック: comes when nobody types, hides everything, lets cards through, and goes for a passphrase only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, settle, shown
from tests.screens.test_hidden import people_named
from village_console.journal.keys import slots_file
from village_console.journal.keys.change import add_slot
from village_console.journal.keys.ring import by_device
from village_console.journal.keys.screen_lock import ScreenLock
from village_console.journal.keys.secret import Passphrase, personal_slot
from village_console.journal.keys.slot import Cost
from village_console.tui.screens.hidden import HiddenPage
from village_console.tui.screens.locked import LockedPage
from village_console.tui.screens.reception import ReceptionScreen
from village_console.tui.screens.search import SearchDesk
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

WORDS = "aki no yukata ga hoshii"


@pytest.fixture
def guarded(village: Village, tmp_path: Path) -> Village:
    """A village of whose console somebody knows a passphrase."""
    ring = by_device(tmp_path)
    assert ring is not None
    add_slot(tmp_path, personal_slot(Passphrase(WORDS), "受付", "2026-11-03", ring.keys, Cost(8, 1, 1)))
    return village


def typed_ago(village: Village, seconds: float) -> None:
    """As if the last key, and the beginning, had been so long ago."""
    app, now = village.app, village.clock.monotonic()
    app.person_typed_at = now - seconds
    app.pages.stood_at = now - max(seconds, 1000)
    app.pages.lock_if_idle()


async def locked(village: Village, pilot: Pilot[Any]) -> None:
    typed_ago(village, 601)
    await settle(pilot)


async def unlocked(pilot: Pilot[Any], words: str = WORDS) -> None:
    await pilot.press(*("space" if letter == " " else letter for letter in words), "enter")
    await settle(pilot)
    await settle(pilot)


async def test_the_lock_comes_when_nobody_has_typed_for_as_long_as_the_settings_say(guarded: Village) -> None:
    async with guarded.app.run_test(size=SIZE) as pilot:
        guarded.app.on_tap(guarded.card(2))
        await settle(pilot)
        typed_ago(guarded, 599)
        await settle(pilot)
        before = guarded.app.screen
        await locked(guarded, pilot)
        text = shown(guarded)
    assert isinstance(before, ReceptionScreen)
    assert "画面ロック" in text
    assert people_named(guarded, text) == set()
    assert "1人" in text
    assert "18:02:11" in text


async def test_a_lock_of_no_minutes_never_comes(guarded: Village, tmp_path: Path) -> None:
    guarded.app.live.lock = ScreenLock(tmp_path, 0)
    async with guarded.app.run_test(size=SIZE) as pilot:
        typed_ago(guarded, 10_000_000)
        await settle(pilot)
        assert isinstance(guarded.app.screen, ReceptionScreen)


async def test_a_passphrase_brings_back_what_was_open(guarded: Village) -> None:
    async with guarded.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", "s", "a", "t")
        await settle(pilot)
        await locked(guarded, pilot)
        await unlocked(pilot)
        screen, text = guarded.app.screen, shown(guarded)
    assert isinstance(screen, SearchDesk)
    assert "sat" in text
    assert [(look.act, look.about) for look in guarded.journal.looks()][-1] == ("unlocked", "screen")


async def test_what_is_typed_is_not_seen(guarded: Village) -> None:
    async with guarded.app.run_test(size=SIZE) as pilot:
        await locked(guarded, pilot)
        await pilot.press(*"yukata")
        await settle(pilot)
        assert "yukata" not in shown(guarded)


async def test_a_wrong_passphrase_is_said_and_written_and_the_third_waits(guarded: Village) -> None:
    async with guarded.app.run_test(size=SIZE) as pilot:
        await locked(guarded, pilot)
        await unlocked(pilot, "haru")
        said = shown(guarded)
        await unlocked(pilot, "natsu")
        await unlocked(pilot, "fuyu")
        waits = shown(guarded)
        await unlocked(pilot)
        screen = guarded.app.screen
    assert "ちがいます" in said
    assert "秒 待って" not in said
    assert "秒 待って" in waits
    assert isinstance(screen, LockedPage)
    assert [look.act for look in guarded.journal.looks()].count("refused") == 3


@pytest.mark.parametrize("key", ["f9", "f2", "f4", "f1", "escape", "ctrl+p", "ctrl+t"])
async def test_no_key_leads_round_it(guarded: Village, key: str) -> None:
    async with guarded.app.run_test(size=SIZE) as pilot:
        await locked(guarded, pilot)
        await pilot.press(key, "0", "z")
        await settle(pilot)
        assert isinstance(guarded.app.screen, LockedPage)


async def test_a_card_is_received_under_the_lock_and_answered_in_full_when_it_is_open(guarded: Village) -> None:
    async with guarded.app.run_test(size=SIZE) as pilot:
        await locked(guarded, pilot)
        guarded.app.on_tap(guarded.card(5))
        await settle(pilot)
        under = shown(guarded)
        await unlocked(pilot)
        after = shown(guarded)
    assert names_here(guarded) == {"山﨑 トミ子"}
    assert people_named(guarded, under) == set()
    assert "受け付けました" in under
    assert "山﨑 トミ子" in after


async def test_without_any_passphrase_enter_is_enough_and_it_says_so(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await locked(village, pilot)
        text = shown(village)
        await pilot.press("enter")
        await settle(pilot)
        screen = village.app.screen
    assert "合言葉を 決めていない" in text
    assert isinstance(screen, ReceptionScreen)


async def test_slots_that_are_damaged_are_said_and_open_nothing(guarded: Village, tmp_path: Path) -> None:
    (tmp_path / slots_file.NAME).write_text("{", "utf-8")
    async with guarded.app.run_test(size=SIZE) as pilot:
        await locked(guarded, pilot)
        await unlocked(pilot)
        text, screen = shown(guarded), guarded.app.screen
    assert "E122" in text
    assert isinstance(screen, LockedPage)


@pytest.mark.parametrize(("seconds", "asks"), [(59, False), (61, True)])
async def test_a_screen_that_was_hidden_for_a_minute_asks_too(guarded: Village, seconds: int, *, asks: bool) -> None:
    async with guarded.app.run_test(size=SIZE) as pilot:
        await pilot.press("f9")
        await settle(pilot)
        guarded.app.on_tap(guarded.card(5))
        await settle(pilot)
        page = guarded.app.screen
        assert isinstance(page, HiddenPage)
        page.since = guarded.clock.monotonic() - seconds
        await pilot.press("f9")
        await settle(pilot)
        then = guarded.app.screen
        if asks:
            await unlocked(pilot)
        text = shown(guarded)
    assert isinstance(then, LockedPage) is asks
    assert "山﨑 トミ子" in text


async def nothing_typed(_village: Village, _pilot: Pilot[Any]) -> None:
    """As it comes."""


async def wrong(_village: Village, pilot: Pilot[Any]) -> None:
    """After a slip."""
    await unlocked(pilot, "haru")


async def card_taken(village: Village, pilot: Pilot[Any]) -> None:
    """A card was laid down meanwhile."""
    village.app.on_tap(village.card(5))
    await settle(pilot)


@pytest.mark.parametrize("act", [nothing_typed, wrong, card_taken], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_the_lock_looks_as_it_did(looks_as_it_did: Looks, guarded: Village, act: Act, language: Language) -> None:
    async def locked_then(guarded: Village, pilot: Pilot[Any]) -> None:
        await locked(guarded, pilot)
        await act(guarded, pilot)

    assert looks_as_it_did(guarded, locked_then, language)
