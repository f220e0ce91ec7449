"""What reaches the disk of what sources say: changes and signs of life, and nothing that was not agreed to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import EVENING
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.viewing.facts import Granularity
from village_console.viewing.telemetry import ALIVE_EVERY, CHANGED, REMEMBER_EVERY, Kept, Telemetry, trim

PLUG, BOX, TV = "tasmota:pow-1", "stb-0001", "webos:lgtv"
SECOND = timedelta(seconds=1)


def word(
    kind: TvEventKind, value: str, seconds: float = 0, device: str = PLUG, *, seq: int = 0, told: bool = True
) -> TvEvent:
    at = EVENING + timedelta(seconds=seconds)
    boot = "0000000a" if seq else ""
    return TvEvent(device, "x", kind, value, at if told else None, at + SECOND, retained=False, duplicate=False, boot=boot,
                   seq=seq, raw=b'{"raw":1}')  # fmt: skip


def draws(*watts: float, every: float = 10) -> list[TvEvent]:
    return [word(TvEventKind.WATTS, f"{w:g}", n * every) for n, w in enumerate(watts)]


def allow(granularity: Granularity) -> Callable[[str], Granularity]:
    return lambda _device: granularity


def taken(events: Iterable[TvEvent], granularity: Granularity = Granularity.CHANNEL) -> Kept:
    return Telemetry().take(events, allow(granularity))


def said(kept: Kept) -> list[tuple[str, str]]:
    return [(event.kind.value, event.value) for event in kept.events]


def test_an_hour_of_watts_is_a_switching_and_a_sign_of_life_a_minute() -> None:
    kept = taken(draws(*[0.5] * 60, *[90] * 240, *[0.5] * 60))
    assert said(kept).count(("power", "on")) == said(kept).count(("power", "off")) == 1
    assert len(kept.events) == 60  # of 360 readings
    assert {event.kind for event in kept.events} == {TvEventKind.POWER, TvEventKind.ALIVE}


def test_the_first_word_of_a_source_is_what_it_is_and_no_switching() -> None:
    assert said(taken(draws(90))) == [("alive", "on")]


def test_watts_between_the_lines_say_nothing_at_first() -> None:
    assert said(taken(draws(15))) == []


def test_a_set_top_with_numbers_is_not_folded() -> None:
    beats = [word(TvEventKind.ALIVE, "on", n, BOX, seq=n) for n in range(1, 50)]
    assert taken(beats).events == beats


def test_the_same_channel_again_is_no_change() -> None:
    zaps = [word(TvEventKind.CHANNEL, value, n, TV, told=False) for n, value in enumerate("115551")]
    assert said(taken(zaps)) == [("channel", "1"), ("channel", "5"), ("channel", "1")]


def test_a_late_reading_does_not_switch_a_television_back() -> None:
    events = [*draws(0.5, 0.5, 90, 90), word(TvEventKind.WATTS, "0.5", 5), word(TvEventKind.WATTS, "90", 40)]
    assert [told for told in said(taken(events)) if told[0] == "power"] == [("power", "on")]


@pytest.mark.parametrize(
    ("granularity", "expected"),
    [
        (Granularity.NOTHING, []),
        (Granularity.DAILY, []),
        (Granularity.ON_OFF, [("power", "on"), ("withheld", ""), ("alive", "on")]),
        (Granularity.CHANGES, [("power", "on"), ("channel", CHANGED), ("alive", "on")]),
        (Granularity.CHANNEL, [("power", "on"), ("channel", "27"), ("alive", "on")]),
    ],
)
def test_of_a_set_top_is_kept_what_was_agreed_to(granularity: Granularity, expected: list[tuple[str, str]]) -> None:
    evening = [
        word(TvEventKind.POWER, "on", 0, BOX, seq=1), word(TvEventKind.CHANNEL, "27", 1, BOX, seq=2),
        word(TvEventKind.ALIVE, "on", 60, BOX, seq=3),
    ]  # fmt: skip
    kept = taken(evening, granularity)
    assert said(kept) == expected
    assert kept.days == ({(BOX, EVENING.date())} if granularity is Granularity.DAILY else set())
    assert [event.seq for event in kept.events] == ([1, 2, 3] if expected else [])


def test_a_day_on_which_the_television_stayed_off_leaves_nothing() -> None:
    assert taken(draws(*[0.5] * 100), Granularity.DAILY).days == set()
    assert taken(draws(*[90] * 100), Granularity.DAILY).days == {(PLUG, EVENING.date())}


@given(st.sampled_from(TvEventKind), st.sampled_from([BOX, TV]), st.sampled_from(Granularity))
def test_a_channel_or_raw_words_of_it_pass_only_with_consent_to_channels(
    kind: TvEventKind, device: str, agreed: Granularity
) -> None:
    trimmed = trim(word(kind, "27", 0, device, seq=5 if device == BOX else 0), agreed)
    if agreed is Granularity.CHANNEL or trimmed is None:
        return
    if kind is TvEventKind.CHANNEL:
        assert (trimmed.value in ("", CHANGED), trimmed.raw) == (True, b"")
    if device == TV:
        assert trimmed.raw == b""


def test_what_a_plug_has_taught_outlives_a_restart() -> None:
    first = Telemetry()
    readings = [w for _ in range(REMEMBER_EVERY) for w in (16.0, 16.4, 130.0)]
    kept = first.take(draws(*readings), allow(Granularity.ON_OFF))
    again = Telemetry(kept.learnt)
    assert set(kept.learnt) == {PLUG}
    assert said(again.take(draws(18), allow(Granularity.ON_OFF))) == [("alive", "off")]
    assert said(taken(draws(18))) == []  # where nothing was learnt it lies between the lines


def test_a_wrong_clock_is_remembered_and_told() -> None:
    first = Telemetry()
    off = timedelta(hours=9)
    late = [
        TvEvent(BOX, "set_top", TvEventKind.ALIVE, "on", EVENING + n * 2 * ALIVE_EVERY - off, EVENING + n * 2 * ALIVE_EVERY,
                retained=False, duplicate=False, boot="0000000a", seq=n + 1, raw=b"")
        for n in range(8)
    ]  # fmt: skip
    kept = first.take(late, allow(Granularity.ON_OFF))
    assert first.skews() == Telemetry(kept.learnt).skews() == {BOX: off}
    assert kept.events[-1].t_device == late[-1].t_received


def test_whoever_withdrew_is_forgotten() -> None:
    telemetry = Telemetry()
    telemetry.take(draws(0.5, 90), allow(Granularity.ON_OFF))
    telemetry.forget(PLUG)
    assert said(telemetry.take(draws(90), allow(Granularity.ON_OFF))) == [("alive", "on")]


@given(st.lists(st.tuples(st.floats(0, 400), st.integers(1, 300)), max_size=60))
def test_whatever_a_plug_draws_switchings_take_turns(readings: list[tuple[float, int]]) -> None:
    at, events = EVENING, list[TvEvent]()
    for watts, seconds in readings:
        at += timedelta(seconds=seconds)
        events.append(_reading(watts, at))
    switchings = [event.value for event in taken(events).events if event.kind is TvEventKind.POWER]
    assert all(one != other for one, other in pairwise(switchings))


def _reading(watts: float, at: datetime) -> TvEvent:
    return TvEvent(PLUG, "tasmota", TvEventKind.WATTS, f"{watts:g}", at, at, retained=False, duplicate=False, boot="",
                   seq=0, raw=b"")  # fmt: skip
