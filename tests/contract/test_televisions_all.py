"""Every dialect against its twin, by the same name: what was done to a television is what the events say, whatever else comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import village_console.devices.tvs as drivers
from device_sim.tvs.set_top import Publication
from tests.town import EVENING, KEY
from village_console.devices.ports import ForeignPayloadError, TvDialect, TvEvent, TvEventKind
from village_console.devices.tvs import Together, dialects, knows_of, source_of
from village_console.viewing.facts import Granularity, TvState
from village_console.viewing.telemetry import Telemetry
from village_console.viewing.television_log import TelevisionLog

NAMES = [found.name for found in iter_modules(drivers.__path__)]
CALLED = {
    "set_top": "stb-0001",
    "tasmota": "pow-1",
    "zigbee2mqtt": "居間の テレビ",
    "webos": "lgtv-2",
    "echonet": "FE0000_0602",
}
"""A name that its devices may have."""
MINUTE = timedelta(minutes=1)


def twin_of(name: str) -> Any:
    module: ModuleType = import_module(f"device_sim.tvs.{name}")
    return module.TWIN(CALLED[name])


def dialect_of(name: str) -> TvDialect:
    return next(dialect for dialect in dialects() if dialect.source == name)


def read(
    dialect: TvDialect,
    said: Iterable[Publication],
    at: datetime = EVENING,
    *,
    retained: bool = False,
    dup: bool = False,
) -> list[TvEvent]:
    return [
        event for one in said for event in dialect.events(one.topic, one.payload, at, retained=retained, duplicate=dup)
    ]


def everything(_device: str) -> Granularity:
    return Granularity.CHANNEL


def matches(topic: str, pattern: str) -> bool:
    """Whether a broker gives a topic to whoever subscribed to a pattern."""
    parts, wanted = topic.split("/"), pattern.split("/")
    if wanted[-1] == "#":
        return parts[: len(wanted) - 1] == wanted[:-1]
    return len(parts) == len(wanted) and all(w in ("+", p) for p, w in zip(parts, wanted, strict=True))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TelevisionLog]:
    log = TelevisionLog(tmp_path / "televisions.db", KEY)
    yield log
    log.close()


def an_evening(name: str) -> tuple[Any, list[Publication]]:
    """A television that is switched on, zapped and switched off, and its last will."""
    twin = twin_of(name)
    said = [*twin.power_up("0000000a"), *twin.alive(EVENING), *twin.switch(on=True, at=EVENING + MINUTE, channel="5")]
    said += [*twin.tune("1", EVENING + 2 * MINUTE), *twin.alive(EVENING + 3 * MINUTE)]
    said += [*twin.switch(on=False, at=EVENING + 4 * MINUTE), *twin.alive(EVENING + 5 * MINUTE)]
    return twin, [*said, *([twin.will()] if twin.will() else [])]


def test_every_dialect_has_a_twin_and_a_name_to_be_tested_under() -> None:
    assert [dialect.source for dialect in dialects()] == NAMES
    assert {import_module(f"device_sim.tvs.{name}").SOURCE for name in NAMES} == set(NAMES) == set(CALLED)


@pytest.mark.parametrize("name", NAMES)
def test_everything_a_twin_says_is_subscribed_to_understood_and_about_it(name: str) -> None:
    twin, said = an_evening(name)
    dialect = dialect_of(name)
    assert [one.topic for one in said if not any(matches(one.topic, topic) for topic in dialect.topics)] == []
    events = read(dialect, said)
    assert {(event.device, event.source) for event in events} == {(twin.device, name)}
    assert {dialect.device_of(one.topic) for one in said} == {twin.device}
    assert source_of(twin.device) == name


@pytest.mark.parametrize("name", NAMES)
def test_on_and_off_come_through_as_they_were(name: str, log: TelevisionLog) -> None:
    twin, dialect, telemetry = twin_of(name), Together(), Telemetry()
    states: list[tuple[TvState, bool]] = []
    publications = [*twin.power_up("0000000a"), *twin.alive(EVENING)]
    for minute in range(40):
        at = EVENING + timedelta(minutes=minute, seconds=30)
        if minute % 7 == 3:
            publications += twin.switch(on=not twin.is_on, at=at)
        publications += twin.alive(at + timedelta(seconds=5))
        kept = telemetry.take(read(dialect, publications, at + timedelta(seconds=6)), everything)
        log.store(kept.events, [], (), kept.days, kept.learnt)
        publications = []
        heard = log.heard_at(twin.device, at + timedelta(seconds=10))
        states.append((heard.state, twin.is_on))
    told = [(state is TvState.ON, is_on) for state, is_on in states if state is not TvState.SILENT]
    assert all(said == really for said, really in told)
    assert len(told) >= (20 if name == "webos" else 40)  # it speaks only when something changes
    assert {said for said, _ in told} == {True, False}


@pytest.mark.parametrize("name", NAMES)
def test_the_channel_is_told_by_whoever_is_said_to_know_it_and_by_nobody_else(name: str) -> None:
    _, said = an_evening(name)
    events = read(dialect_of(name), said)
    assert bool([e for e in events if e.kind is TvEventKind.CHANNEL]) is dialect_of(name).knows.channel
    assert bool([e for e in events if e.t_device]) is dialect_of(name).knows.own_time
    assert (
        bool([e for e in events if (e.kind, e.value) == (TvEventKind.LINE, "lost")])
        is dialect_of(name).knows.tells_loss
    )
    assert knows_of(events[0].device) is dialect_of(name).knows


@pytest.mark.parametrize("name", NAMES)
def test_a_retained_message_is_never_an_event(name: str, log: TelevisionLog) -> None:
    twin, said = an_evening(name)
    events = read(dialect_of(name), said, retained=True)
    kept = Telemetry().take(events, everything)
    assert log.store(kept.events, []) == 0
    assert (log.count_events(), log.heard_at(twin.device, EVENING + MINUTE).state) == (0, TvState.SILENT)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_broker_delivers_twice_changes_nothing(name: str, log: TelevisionLog) -> None:
    twin, said = an_evening(name)
    once, twice = Telemetry(), Telemetry()
    first = once.take(read(dialect_of(name), said), everything)
    again = twice.take([e for one in said for e in read(dialect_of(name), [one]) + read(dialect_of(name), [one], dup=True)],
                       everything)  # fmt: skip
    log.store(first.events, [])
    on_disk = log.count_events()
    other = TelevisionLog(log.path.with_name("twice.db"), KEY)
    other.store(again.events, [])
    words = [word[1:] for word in log.said_by(twin.device, 99)]
    assert [word[1:] for word in other.said_by(twin.device, 99)] == words
    assert (other.count_events(), other.missing()) == (on_disk, 0)
    other.close()


@pytest.mark.parametrize("hours", [-9, 9, 24 * 365])
@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_clock_is_noticed_and_set_right(name: str, hours: int, log: TelevisionLog) -> None:
    twin, dialect, telemetry = twin_of(name), dialect_of(name), Telemetry()
    read(dialect, twin.power_up("0000000a"))
    twin.switch(on=True, at=EVENING - timedelta(hours=hours))
    for minute in range(10):
        at = EVENING + timedelta(minutes=2 * minute)
        kept = telemetry.take(read(dialect, twin.alive(at - timedelta(hours=hours)), at), everything)
        log.store(kept.events, [])
    late = EVENING + timedelta(minutes=17)
    expected = TvState.SILENT if name == "webos" else TvState.ON
    assert log.heard_at(twin.device, late).state is expected
    assert bool(telemetry.skews()) is (name in ("set_top", "tasmota"))
    assert all(abs(skew - timedelta(hours=hours)) < timedelta(seconds=2) for skew in telemetry.skews().values())


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"\xff\xfe", b"[" * 4000, b"null", b'{"v":', b"x" * 5_000_000, b"[1,2]", b"\x00"]
)
@pytest.mark.parametrize("name", NAMES)
def test_the_malformed_and_the_giant_are_foreign_or_say_nothing(name: str, payload: bytes) -> None:
    _, said = an_evening(name)
    for topic in {one.topic for one in said}:
        try:
            events = dialect_of(name).events(topic, payload, EVENING, retained=False, duplicate=False)
        except ForeignPayloadError:
            continue
        assert (payload, events) == (b"", [])  # no app in front, no channel: known, and no news


@pytest.mark.parametrize("name", NAMES)
def test_what_another_dialect_says_is_foreign(name: str) -> None:
    for other in set(NAMES) - {name}:
        for one in an_evening(other)[1]:
            assert dialect_of(name).device_of(one.topic) is None
            with pytest.raises(ForeignPayloadError):
                dialect_of(name).events(one.topic, one.payload, EVENING, retained=False, duplicate=False)


@pytest.mark.parametrize("name", NAMES)
@given(payload=st.binary(max_size=300), more=st.text(max_size=12), as_json=st.booleans(), n=st.integers(0, 20))
def test_whatever_bytes_come_under_a_known_topic_nothing_breaks(
    name: str,
    payload: bytes,
    more: str,
    as_json: bool,
    n: int,
) -> None:
    said = an_evening(name)[1]
    one = said[n % len(said)]
    damaged = one.payload[: n * 7] + payload + one.payload[n * 9 :] if as_json else payload
    for topic in (one.topic, one.topic + more, more):
        try:
            events = Together().events(topic, damaged, EVENING, retained=False, duplicate=False)
        except ForeignPayloadError:
            continue
        for kept in Telemetry().take(events, everything).events:
            assert kept.device.isprintable()
            assert kept.kind is not TvEventKind.WATTS


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["ENERGY", "Power", "Time", "power", "last_seen", "state", "val"]), inner, max_size=4),
                    max_leaves=8))  # fmt: skip
def test_whatever_json_a_plug_or_a_bridge_says_is_watts_or_foreign(said: object) -> None:
    import json

    payload = json.dumps(said).encode()
    for topic in ("tele/a/SENSOR", "zigbee2mqtt/a", "zigbee2mqtt/a/availability", "lgtv/status/currentChannel"):
        try:
            events = Together().events(topic, payload, EVENING, retained=False, duplicate=False)
        except ForeignPayloadError:
            continue
        assert all(0 <= float(e.value) <= 10_000 for e in events if e.kind is TvEventKind.WATTS)
