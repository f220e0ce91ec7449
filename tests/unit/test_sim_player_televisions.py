"""What the set-tops of a drill say, and when; without a broker."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

import pytest

from device_sim.drill.clock import DrillClock
from device_sim.drill.television_room import TelevisionRoom
from device_sim.drill.television_schedule import HEARTBEAT, Doing, devices_of, schedule
from device_sim.drill.truth import Truth
from device_sim.drill.truth_lines import DrillTruth, PersonTruth, TvTruth
from device_sim.tvs.set_top import Publication
from device_sim.tvs.tally import Tally

START = datetime.fromisoformat("2026-11-03T17:55:00+09:00")
Kind = Literal["power", "channel"]
END = START + timedelta(minutes=20)


def event(device: str, seconds: int, kind: Kind, value: str) -> TvTruth:
    return TvTruth(household="H1", device=device, at=START + timedelta(seconds=seconds), kind=kind, value=value)


EVENTS = (
    event("stb-1", 10, "power", "on"),
    event("stb-1", 10, "channel", "3"),
    event("stb-2", 70, "power", "off"),
    event("stb-1", 200, "channel", "5"),
    event("stb-2", 300, "power", "on"),
    event("stb-2", 300, "channel", "1"),
    event("stb-1", 400, "power", "off"),
)


def truth(events: tuple[TvTruth, ...] = EVENTS) -> Truth:
    head = DrillTruth(
        scenario="x", seed=5, starts_at=START, order_at=START + timedelta(minutes=5), ends_at=END,
        residents=2, households=2, televisions=2,
    )  # fmt: skip
    return Truth(head, (), events, (), ())


class Boxes:
    """Remembers what a fleet would send."""

    def __init__(self) -> None:
        self.connected: list[str] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []

    @property
    def tally(self) -> Tally:
        return Tally(len(self.sent), len(self.sent), 0, len(self.connected))

    def connect(self, device: str, greeting: Publication, will: Publication) -> None:
        assert json.loads(greeting.payload)["boot"] == json.loads(will.payload)["boot"]
        self.connected.append(device)

    def listen(self, heard: Callable[[str, str, bytes], None]) -> None:
        self.heard = heard

    def publish(self, device: str, publication: Publication) -> None:
        self.sent.append((device, json.loads(publication.payload)))

    def wait_connected(self, timeout: float) -> bool:
        return timeout >= 0

    def drain(self, timeout: float) -> bool:
        return timeout >= 0


def everything(events: tuple[TvTruth, ...] = EVENTS) -> list[tuple[str, dict[str, Any]]]:
    boxes = Boxes()
    with TelevisionRoom(truth(events), boxes, DrillClock(START)) as room:
        assert room.finish(1)
    return boxes.sent


def test_devices_are_those_of_the_truth() -> None:
    assert devices_of(truth()) == ("stb-1", "stb-2")


def test_the_schedule_is_in_the_order_of_time_and_ends_with_the_drill() -> None:
    due = schedule(truth())
    assert [d.at for d in due] == sorted(d.at for d in due)
    assert due[-1].at <= END


def test_heartbeats_come_every_two_minutes_of_drill_time_and_are_spread() -> None:
    beats = [due for due in schedule(truth()) if due.doing is Doing.ALIVE]
    of_one = [due.at for due in beats if due.device == "stb-1"]
    assert {later - earlier for earlier, later in pairwise(of_one)} == {HEARTBEAT}
    assert Counter((due.at - START).seconds % 120 for due in beats) == {0: 10, 60: 9}


def test_no_box_lives_before_its_first_report() -> None:
    first = {"stb-1": START + timedelta(seconds=10), "stb-2": START + timedelta(seconds=70)}
    assert all(due.at > first[due.device] for due in schedule(truth()) if due.doing is Doing.ALIVE)


def test_the_channel_comes_with_the_switch() -> None:
    sent = [(said["kind"], said["value"]) for device, said in everything() if device == "stb-1"]
    assert sent[:2] == [("power", "on"), ("channel", "3")]
    assert ("channel", "5") in sent


def test_a_television_that_is_off_from_the_start_says_so() -> None:
    sent = [said for device, said in everything() if device == "stb-2"]
    assert (sent[0]["kind"], sent[0]["value"]) == ("alive", "off")
    assert sent[0]["t"] == "2026-11-03T17:56:10+09:00"


def test_times_are_drill_time_and_counts_have_no_gap() -> None:
    for device in ("stb-1", "stb-2"):
        said = [said for name, said in everything() if name == device]
        assert [s["seq"] for s in said] == list(range(1, len(said) + 1))
        assert [s["t"] for s in said] == sorted(s["t"] for s in said)


def test_the_same_truth_says_the_same() -> None:
    assert everything() == everything()


def test_what_is_due_is_published_at_once_and_nothing_else() -> None:
    boxes, clock = Boxes(), DrillClock(START + timedelta(seconds=75))
    with TelevisionRoom(truth(), boxes, clock) as room:
        assert boxes.connected == ["stb-1", "stb-2"]
        assert room.catch_up(1)
    assert [said["kind"] for _, said in boxes.sent] == ["power", "channel", "alive"]
    assert room.tally.handed_in == 3


@pytest.mark.parametrize("speed", [6000.0])
def test_a_room_lives_by_itself(speed: float) -> None:
    boxes, clock = Boxes(), DrillClock(START)
    with TelevisionRoom(truth(), boxes, clock) as room:
        clock.run(speed)
        room.start()
        deadline = time.monotonic() + 5
        while clock.now() < END + timedelta(seconds=60) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert boxes.sent == everything()


def test_a_drill_without_televisions_is_connected() -> None:
    with TelevisionRoom(truth(()), Boxes(), DrillClock(START)) as room:
        assert room.count == 0
        assert room.wait_connected(0)


# Messages and the remote control


def person(*, at_home: bool = True, leaves: int | None = None) -> PersonTruth:
    """Somebody of the home with stb-1."""
    return PersonTruth(
        resident="0000001", household="H1", name="村 一", kana="ムラ", birth=START.date(), at_home=at_home,
        leaves_at=None if leaves is None else START + timedelta(seconds=leaves),
        destination="home", arrives_at=None, card="none", stranded=True,
    )  # fmt: skip


def message(n: int) -> bytes:
    said = {"v": 1, "id": f"say-1-{n}", "round": 0, "ja": "a", "easy": "a", "en": "a", "asks": True}
    return json.dumps(said | {"valid_until": END.isoformat()}).encode()


def answers(people: tuple[PersonTruth, ...], count: int = 60) -> list[str]:
    """What is pressed at stb-1 after so many messages, all within a minute of the beginning."""
    boxes, clock = Boxes(), DrillClock(START + timedelta(seconds=11))
    with TelevisionRoom(replace(truth(), persons=people), boxes, clock) as room:
        assert room.catch_up(1)
        for n in range(count):
            boxes.heard("stb-1", f"msg/stb-1/say-1-{n}", message(n))
            assert room.catch_up(1)
        boxes.sent.clear()
        assert room.finish(1)
    return [said["value"] for _, said in boxes.sent if said.get("value") in ("safe", "help", "leaving")]


def test_a_box_that_is_on_shows_a_message_and_says_so_and_one_that_is_off_does_not() -> None:
    boxes, clock = Boxes(), DrillClock(START + timedelta(seconds=75))
    with TelevisionRoom(truth(), boxes, clock) as room:
        assert room.catch_up(1)
        boxes.sent.clear()
        for device in ("stb-1", "stb-2"):
            boxes.heard(device, f"msg/{device}/say-1-1", message(1))
    assert [(device, said["id"]) for device, said in boxes.sent] == [("stb-1", "say-1-1")]


def test_some_of_those_at_home_answer_and_the_same_drill_answers_the_same() -> None:
    said = answers((person(),))
    assert 10 < len(said) < 40
    assert set(said) == {"safe", "help"}
    assert answers((person(),)) == said


def test_who_is_about_to_leave_says_so_and_an_empty_home_says_nothing() -> None:
    assert set(answers((person(leaves=400),))) == {"leaving"}
    assert answers((person(at_home=False),)) == []
    assert answers(()) == []
