"""Drill time, addresses, and how long the player waits."""

from __future__ import annotations

import json
import math
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from device_sim.drill.clock import DrillClock, WallClock
from device_sim.drill.patience import Deadline
from device_sim.drill.play_errors import DrillFolderError, OverdueError
from device_sim.drill.wires import Address, Wires

START = datetime.fromisoformat("2026-11-03T17:55:00+09:00")
WIRES = {"slot": "127.0.0.1:1", "broker": "127.0.0.1:2", "printer": "127.0.0.1:3", "link": "127.0.0.1:4"}


def test_time_stands_still_until_it_runs() -> None:
    clock = DrillClock(START)
    time.sleep(0.01)
    assert clock.now() == START
    assert clock.real_seconds_until(START + timedelta(seconds=1)) == math.inf
    assert clock.real_seconds_until(START) == 0


def test_time_runs_at_its_speed_and_keeps_its_offset() -> None:
    clock = DrillClock(START)
    clock.run(1000)
    time.sleep(0.02)
    now = clock.now()
    assert timedelta(seconds=20) <= now - START < timedelta(seconds=20000)
    assert now.utcoffset() == timedelta(hours=9)
    assert clock.real_seconds_until(now + timedelta(seconds=1000)) <= 1
    assert clock.real_seconds_until(START) < 0


def test_changing_the_speed_does_not_jump() -> None:
    clock = DrillClock(START)
    clock.run(100)
    time.sleep(0.01)
    before = clock.now()
    clock.run(0)
    assert before <= clock.now() < before + timedelta(seconds=10)


def test_the_wall_clock_has_an_offset_and_whole_seconds() -> None:
    now = WallClock().now()
    assert now.tzinfo is not None
    assert now.microsecond == 0


def test_an_open_deadline_never_passes() -> None:
    Deadline().check("nothing")


def test_a_deadline_says_what_was_being_done() -> None:
    deadline = Deadline()
    deadline.set(-1)
    with pytest.raises(OverdueError, match="waiting for the bus"):
        deadline.check("waiting for the bus")


def test_an_address_is_host_and_port() -> None:
    assert Address.parse("127.0.0.1:9100") == ("127.0.0.1", 9100)
    assert str(Address("::1", 5)) == "::1:5"


@pytest.mark.parametrize("text", ["", "127.0.0.1", "127.0.0.1:", ":9100", "host:port", "host:0", "host:70000", "h:-1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        Address.parse(text)


def test_wires_are_read(tmp_path: Path) -> None:
    (tmp_path / "wires.json").write_text(json.dumps(WIRES))
    assert Wires.read(tmp_path / "wires.json").link == "127.0.0.1:4"


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", json.dumps(WIRES | {"slot": "nowhere"}), json.dumps({**WIRES, "link": 4})]
)
def test_wires_that_are_none_are_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "wires.json").write_text(content)
    with pytest.raises(DrillFolderError, match=r"wires\.json"):
        Wires.read(tmp_path / "wires.json")


def test_missing_wires_say_who_writes_them(tmp_path: Path) -> None:
    with pytest.raises(DrillFolderError, match="is missing"):
        Wires.read(tmp_path / "wires.json")
