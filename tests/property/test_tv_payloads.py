"""Whatever comes in over MQTT is understood or foreign; what is understood can be stored and asked about."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.foreign import JSON
from tests.town import EVENING, KEY
from village_console.devices.ports import ForeignPayloadError, TvEvent, TvEventKind
from village_console.devices.tvs.set_top import SetTop
from village_console.viewing.facts import Heard, TvState
from village_console.viewing.television_log import TelevisionLog
from village_console.viewing.television_readings import FRESH

TOPICS = st.text(max_size=40) | st.sampled_from(["tv/stb-1/log", "tv/stb-1/line", "tv//log", "tv/stb-1/log/"])
MOMENTS = st.datetimes(timezones=st.timezones() | st.none()).map(lambda moment: moment.isoformat())
LOGS = st.fixed_dictionaries(
    {
        "v": st.just(1) | JSON,
        "boot": st.from_regex("[0-9a-f]{8}", fullmatch=True) | JSON,
        "seq": st.integers() | JSON,
        "t": MOMENTS | JSON,
        "kind": st.sampled_from(["power", "alive", "channel", "line"]) | JSON,
        "value": st.sampled_from(["on", "off", "1", "up"]) | JSON,
    },
    optional={"more": JSON},
)
GOOD = st.fixed_dictionaries(
    {
        "v": st.just(1),
        "boot": st.from_regex("[0-9a-f]{8}", fullmatch=True),
        "seq": st.integers(1, 2**53 - 1),
        "t": st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
        "kind": st.sampled_from(["power", "alive"]),
        "value": st.sampled_from(["on", "off"]),
    }
)
PAYLOADS = st.binary(max_size=1200) | (LOGS | GOOD | JSON).map(lambda message: json.dumps(message).encode())


def understood(topic: str, payload: bytes) -> list[TvEvent]:
    try:
        return SetTop().events(topic, payload, EVENING, retained=False, duplicate=False)
    except ForeignPayloadError:
        return []


@given(TOPICS, PAYLOADS)
def test_any_message_is_understood_or_foreign(topic: str, payload: bytes) -> None:
    assert len(understood(topic, payload)) <= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(PAYLOADS | GOOD.map(lambda message: json.dumps(message).encode()), min_size=1, max_size=12))
def test_what_is_understood_can_be_stored_and_asked_about(payloads: list[bytes]) -> None:
    events = [event for payload in payloads for event in understood("tv/stb-1/log", payload)]
    with TemporaryDirectory() as folder:
        log = TelevisionLog(Path(folder) / "televisions.db", KEY)
        try:
            assert log.store(events, []) == len({(event.boot, event.seq) for event in events})
            for moment in (EVENING, *(event.t_device for event in events if event.t_device)):
                assert log.heard_at("stb-1", moment).state in TvState
        finally:
            log.close()


SPOKEN = st.lists(
    st.tuples(st.integers(-900, 900), st.sampled_from(["power", "alive"]), st.sampled_from(["on", "off"])),
    max_size=14,
    unique_by=lambda word: word[0],
)


def by_hand(words: list[tuple[int, str, str]]) -> tuple[str, int | None]:
    """The state at second 0 and when it was said, after the words of docs and docstring."""
    spoken = sorted(words)
    past = [word for word in spoken if word[0] <= 0]
    if not past:
        return "silent", None
    said_at, _, value = past[-1]
    if -said_at <= FRESH.total_seconds():
        return value, said_at
    later = [word for word in spoken if word[0] > 0]
    until_heartbeat = later[: next((n for n, word in enumerate(later, start=1) if word[1] == "alive"), 0)]
    same = bool(until_heartbeat) and [word[1:] for word in until_heartbeat] == [("alive", value)]
    return (value if same else "silent"), said_at


@settings(max_examples=60, deadline=None)
@given(SPOKEN, st.randoms(use_true_random=False))
def test_what_a_box_was_at_a_moment_is_what_its_words_say_in_whatever_order_they_came(
    words: list[tuple[int, str, str]], dice: Random
) -> None:
    events = [
        TvEvent("stb-1", "set_top", TvEventKind(kind), value, EVENING + timedelta(seconds=second), EVENING,
                retained=False, duplicate=False, boot="00000001", seq=n, raw=b"")
        for n, (second, kind, value) in enumerate(sorted(words), start=1)
    ]  # fmt: skip
    dice.shuffle(events)
    state, said_at = by_hand(words)
    with TemporaryDirectory() as folder:
        log = TelevisionLog(Path(folder) / "televisions.db", KEY)
        try:
            for event in events:
                log.store([event], [])
            last: datetime | None = None if said_at is None else EVENING + timedelta(seconds=said_at)
            assert log.heard_at("stb-1", EVENING) == Heard(TvState(state), last)
        finally:
            log.close()
