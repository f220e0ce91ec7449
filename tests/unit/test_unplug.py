"""The plug is pulled after so many acts at the desk, as often as it was told, and never otherwise."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from village_console.unplug import APART, FIRST_AFTER, Unplugger


@pytest.fixture
def console() -> Iterator[subprocess.Popen[bytes]]:
    """Something that would run for a minute."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def desk_log(tmp_path: Path) -> Path:
    return tmp_path / "desk.jsonl"


def act(desk_log: Path, times: int) -> None:
    with desk_log.open("ab") as file:
        file.write(b"{}\n" * times)


def test_after_so_many_acts_the_console_is_killed(console: subprocess.Popen[bytes], desk_log: Path) -> None:
    unplugger = Unplugger(desk_log, 1, seed=1)
    with unplugger.watching(console):
        act(desk_log, FIRST_AFTER - 1)
        threading.Event().wait(0.1)
        assert console.poll() is None
        act(desk_log, 1)
        assert console.wait(5) == -signal.SIGKILL
    assert (unplugger.kills, unplugger.killed_it) == (1, True)


def test_the_next_console_lives_until_some_more_acts(console: subprocess.Popen[bytes], desk_log: Path) -> None:
    unplugger = Unplugger(desk_log, 2, seed=1)
    act(desk_log, FIRST_AFTER)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as first, unplugger.watching(first):
        first.wait(5)
    with unplugger.watching(console):
        act(desk_log, APART[0] - 1)
        threading.Event().wait(0.3)
        assert (console.poll(), unplugger.killed_it) == (None, False)
        act(desk_log, APART[1] - APART[0] + 1)
        assert console.wait(5) == -signal.SIGKILL
    assert unplugger.kills == 2


@pytest.mark.parametrize("times", [0, 1])
def test_it_is_killed_no_more_often_than_was_told(console: subprocess.Popen[bytes], desk_log: Path, times: int) -> None:
    unplugger = Unplugger(desk_log, times, seed=1)
    unplugger.kills = times
    act(desk_log, 1000)
    with unplugger.watching(console):
        threading.Event().wait(0.2)
    assert (console.poll(), unplugger.kills, unplugger.killed_it) == (None, times, False)


def test_a_console_that_has_left_by_itself_was_not_killed(desk_log: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    unplugger = Unplugger(desk_log, 1, seed=1)
    act(desk_log, FIRST_AFTER)
    with unplugger.watching(gone):
        threading.Event().wait(0.3)
    assert (unplugger.kills, unplugger.killed_it) == (0, False)


def test_without_a_desk_log_nothing_has_happened_yet(console: subprocess.Popen[bytes], desk_log: Path) -> None:
    unplugger = Unplugger(desk_log, 1, seed=1)
    with unplugger.watching(console):
        threading.Event().wait(0.1)
    assert (console.poll(), unplugger.kills) == (None, 0)
