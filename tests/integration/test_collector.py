"""The collector on a real broker: what a television was told to be safe is in the log, once, whatever dies in between."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import Publication
from device_sim.tvs.set_top import SetTop as Box
from tests.brokers import Nats
from tests.town import EVENING, KEY, clock_at, wait_until
from village_console.devices.ports import Health, Part
from village_console.devices.tvs.set_top import SetTop
from village_console.journal.sqlcipher import open_encrypted
from village_console.viewing.collector import Collector
from village_console.viewing.facts import TvState
from village_console.viewing.television_log import TelevisionLog
from village_console.village.clock import Clock

pytestmark = pytest.mark.integration

Seen = set[tuple[str, str, int]]
READY, NO_ANSWER = Health.READY, Health.NO_ANSWER


class Console:
    """A collector with its log; starts again on the same file as a console would."""

    def __init__(self, folder: Path, port: int) -> None:
        self._file, self._port = folder / "televisions.db", port
        self.clock: Clock = clock_at()
        self.health: list[tuple[Health, int]] = []
        self.losses: list[tuple[Health, int]] = []
        self.refused: set[str] = set()
        self.open()

    def open(self) -> None:
        self.log = TelevisionLog(self._file, KEY)
        self._collector = Collector(
            ("127.0.0.1", self._port), "console-015628-1", SetTop(), self.log, self.clock, self._tell
        )
        self._collector.may_keep = lambda device: device not in self.refused
        self._collector.start()

    def close(self) -> None:
        self._collector.stop()
        self.log.close()

    def _tell(self, part: Part, health: Health, count: int) -> None:
        (self.health if part is Part.TELEVISIONS else self.losses).append((health, count))

    def is_connected(self) -> bool:
        return bool(self.health) and self.health[-1][0] is READY

    def tell_health(self) -> None:
        self._collector.tell_health()

    def seen(self) -> Seen:
        """Every event on disk; the file has a key over device, boot and number, so none is there twice."""
        connection = open_encrypted(self._file, KEY, read_only=True)
        try:
            return {(d, b, n) for d, b, n in connection.execute("SELECT device, boot, seq FROM events")}
        finally:
            connection.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Nats]:
    broker = Nats(tmp_path, "max_ack_pending: 2000, ack_wait: 1s")
    yield broker
    broker.kill()


@pytest.fixture
def running(broker: Nats) -> Nats:
    broker.start()
    return broker


@pytest.fixture
def console(tmp_path: Path, broker: Nats) -> Iterator[Console]:
    console = Console(tmp_path, broker.port)
    yield console
    console.close()


class Village:
    """Set-tops that are switched on, and everything that they said."""

    def __init__(self, fleet: Fleet, count: int) -> None:
        self._fleet = fleet
        self.boxes = [Box(f"stb-{number:04}") for number in range(1, count + 1)]
        self.said: Seen = set()
        self._rounds = 0
        for box in self.boxes:
            (greeting,) = box.power_up("0000000a")
            fleet.connect(box.device, greeting, box.will())

    def speak(self, rounds: int, pause: float = 0) -> None:
        for _ in range(rounds):
            self._rounds += 1
            for box in self.boxes:
                (log,) = box.alive(EVENING - timedelta(milliseconds=1000 - self._rounds))
                self._fleet.publish(box.device, log)
                self.said.add((box.device, "0000000a", self._rounds))
            time.sleep(pause)


@pytest.fixture
def village(broker: Nats) -> Iterator[Callable[[int], Village]]:
    with Fleet("127.0.0.1", broker.port) as fleet:
        yield lambda count: Village(fleet, count)


class Voice:
    """Anybody on the network who publishes what they like."""

    def __init__(self, port: int) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="stranger")
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def say(self, topic: str, payload: bytes | str, *, qos: int = 1, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=qos, retain=retain).wait_for_publish(5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def voice(running: Nats) -> Iterator[Voice]:
    voice = Voice(running.port)
    yield voice
    voice.close()


def alive(seq: int, device: str = "stb-0001", boot: str = "0000000b") -> Publication:
    body = {"v": 1, "boot": boot, "seq": seq, "t": EVENING.isoformat(), "kind": "alive", "value": "on"}
    return Publication(f"tv/{device}/log", json.dumps(body).encode())


def test_whatever_was_acknowledged_to_a_set_top_is_in_the_log_once_though_the_broker_is_killed(
    running: Nats, console: Console, village: Callable[[int], Village]
) -> None:
    assert wait_until(console.is_connected, 20)
    homes = village(20)
    evening = threading.Thread(target=homes.speak, args=(30, 0.03))
    evening.start()
    assert wait_until(lambda: console.log.count_events() > 40, 20)
    running.kill()
    before = console.log.count_events()
    assert wait_until(lambda: not console.is_connected())
    running.start()
    evening.join()
    assert 40 < before < len(homes.said) == 600
    assert wait_until(lambda: console.log.count_events() == 600, 30)
    assert console.seen() == homes.said
    assert console.log.dead_letters() == []


def test_a_console_that_was_away_hears_what_was_said_meanwhile(
    running: Nats, console: Console, village: Callable[[int], Village]
) -> None:
    assert running.port
    assert wait_until(console.is_connected, 20)
    homes = village(5)
    homes.speak(3)
    assert wait_until(lambda: console.log.count_events() == 15)
    console.close()
    homes.speak(20)
    time.sleep(0.3)
    console.open()
    assert wait_until(lambda: console.log.count_events() == 115, 20)
    assert console.seen() == homes.said


def test_a_broker_that_comes_later_is_waited_for(
    broker: Nats, console: Console, village: Callable[[int], Village]
) -> None:
    assert console.health == [(NO_ANSWER, 0)]
    time.sleep(0.3)
    broker.start()
    assert wait_until(console.is_connected, 20)
    homes = village(3)
    homes.speak(2)
    assert wait_until(lambda: console.log.count_events() == 6)
    assert console.seen() == homes.said


def test_garbage_goes_to_the_dead_letters_and_the_collector_lives_on(voice: Voice, console: Console) -> None:
    assert wait_until(console.is_connected, 20)
    garbage: list[tuple[str, bytes | str]] = [
        ("tv/stb-0001/log", b""),
        ("tv/stb-0001/log", b"\xff\xfe"),
        ("tv/stb-0001/log", b"{" * 200),
        ("tv/stb-0001/log", b"x" * 100_000),
        ("tv/stb-0001/log", '{"v":2}'),
        ("tv/stb-0001/state", "on"),
        ("tv/居間", "入"),
        ("tv", "on"),
    ]
    for topic, payload in garbage:
        voice.say(topic, payload)
    voice.say("tv/stb-0001/log", "no acknowledgement", qos=0)
    voice.say("other/stb-0001/log", "not for us")
    voice.say(alive(1).topic, alive(1).payload)
    assert wait_until(lambda: console.log.count_events() == 1 and len(console.log.dead_letters()) == 9)
    topics = [topic for topic, _ in console.log.dead_letters()]
    assert sorted(topics) == sorted([*(topic for topic, _ in garbage), "tv/stb-0001/log"])
    assert console.is_connected()


def test_a_retained_log_is_the_brokers_memory_and_no_event(voice: Voice, tmp_path: Path, running: Nats) -> None:
    voice.say(alive(1).topic, alive(1).payload, retain=True)
    console = Console(tmp_path, running.port)
    assert wait_until(console.is_connected, 20)
    voice.say(alive(2).topic, alive(2).payload)
    assert wait_until(lambda: console.log.count_events() > 0)
    console.close()
    assert console.seen() == {("stb-0001", "0000000b", 2)}


def test_a_console_that_comes_and_goes_in_the_middle_of_an_evening_misses_nothing(
    voice: Voice, console: Console
) -> None:
    evening_is_over, said = threading.Event(), 0

    def talk() -> None:
        nonlocal said
        while not evening_is_over.is_set():
            said += 1
            voice.say(alive(said).topic, alive(said).payload)

    assert wait_until(console.is_connected, 20)
    evening = threading.Thread(target=talk)
    evening.start()
    for _ in range(4):
        time.sleep(0.2)
        console.close()
        console.open()
    evening_is_over.set()
    evening.join()
    assert wait_until(lambda: console.log.count_events() == said, 20)
    assert console.seen() == {("stb-0001", "0000000b", number) for number in range(1, said + 1)}


def test_of_a_household_that_has_not_agreed_nothing_is_kept(voice: Voice, console: Console) -> None:
    assert wait_until(console.is_connected, 20)
    console.refused.add("stb-0002")
    voice.say(alive(1, "stb-0002").topic, alive(1, "stb-0002").payload)
    voice.say("tv/stb-0002/log", '{"channel":"101"}')
    voice.say(alive(1).topic, alive(1).payload)
    assert wait_until(lambda: console.log.count_events() == 1)
    assert console.seen() == {("stb-0001", "0000000b", 1)}
    assert console.log.dead_letters() == []
    assert console.log.heard_at("stb-0002", EVENING).state is TvState.SILENT


def test_the_status_line_counts_who_spoke_lately(voice: Voice, console: Console) -> None:
    assert wait_until(console.is_connected, 20)
    assert console.health[-1] == (READY, 0)
    for device in ("stb-0001", "stb-0002"):
        voice.say(alive(1, device).topic, alive(1, device).payload)
    assert wait_until(lambda: console.log.count_events() == 2)
    console.tell_health()
    assert console.health[-1] == (READY, 2)
    console.clock.drive((EVENING + timedelta(minutes=5)).timestamp(), console.clock.monotonic(), 0)
    console.tell_health()
    assert console.health[-1] == (READY, 0)


def test_a_broker_that_has_died_is_a_word_in_the_status_line(running: Nats, console: Console) -> None:
    assert wait_until(console.is_connected, 20)
    running.kill()
    assert wait_until(lambda: console.health[-1] == (NO_ANSWER, 0))
    count = len(console.health)
    console.tell_health()
    assert len(console.health) == count
