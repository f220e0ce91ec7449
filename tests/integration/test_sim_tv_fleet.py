"""Fifty set-tops on a real broker: everything arrives, a killed broker costs nothing, a power cut is noticed."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import SetTop
from tests.brokers import Nats
from tests.town import wait_until

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
BOXES = 50


class Listener:
    """A subscriber that must miss nothing: a persistent session, subscribed anew after every connecting."""

    def __init__(self, port: int, topic: str) -> None:
        self.heard: list[tuple[str, dict[str, Any], bool]] = []
        self.is_subscribed = threading.Event()
        self._topic = topic
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="listener", clean_session=False)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._subscribe
        self._client.on_subscribe = self._confirm
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self.is_subscribed.wait(10)

    def _subscribe(self, *_connected: object) -> None:
        self._client.subscribe(self._topic, qos=1)

    def _confirm(self, *_subscribed: object) -> None:
        self.is_subscribed.set()

    def _hear(self, _client: mqtt.Client, _user: object, message: mqtt.MQTTMessage) -> None:
        self.heard.append((message.topic, json.loads(message.payload), message.retain))

    def count(self) -> Counter[tuple[str, str, int]]:
        """How often each log was heard, by topic, boot and number."""
        return Counter((topic, log["boot"], log["seq"]) for topic, log, _retained in list(self.heard))

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Nats]:
    broker = Nats(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def boxes() -> list[SetTop]:
    return [SetTop(f"stb-{number:04}") for number in range(1, BOXES + 1)]


@pytest.fixture
def fleet(broker: Nats, boxes: list[SetTop]) -> Iterator[Fleet]:
    with Fleet("127.0.0.1", broker.port) as fleet:
        for number, box in enumerate(boxes):
            power_up(fleet, box, f"{number:08x}")
        assert fleet.wait_connected(20)
        yield fleet


def power_up(fleet: Fleet, box: SetTop, boot: str) -> None:
    (greeting,) = box.power_up(boot)
    fleet.connect(box.device, greeting, box.will())


def heartbeats(fleet: Fleet, boxes: list[SetTop], rounds: int, pause: float = 0) -> None:
    for number in range(rounds):
        for box in boxes:
            for publication in box.alive(AT + timedelta(seconds=number)):
                fleet.publish(box.device, publication)
        time.sleep(pause)


def all_numbers(boxes: list[SetTop], rounds: int) -> set[tuple[str, str, int]]:
    logs = ((f"tv/{box.device}/log", f"{number:08x}") for number, box in enumerate(boxes))
    return {(topic, boot, seq) for topic, boot in logs for seq in range(1, rounds + 1)}


def test_everything_fifty_set_tops_say_arrives_exactly_once(broker: Nats, fleet: Fleet, boxes: list[SetTop]) -> None:
    listener = Listener(broker.port, "tv/+/log")
    heartbeats(fleet, boxes, rounds=20)
    assert fleet.drain(30)
    assert (fleet.acknowledged, fleet.pending) == (20 * BOXES, 0)
    assert wait_until(lambda: len(listener.heard) >= 20 * BOXES)
    listener.close()
    assert listener.count() == Counter(dict.fromkeys(all_numbers(boxes, 20), 1))
    assert not any(retained for _topic, _log, retained in listener.heard)


def test_each_box_is_heard_in_its_own_order(broker: Nats, fleet: Fleet, boxes: list[SetTop]) -> None:
    listener = Listener(broker.port, "tv/stb-0007/log")
    heartbeats(fleet, boxes, rounds=30)
    assert wait_until(lambda: len(listener.heard) >= 30)
    listener.close()
    assert [log["seq"] for _topic, log, _retained in listener.heard] == list(range(1, 31))


def test_a_broker_killed_in_the_middle_of_the_evening_costs_nothing(
    broker: Nats, fleet: Fleet, boxes: list[SetTop]
) -> None:
    listener = Listener(broker.port, "tv/+/log")
    evening = threading.Thread(target=heartbeats, args=(fleet, boxes, 30, 0.05))
    evening.start()
    time.sleep(0.5)
    broker.kill()
    acknowledged_before = fleet.acknowledged
    evening.join()
    assert 0 < acknowledged_before < 30 * BOXES
    assert fleet.pending > 0
    broker.start()
    assert fleet.drain(60)
    assert fleet.wait_connected(20)
    expected = all_numbers(boxes, 30)
    # What was under way to the listener is sent again when its acknowledgement is overdue: after half a minute.
    assert wait_until(lambda: set(listener.count()) >= expected, 60)
    listener.close()
    assert set(listener.count()) == expected
    assert fleet.tally.lost == 0


def test_what_was_acknowledged_before_the_kill_is_in_the_store(broker: Nats, fleet: Fleet, boxes: list[SetTop]) -> None:
    listener = Listener(broker.port, "tv/+/log")
    listener.close()
    heartbeats(fleet, boxes, rounds=10)
    assert fleet.drain(30)
    broker.kill()
    broker.start()
    late = Listener(broker.port, "tv/+/log")
    assert wait_until(lambda: set(late.count()) >= all_numbers(boxes, 10))
    late.close()


def test_a_power_cut_publishes_the_last_will(broker: Nats, fleet: Fleet, boxes: list[SetTop]) -> None:
    listener = Listener(broker.port, "tv/+/line")
    assert wait_until(lambda: len(listener.heard) == BOXES)
    assert {line["value"] for _topic, line, _retained in listener.heard} == {"up"}
    fleet.cut("stb-0007")
    assert wait_until(lambda: len(listener.heard) > BOXES)
    topic, line, retained = listener.heard[-1]
    assert (topic, line, retained) == (
        "tv/stb-0007/line",
        {"v": 1, "boot": "00000006", "kind": "line", "value": "lost"},
        False,
    )
    assert fleet.wait_connected(5)
    assert fleet.tally.up == BOXES - 1
    power_up(fleet, boxes[6], "00c0ffee")
    assert wait_until(lambda: listener.heard[-1][1] == {"v": 1, "boot": "00c0ffee", "kind": "line", "value": "up"})
    listener.close()
    assert len(listener.heard) == BOXES + 2


def test_a_fleet_that_leaves_politely_loses_no_line(broker: Nats, fleet: Fleet) -> None:
    listener = Listener(broker.port, "tv/+/line")
    assert wait_until(lambda: len(listener.heard) == BOXES)
    fleet.close()
    time.sleep(0.3)
    listener.close()
    assert len(listener.heard) == BOXES


def test_a_fleet_may_be_there_before_its_broker(tmp_path: Path, boxes: list[SetTop]) -> None:
    broker = Nats(tmp_path)
    with Fleet("127.0.0.1", broker.port) as fleet:
        for number, box in enumerate(boxes):
            power_up(fleet, box, f"{number:08x}")
        heartbeats(fleet, boxes, rounds=3)
        assert not fleet.wait_connected(0.3)
        broker.start()
        assert fleet.wait_connected(20)
        assert fleet.drain(20)
        assert fleet.acknowledged == 3 * BOXES
    broker.kill()
