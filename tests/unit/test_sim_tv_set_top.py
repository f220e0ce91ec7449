"""A set-top says exactly what docs/wires.md section 3 allows, and counts without gaps."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.tvs.set_top import Publication, SetTop

JST = timezone(timedelta(hours=9))
AT = datetime(2026, 11, 3, 18, 0, tzinfo=JST)
BOOT = "9f31c2aa"


def box(channel: str = "27") -> SetTop:
    box = SetTop("stb-0001", channel)
    box.power_up(BOOT)
    return box


def said(publications: list[Publication]) -> list[tuple[str, str]]:
    """Kind and value of every log publication."""
    return [(log["kind"], log["value"]) for log in map(decoded, publications)]


def decoded(publication: Publication) -> dict[str, Any]:
    return json.loads(publication.payload)


def test_switching_on_is_told_byte_for_byte_as_the_wire_wants_it() -> None:
    power, channel = box().switch(on=True, at=AT)
    assert (power.topic, power.qos, power.retain) == ("tv/stb-0001/log", 1, False)
    assert power.payload == (
        b'{"v":1,"boot":"9f31c2aa","seq":1,"t":"2026-11-03T18:00:00+09:00","kind":"power","value":"on"}'
    )
    assert channel.payload == (
        b'{"v":1,"boot":"9f31c2aa","seq":2,"t":"2026-11-03T18:00:00+09:00","kind":"channel","value":"27"}'
    )


def test_a_box_with_power_greets_with_its_line_and_leaves_a_will() -> None:
    box = SetTop("stb-0001")
    up = Publication("tv/stb-0001/line", b'{"v":1,"boot":"9f31c2aa","kind":"line","value":"up"}', qos=1, retain=True)
    lost = Publication(up.topic, b'{"v":1,"boot":"9f31c2aa","kind":"line","value":"lost"}', qos=1, retain=True)
    assert box.power_up(BOOT) == [up]
    assert box.will() == lost


def test_an_evening_in_front_of_the_tv() -> None:
    tv = box()
    evening = [
        *tv.switch(on=True, at=AT, channel="1"),
        *tv.tune("4", AT),
        *tv.alive(AT),
        *tv.switch(on=False, at=AT),
        *tv.alive(AT),
    ]
    assert said(evening) == [
        ("power", "on"),
        ("channel", "1"),
        ("channel", "4"),
        ("alive", "on"),
        ("power", "off"),
        ("alive", "off"),
    ]
    assert [decoded(publication)["seq"] for publication in evening] == [1, 2, 3, 4, 5, 6]


def test_what_changes_nothing_is_not_told() -> None:
    tv = box()
    assert tv.switch(on=False, at=AT) == []
    assert tv.tune("4", AT) == []
    tv.switch(on=True, at=AT, channel="4")
    assert tv.switch(on=True, at=AT) == []
    assert tv.switch(on=True, at=AT, channel="4") == []
    assert tv.tune("4", AT) == []


def test_switching_on_what_is_on_with_another_channel_is_a_change_of_channel() -> None:
    tv = box()
    tv.switch(on=True, at=AT, channel="4")
    assert said(tv.switch(on=True, at=AT, channel="8")) == [("channel", "8")]


def test_a_tv_comes_back_on_the_channel_it_was_left_with() -> None:
    tv = box()
    tv.switch(on=True, at=AT, channel="8")
    tv.switch(on=False, at=AT)
    assert said(tv.switch(on=True, at=AT)) == [("power", "on"), ("channel", "8")]


def test_a_new_boot_counts_from_one_with_the_tv_off() -> None:
    tv = box()
    tv.switch(on=True, at=AT)
    tv.power_cut()
    tv.power_up("00000001")
    (alive,) = tv.alive(AT)
    assert (decoded(alive)["boot"], decoded(alive)["seq"], decoded(alive)["value"]) == ("00000001", 1, "off")


def test_a_box_without_power_says_nothing() -> None:
    for tv in (SetTop("stb-0001"), box()):
        tv.power_cut()
        assert tv.switch(on=True, at=AT) + tv.tune("4", AT) + tv.alive(AT) == []
        assert not tv.is_on
        with pytest.raises(ValueError, match="no power"):
            tv.will()


def test_every_time_has_an_offset() -> None:
    (alive,) = box().alive(AT.astimezone(UTC))
    assert decoded(alive)["t"] == "2026-11-03T09:00:00+00:00"
    with pytest.raises(ValueError, match="offset"):
        box().alive(AT.replace(tzinfo=None))


@pytest.mark.parametrize("device", ["STB-1", "stb 1", "stb/1", "stb_1", "", "居間"])
def test_a_device_name_is_safe_in_a_topic(device: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        SetTop(device)


@pytest.mark.parametrize("boot", ["", "9F31C2AA", "9f31c2a", "9f31c2aaa", "9f31c2ag"])
def test_a_boot_is_eight_hex_digits(boot: str) -> None:
    with pytest.raises(ValueError, match="8 lower-case hex"):
        SetTop("stb-0001").power_up(boot)


def test_a_channel_name_that_does_not_fit_is_refused_and_no_number_is_wasted() -> None:
    tv = box()
    tv.switch(on=True, at=AT)
    with pytest.raises(ValueError, match="1024"):
        tv.tune("字" * 400, AT)
    assert decoded(tv.alive(AT)[0])["seq"] == 3


acts = st.lists(
    st.one_of(
        st.tuples(st.just("switch"), st.booleans(), st.none() | st.sampled_from(["1", "4", "8"])),
        st.tuples(st.just("tune"), st.sampled_from(["1", "4", "8"])),
        st.tuples(st.just("alive")),
        st.tuples(st.just("cut")),
        st.tuples(st.just("boot")),
    ),
    max_size=60,
)


def play(tv: SetTop, act: tuple[Any, ...], number: int) -> list[Publication]:
    at = AT + timedelta(seconds=number)
    match act:
        case ("switch", bool(on), channel):
            return tv.switch(on=on, at=at, channel=channel)
        case ("tune", str(channel)):
            return tv.tune(channel, at)
        case ("cut",):
            tv.power_cut()
            return []
        case ("boot",):
            tv.power_up(f"{number:08x}")
            return []
        case _:
            return tv.alive(at)


@given(acts=acts)
def test_whatever_happens_the_numbers_of_each_boot_have_no_gap(acts: list[tuple[Any, ...]]) -> None:
    tv, numbers = SetTop("stb-0001"), dict[str, list[int]]()
    for number, act in enumerate([("boot",), *acts]):
        for log in map(decoded, play(tv, act, number)):
            numbers.setdefault(log["boot"], []).append(log["seq"])
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in numbers.values())


@given(acts=acts)
def test_whoever_reads_only_the_log_knows_the_state_of_the_tv(acts: list[tuple[Any, ...]]) -> None:
    tv, on, channel = SetTop("stb-0001"), "off", ""
    for number, act in enumerate([("boot",), *acts]):
        if act[0] in {"boot", "cut"}:
            on = "off"
        for log in map(decoded, play(tv, act, number)):
            match log["kind"]:
                case "power":
                    assert log["value"] != on
                    on = log["value"]
                case "channel":
                    assert on == "on"
                    channel = log["value"]
                case kind:
                    assert (kind, log["value"]) == ("alive", on)
        assert (on == "on") == tv.is_on
        assert on == "off" or channel == tv.channel


@given(acts=acts)
def test_every_payload_fits_the_wire(acts: list[tuple[Any, ...]]) -> None:
    tv = SetTop("stb-0001")
    published = [publication for number, act in enumerate([("boot",), *acts]) for publication in play(tv, act, number)]
    assert all(len(publication.payload) <= 1024 for publication in published)
    assert {publication.qos for publication in published} <= {1}
