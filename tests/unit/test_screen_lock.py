"""The screen lock asks for the passphrases of the key slots, and for nothing where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from village_console.journal.keys.change import add_slot
from village_console.journal.keys.screen_lock import ScreenLock, wait_after
from village_console.journal.keys.secret import Passphrase, Recovery, personal_slot
from village_console.journal.keys.slot import Cost

WORDS = "aki no yukata ga hoshii"
CHEAP = Cost(8, 1, 1)


@pytest.fixture
def lock(tmp_path: Path) -> ScreenLock:
    return ScreenLock(tmp_path, 10)


def test_without_slots_it_asks_for_nothing(lock: ScreenLock) -> None:
    assert not lock.asks


def test_a_recovery_key_alone_is_nothing_to_type_at_the_desk(lock: ScreenLock) -> None:
    add_slot(lock.folder, personal_slot(Recovery(bytes(32)), "", "2026-11-03", (b"k" * 32,)))
    assert not lock.asks


@pytest.mark.parametrize(("typed", "opens"), [(WORDS, True), (" aki no  yukata ga hoshii", True), ("aki", False)])
def test_any_passphrase_of_the_console_opens(lock: ScreenLock, typed: str, *, opens: bool) -> None:
    for words in ("hoka no hito no kotoba", WORDS):
        add_slot(lock.folder, personal_slot(Passphrase(words), "", "2026-11-03", (b"k" * 32,), CHEAP))
    assert lock.asks
    assert lock.opens(typed) is opens


@pytest.mark.parametrize(("slips", "seconds"), [(0, 0), (1, 0), (2, 0), (3, 5), (4, 10), (6, 40), (7, 60), (500, 60)])
def test_waits_grow_and_end_at_a_minute(slips: int, seconds: float) -> None:
    assert wait_after(slips) == seconds
