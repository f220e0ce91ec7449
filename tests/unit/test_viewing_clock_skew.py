"""A wrong clock is told from a late word: the one is always off by the same, the other comes with its neighbours at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import EVENING
from village_console.viewing.clock_skew import NEEDED, TOLERATED, ClockSkew

BEAT = timedelta(seconds=120)
NONE = timedelta(0)


def after(beats: float) -> timedelta:
    return BEAT * beats


@pytest.mark.parametrize(
    "off", [timedelta(hours=9), timedelta(hours=-8), timedelta(minutes=3), timedelta(days=-20_000)]
)
def test_a_clock_that_is_always_off_by_the_same_is_set_right(off: timedelta) -> None:
    clock = ClockSkew()
    moments = [clock.right(EVENING + after(n) + off, EVENING + after(n)) for n in range(10)]
    assert clock.skew == -off
    assert moments[NEEDED:] == [EVENING + after(n) for n in range(NEEDED, 10)]


@given(st.lists(st.floats(-20, 20), min_size=5, max_size=30))
def test_a_clock_that_is_off_by_seconds_is_taken_at_its_word(seconds: list[float]) -> None:
    clock = ClockSkew()
    for n, off in enumerate(seconds):
        said = EVENING + after(n) + timedelta(seconds=off)
        assert clock.right(said, EVENING + after(n)) == said
    assert clock.skew == NONE


def test_words_that_waited_in_a_box_are_no_wrong_clock() -> None:
    clock = ClockSkew()
    back = EVENING + after(60)
    late = [clock.right(EVENING + after(n), back + timedelta(milliseconds=n)) for n in range(60)]
    fresh = [clock.right(back + after(n), back + after(n)) for n in range(10)]
    assert late == [EVENING + after(n) for n in range(60)]
    assert (clock.skew, fresh[-1]) == (NONE, back + after(9))


def test_of_a_box_with_a_wrong_clock_a_late_word_keeps_its_distance() -> None:
    clock, off = ClockSkew(), timedelta(hours=9)
    for n in range(6):
        clock.right(EVENING + after(n) - off, EVENING + after(n))
    assert clock.right(EVENING + after(6) - off, EVENING + after(20)) == EVENING + after(6)


def test_a_word_from_the_future_happened_at_latest_when_it_was_heard() -> None:
    assert ClockSkew().right(EVENING + timedelta(hours=1), EVENING) == EVENING
    assert ClockSkew().right(EVENING + TOLERATED, EVENING) == EVENING + TOLERATED


def test_a_clock_that_was_set_right_is_believed_again() -> None:
    clock, off = ClockSkew(), timedelta(hours=9)
    for n in range(6):
        clock.right(EVENING + after(n) + off, EVENING + after(n))
    for n in range(6, 14):
        clock.right(EVENING + after(n), EVENING + after(n))
    assert clock.skew == NONE
    assert clock.right(EVENING + after(14), EVENING + after(14)) == EVENING + after(14)


def test_zapping_does_not_count_as_a_pulse() -> None:
    """Words within a minute of each other are compared to nothing: buffered ones would look live."""
    clock = ClockSkew()
    for n in range(50):
        clock.right(EVENING + timedelta(seconds=n), EVENING + timedelta(hours=3))
    assert clock.skew == NONE
