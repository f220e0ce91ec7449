"""Whatever the twin of a set-top says, the dialect understands, and the log tells what the twin was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import device_sim.tvs
import village_console.devices.tvs
from device_sim.tvs.set_top import Publication
from device_sim.tvs.set_top import SetTop as Twin
from tests.town import EVENING, KEY
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.devices.tvs.set_top import LARGEST_PAYLOAD, SetTop
from village_console.viewing.facts import Heard, TvState
from village_console.viewing.television_log import TelevisionLog

ACTS = st.sampled_from(["on", "off", "tune", "alive", "cut"])


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TelevisionLog]:
    log = TelevisionLog(tmp_path / "televisions.db", KEY)
    yield log
    log.close()


def understood(*said: Publication) -> list[TvEvent]:
    return [
        event
        for one in said
        for event in SetTop().events(one.topic, one.payload, EVENING, retained=False, duplicate=False)
    ]


def test_every_dialect_has_a_twin_of_the_same_name() -> None:
    drivers = {path.stem for path in Path(village_console.devices.tvs.__path__[0]).glob("*.py")} - {"__init__"}
    named = {name: import_module(f"village_console.devices.tvs.{name}").SOURCE for name in drivers}
    assert named == {name: name for name in drivers}
    assert set(named) <= {path.stem for path in Path(device_sim.tvs.__path__[0]).glob("*.py")}


def test_what_a_box_says_over_an_evening_is_understood() -> None:
    box = Twin("stb-0001")
    said = [
        *box.power_up("9f31c2aa"), *box.switch(on=True, at=EVENING, channel="5"), *box.tune("1", EVENING),
        *box.alive(EVENING), *box.switch(on=False, at=EVENING), *box.alive(EVENING), box.will(),
    ]  # fmt: skip
    assert [(event.kind, event.value, event.seq) for event in understood(*said)] == [
        (TvEventKind.LINE, "up", 0),
        (TvEventKind.POWER, "on", 1),
        (TvEventKind.CHANNEL, "5", 2),
        (TvEventKind.CHANNEL, "1", 3),
        (TvEventKind.ALIVE, "on", 4),
        (TvEventKind.POWER, "off", 5),
        (TvEventKind.ALIVE, "off", 6),
        (TvEventKind.LINE, "lost", 0),
    ]
    assert {(event.device, event.boot) for event in understood(*said)} == {("stb-0001", "9f31c2aa")}


def test_what_the_twin_publishes_is_what_the_dialect_subscribes_to() -> None:
    box = Twin("stb-0001")
    said = [*box.power_up("9f31c2aa"), *box.alive(EVENING), box.will()]
    assert SetTop().topics == ("tv/#",)
    assert {one.topic.partition("/")[0] for one in said} == {"tv"}
    assert {(one.topic, one.qos, one.retain) for one in said} == {
        ("tv/stb-0001/line", 1, True),
        ("tv/stb-0001/log", 1, False),
    }


@given(st.from_regex("[a-z0-9][a-z0-9-]{0,20}", fullmatch=True), st.integers(-(10**9), 10**9))
def test_any_device_at_any_moment_is_understood(device: str, seconds: int) -> None:
    box, at = Twin(device), EVENING + timedelta(seconds=seconds)
    box.power_up("00000001")
    (event,) = understood(*box.alive(at))
    assert (event.device, event.t_device, event.value) == (device, at, "off")
    assert len(event.raw) <= LARGEST_PAYLOAD


@pytest.mark.parametrize(
    ("minutes_ago", "state"), [(1, TvState.ON), (3, TvState.ON), (5, TvState.SILENT), (90, TvState.SILENT)]
)
def test_a_box_that_was_switched_on_and_then_lost_its_line_is_on_for_two_heartbeats(
    log: TelevisionLog, minutes_ago: int, state: TvState
) -> None:
    box, at = Twin("stb-0001"), EVENING - timedelta(minutes=minutes_ago)
    log.store(understood(*box.power_up("9f31c2aa"), *box.switch(on=True, at=at), box.will()), [])
    assert log.heard_at("stb-0001", EVENING) == Heard(state, at)


def test_an_evening_of_heartbeats_tells_the_state_at_every_moment(log: TelevisionLog) -> None:
    box = Twin("stb-0001")
    said, states = [*box.power_up("9f31c2aa"), *box.alive(EVENING)], list[TvState]()
    for minute in range(60):
        at = EVENING + timedelta(minutes=minute, seconds=1)
        if minute % 7 == 3:
            said += box.switch(on=not box.is_on, at=at)
        if minute % 2 == 0:
            said += box.alive(at)
        states.append(TvState.ON if box.is_on else TvState.OFF)
    log.store(understood(*said), [])
    moments = [EVENING + timedelta(minutes=minute, seconds=2) for minute in range(60)]
    assert [log.heard_at("stb-0001", moment).state for moment in moments] == states
    assert TvState.ON in states


def done(box: Twin, act: str, at: datetime) -> list[Publication]:
    match act:
        case "on" | "off":
            return box.switch(on=act == "on", at=at)
        case "tune":
            return box.tune(str(at.minute), at)
        case _:
            return box.alive(at)


@given(st.lists(st.tuples(ACTS, st.integers(1, 400)), max_size=30))
def test_whatever_happens_to_a_box_its_numbers_have_no_gap_within_a_boot(acts: list[tuple[str, int]]) -> None:
    box, at, boot = Twin("stb-0001"), EVENING, 0
    said = box.power_up(f"{boot:08x}")
    for act, seconds in acts:
        at += timedelta(seconds=seconds)
        if act == "cut":
            boot += 1
            said += [box.will(), *box.power_up(f"{boot:08x}")]
            continue
        said += done(box, act, at)
    logs = [event for event in understood(*said) if event.kind is not TvEventKind.LINE]
    for number in range(boot + 1):
        numbers = [event.seq for event in logs if event.boot == f"{number:08x}"]
        assert numbers == list(range(1, len(numbers) + 1))
