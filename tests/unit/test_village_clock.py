"""The one source of time: a machine's clock until a drill drives it, and durations that no drill touches."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic as machine_monotonic
from time import sleep

import pytest

from village_console.village.clock import JST, Clock, minute_of

EVENING = datetime(2026, 11, 3, 18, 2, 11, tzinfo=JST)


class Monotonic:
    """The machine's monotonic clock, turned by the test."""

    def __init__(self) -> None:
        self.reads = 1000.0

    def __call__(self) -> float:
        return self.reads


@pytest.fixture
def monotonic(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    turned = Monotonic()
    monkeypatch.setattr(Clock, "monotonic", staticmethod(turned))
    return turned


def test_without_a_drill_it_is_the_machines_own_time() -> None:
    clock = Clock()
    before = datetime.now(JST)  # noqa: TID251 -- compared with the clock itself
    assert abs(clock.now() - before) < timedelta(seconds=1)
    assert (clock.driven, clock.speed) == (False, 1.0)


def test_it_speaks_in_japan_standard_time_to_the_millisecond(monotonic: Monotonic) -> None:
    clock = Clock()
    clock.drive(EVENING.timestamp() + 0.123456, monotonic(), 0)
    assert clock.now() == EVENING + timedelta(milliseconds=123)
    assert clock.now().isoformat() == "2026-11-03T18:02:11.123000+09:00"


def test_a_stopped_clock_stands_still(monotonic: Monotonic) -> None:
    clock = Clock()
    clock.drive(EVENING.timestamp(), monotonic(), 0)
    monotonic.reads += 3600
    assert (clock.now(), clock.driven, clock.speed) == (EVENING, True, 0)


def test_at_speed_sixty_a_second_is_a_minute(monotonic: Monotonic) -> None:
    clock = Clock()
    clock.drive(EVENING.timestamp(), monotonic(), 60)
    monotonic.reads += 1.5
    assert clock.now() == EVENING + timedelta(seconds=90)


def test_a_drive_counts_from_the_moment_it_names_and_not_from_when_it_arrives(monotonic: Monotonic) -> None:
    clock = Clock()
    clock.drive(EVENING.timestamp(), monotonic() - 2, 10)
    assert clock.now() == EVENING + timedelta(seconds=20)


def test_a_drill_may_turn_the_clock_back(monotonic: Monotonic) -> None:
    clock = Clock()
    clock.drive(EVENING.timestamp(), monotonic(), 1)
    clock.drive(EVENING.timestamp() - 86400, monotonic(), 1)
    assert clock.now() == EVENING - timedelta(days=1)


@pytest.mark.parametrize("speed", [0.0, 1.0, 60.0])
def test_monotonic_time_is_never_scaled(speed: float) -> None:
    clock = Clock()
    clock.drive(EVENING.timestamp(), clock.monotonic(), speed)
    earliest, clock_began = machine_monotonic(), clock.monotonic()
    sleep(0.02)
    clock_ended, latest = clock.monotonic(), machine_monotonic()
    assert 0.02 <= clock_ended - clock_began <= latest - earliest


def test_two_consoles_of_a_drill_agree(monotonic: Monotonic) -> None:
    ours, theirs = Clock(), Clock()
    for clock in (ours, theirs):
        clock.drive(EVENING.timestamp(), 1000, 30)
    monotonic.reads += 7
    assert ours.now() == theirs.now()


def test_a_reader_never_sees_half_of_a_new_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    clock.drive(EVENING.timestamp(), 1000, 1)

    def driven_while_read() -> float:
        clock.drive(EVENING.timestamp() + 600, 1600, 60)
        return 1600.0

    monkeypatch.setattr(clock, "monotonic", driven_while_read)
    assert clock.epoch() == EVENING.timestamp() + 600


def test_a_minute_begins_at_its_first_second() -> None:
    moment = EVENING + timedelta(microseconds=5)
    assert minute_of(moment) == datetime(2026, 11, 3, 18, 2, tzinfo=JST)
    assert minute_of(minute_of(moment)) == minute_of(moment)
