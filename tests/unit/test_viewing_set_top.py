"""Our own set-top format is read strictly: what is on the page becomes events, anything else is foreign."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tests.town import EVENING
from village_console.devices.ports import ForeignPayloadError, TvEvent, TvEventKind
from village_console.devices.tvs.set_top import LARGEST_PAYLOAD, SetTop

LOG, LINE = "tv/stb-0001/log", "tv/stb-0001/line"
POWER_ON = {"v": 1, "boot": "9f31c2aa", "seq": 17, "t": "2026-11-03T17:59:00+09:00", "kind": "power", "value": "on"}
UP = {"v": 1, "boot": "9f31c2aa", "kind": "line", "value": "up"}
AT = datetime(2026, 11, 3, 8, 59, tzinfo=UTC)


def read(topic: str, payload: bytes, *, retained: bool = False, duplicate: bool = False) -> list[TvEvent]:
    return SetTop().events(topic, payload, EVENING, retained=retained, duplicate=duplicate)


def payload(message: Mapping[str, object], **changes: object) -> bytes:
    return json.dumps(dict(message) | changes, ensure_ascii=False).encode()


def reason(topic: str, body: bytes) -> str:
    with pytest.raises(ForeignPayloadError) as refused:
        read(topic, body)
    return str(refused.value)


def test_a_log_becomes_one_event() -> None:
    body = payload(POWER_ON)
    assert read(LOG, body) == [
        TvEvent("stb-0001", "set_top", TvEventKind.POWER, "on", AT, EVENING, retained=False, duplicate=False,
                boot="9f31c2aa", seq=17, raw=body)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"), [("power", "off"), ("alive", "on"), ("alive", "off"), ("channel", "1"), ("channel", "BS101")]
)
def test_every_kind_on_the_page_is_read(kind: str, value: str) -> None:
    (event,) = read(LOG, payload(POWER_ON, kind=kind, value=value))
    assert (event.kind, event.value) == (TvEventKind(kind), value)


@pytest.mark.parametrize("value", ["up", "lost"])
def test_a_line_has_no_time_and_no_number(value: str) -> None:
    (event,) = read(LINE, payload(UP, value=value), retained=True)
    assert (event.kind, event.value, event.t_device, event.seq) == (TvEventKind.LINE, value, None, 0)


@pytest.mark.parametrize("retained", [False, True])
@pytest.mark.parametrize("duplicate", [False, True])
def test_what_the_broker_says_of_a_message_is_kept(*, retained: bool, duplicate: bool) -> None:
    (event,) = read(LOG, payload(POWER_ON), retained=retained, duplicate=duplicate)
    assert (event.retained, event.duplicate) == (retained, duplicate)


@pytest.mark.parametrize(
    "written", ["2026-11-03T17:59:00+09:00", "2026-11-03T08:59:00Z", "2026-11-03T08:59:00.000+00:00"]
)
def test_a_moment_may_be_said_in_any_time_zone(written: str) -> None:
    assert read(LOG, payload(POWER_ON, t=written))[0].t_device == AT


@pytest.mark.parametrize(
    "topic",
    ["tv/stb-0001", "tv/stb-0001/log/x", "tv//log", "tv/STB/log", "tv/-stb/log", "tv/a b/log", "tv/x/LOG", "log", "",
     "tv/stb-0001/log\n", "tv/" + "a" * 65 + "/log", "tv/居間/log", "tv/stb-0001/cmd"],
)  # fmt: skip
def test_a_topic_that_is_not_on_the_page_is_foreign(topic: str) -> None:
    assert reason(topic, payload(POWER_ON)) == "topic"
    assert SetTop().device_of(topic) is None


def test_the_topic_names_the_television_whatever_the_message_says() -> None:
    assert [SetTop().device_of(topic) for topic in (LOG, LINE)] == ["stb-0001", "stb-0001"]


def test_a_payload_of_1024_bytes_is_read_and_one_more_is_foreign() -> None:
    body = payload(POWER_ON)
    assert read(LOG, body.ljust(LARGEST_PAYLOAD))[0].value == "on"
    assert reason(LOG, body.ljust(LARGEST_PAYLOAD + 1)) == "too large"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"on", b"\xff\xfe", payload(POWER_ON)[:-1], b'{"v":1,"boot":"\xff"}', b"\x00" * 8,
     payload(POWER_ON) + b"x", b"{" * 500],
)  # fmt: skip
def test_what_is_no_json_object_in_utf_8_is_foreign(body: bytes) -> None:
    assert reason(LOG, body)
    assert reason(LINE, body)


@pytest.mark.parametrize("missing", list(POWER_ON))
def test_a_log_that_lacks_something_is_foreign(missing: str) -> None:
    assert reason(LOG, payload({key: value for key, value in POWER_ON.items() if key != missing}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"v": 2}, None),
        ({"v": "1"}, None),
        ({"volume": 3}, None),
        ({"kind": "line"}, None),
        ({"kind": "mute"}, None),
        ({"value": "ON"}, "value"),
        ({"value": ""}, "value"),
        ({"kind": "channel", "value": "0" * 17}, "value"),
        ({"seq": 0}, "sequence"),
        ({"seq": -1}, "sequence"),
        ({"seq": 2**53}, "sequence"),
        ({"seq": 1.5}, None),
        ({"seq": "17"}, None),
        ({"boot": "9F31C2AA"}, "sequence"),
        ({"boot": "9f31c2a"}, "sequence"),
        ({"boot": "9f31c2aa\n"}, "sequence"),
        ({"t": "2026-11-03T18:00:00"}, "time without offset"),
        ({"t": "2026-11-03"}, None),
        ({"t": 1793700000}, None),
        ({"t": "0001-01-01T00:00:00+09:00"}, "time"),
        ({"t": "9999-12-31T23:59:59-09:00"}, "time"),
    ],
)
def test_a_log_that_says_it_otherwise_is_foreign(changes: dict[str, object], why: str | None) -> None:
    found = reason(LOG, payload(POWER_ON, **changes))
    assert found if why is None else found == why


@pytest.mark.parametrize("changes", [{"v": 2}, {"value": "down"}, {"seq": 1}, {"kind": "power"}])
def test_a_line_that_says_it_otherwise_is_foreign(changes: dict[str, object]) -> None:
    assert reason(LINE, payload(UP, **changes))


def test_a_log_is_no_line_and_a_line_is_no_log() -> None:
    assert reason(LINE, payload(POWER_ON))
    assert reason(LOG, payload(UP))
