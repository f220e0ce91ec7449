"""The ladder: more evidence never takes a home down, time never takes it up, and the order of arrival says nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.town import EVENING
from village_console.stranded.facts import Means, Said
from village_console.stranded.ladder import LIFE, STRONGEST, Rung, Stand, expires, stand, still_counts
from village_console.stranded.rows import Told
from village_console.village.ids import FactHash

MOMENTS = st.integers(0, 600).map(lambda minutes: EVENING + timedelta(minutes=minutes))
WORDS = st.builds(Told, st.sampled_from(Means), st.sampled_from(Said), MOMENTS, st.just(FactHash("")))
MANY = st.lists(WORDS, max_size=6)
CLEARED = st.one_of(st.none(), MOMENTS)


def at(
    now: datetime,
    told: list[Told],
    cleared: datetime | None = None,
    *,
    on: bool,
    came: bool = False,
    dark: bool = False,
) -> Stand:
    counting = tuple(one for one in told if still_counts(one, now))
    return stand(on_at_order=on, told=counting, cleared_at=cleared, some_came=came, last_known=dark)


@given(MANY, st.booleans(), st.booleans(), MOMENTS)
def test_a_television_that_was_on_is_presumed_or_more_whatever_was_said(
    told: list[Told], came: bool, dark: bool, now: datetime
) -> None:
    assert at(now, told, on=True, came=came, dark=dark).rung >= Rung.PRESUMED


@given(MANY, WORDS, st.booleans(), CLEARED, MOMENTS)
def test_one_more_word_never_takes_a_home_down_but_from_cleared_to_rescue(
    told: list[Told], more: Told, on: bool, cleared: datetime | None, now: datetime
) -> None:
    before, after = at(now, told, cleared, on=on).rung, at(now, [*told, more], cleared, on=on).rung
    assert after >= before or (before, after) == (Rung.CONFIRMED, Rung.NEEDS_RESCUE)


@given(MANY, st.booleans(), MOMENTS, MOMENTS)
def test_time_alone_never_takes_a_home_up(told: list[Told], on: bool, one: datetime, other: datetime) -> None:
    assert at(max(one, other), told, on=on).rung <= at(min(one, other), told, on=on).rung


@given(MANY.flatmap(lambda words: st.tuples(st.just(words), st.permutations(words))), st.booleans(), CLEARED, MOMENTS)
def test_the_order_in_which_words_came_says_nothing(
    pair: tuple[list[Told], list[Told]], on: bool, cleared: datetime | None, now: datetime
) -> None:
    assert at(now, pair[0], cleared, on=on) == at(now, pair[1], cleared, on=on)


@given(MANY, MOMENTS)
def test_a_word_counts_until_it_expires_and_not_a_moment_longer(told: list[Told], now: datetime) -> None:
    for one in told:
        end = expires(one)
        assert still_counts(one, now) is (end is None or now < end)
        assert (end is None) is (LIFE[one.what] is None)


@given(MANY, st.booleans(), MOMENTS, MOMENTS)
def test_a_call_for_help_after_somebody_made_sure_is_heard_and_one_before_is_settled(
    told: list[Told], on: bool, cleared: datetime, now: datetime
) -> None:
    late = any(one.what is Said.NEEDS_HELP and one.at > cleared for one in told)
    assert at(now, told, cleared, on=on).rung is (Rung.NEEDS_RESCUE if late else Rung.CONFIRMED)


@given(MANY, st.booleans(), st.booleans(), MOMENTS)
def test_an_outage_and_family_that_came_weaken_and_change_no_rung(
    told: list[Told], came: bool, dark: bool, now: datetime
) -> None:
    plain, weak = at(now, told, on=True), at(now, told, on=True, came=came, dark=dark)
    assert weak.rung is plain.rung
    assert 0 <= weak.strength <= plain.strength <= STRONGEST


@given(MANY, MOMENTS)
def test_maybe_at_home_exists_only_where_television_cannot_tell(told: list[Told], now: datetime) -> None:
    assert at(now, told, on=True).rung is not Rung.MAYBE_AT_HOME
