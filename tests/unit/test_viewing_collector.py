"""The collector acknowledges nothing that is not on disk, and keeps nothing of whoever has not agreed. No broker here."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from paho.mqtt import client as mqtt

from tests.town import EVENING, KEY, clock_at, wait_until
from village_console.devices.ports import Health, Part
from village_console.devices.tvs.set_top import SetTop
from village_console.journal.sqlcipher import EngineError
from village_console.viewing import collector as module
from village_console.viewing.collector import DROPS, Collector, losses
from village_console.viewing.facts import TvState
from village_console.viewing.television_log import TelevisionLog

NOBODY = ("127.0.0.1", 9)
Hear = Callable[[str, bytes], None]


class Ledger:
    """What the collector acknowledged and how it said it was."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []
        self.health: list[tuple[Part, Health, int]] = []

    def tell(self, part: Part, health: Health, count: int) -> None:
        self.health.append((part, health, count))


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Stands where paho would send acknowledgements and dial."""
    ledger = Ledger()

    def acknowledge(_client: mqtt.Client, mid: int, _qos: int) -> None:
        ledger.acknowledged.append(mid)

    monkeypatch.setattr(mqtt.Client, "ack", acknowledge)

    def nothing(*_arguments: object, **_named: object) -> None:
        pass

    monkeypatch.setattr(mqtt.Client, "connect_async", nothing)
    monkeypatch.setattr(mqtt.Client, "loop_start", nothing)
    return ledger


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TelevisionLog]:
    log = TelevisionLog(tmp_path / "televisions.db", KEY)
    yield log
    log.close()


@pytest.fixture
def callbacks(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., None]]:
    """The function that paho would call for every message, caught where the collector sets it."""
    caught: list[Callable[..., None]] = []
    monkeypatch.setattr(mqtt.Client, "on_message", property(None, lambda _client, function: caught.append(function)))
    return caught


@pytest.fixture
def collector(ledger: Ledger, log: TelevisionLog, callbacks: list[Callable[..., None]]) -> Iterator[Collector]:
    assert callbacks == []
    collector = Collector(NOBODY, "console-1", SetTop(), log, clock_at(), ledger.tell)
    yield collector
    collector.stop()


@pytest.fixture
def hear(collector: Collector, callbacks: list[Callable[..., None]]) -> Hear:
    """Let the collector hear a message, numbered from 1."""
    assert collector is not None
    count = 0

    def hear(topic: str, payload: bytes) -> None:
        nonlocal count
        count += 1
        message = mqtt.MQTTMessage(count, topic.encode())
        message.payload, message.qos = payload, 1
        callbacks[0](None, None, message)

    return hear


def alive(seq: int, device: str = "stb-0001", **changes: object) -> tuple[str, bytes]:
    at = (EVENING - timedelta(seconds=60 - seq)).isoformat()
    body = {"v": 1, "boot": "0000000a", "seq": seq, "t": at, "kind": "alive", "value": "on"} | changes
    return f"tv/{device}/log", json.dumps(body).encode()


def test_what_is_heard_is_on_disk_before_it_is_acknowledged(
    collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: list[int] = []

    def acknowledge(_client: mqtt.Client, mid: int, _qos: int) -> None:
        on_disk.append(log.count_events())
        ledger.acknowledged.append(mid)

    monkeypatch.setattr(mqtt.Client, "ack", acknowledge)
    for seq in (1, 2, 3):
        hear(*alive(seq))
    collector.start()
    assert wait_until(lambda: len(ledger.acknowledged) == 3)
    assert (ledger.acknowledged, on_disk) == ([1, 2, 3], [3, 3, 3])


def test_while_the_disk_refuses_nothing_is_acknowledged_and_the_desk_is_told(
    collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk_is_full = threading.Event()
    disk_is_full.set()
    store = log.store

    def refuse(*batch: object) -> int:
        if disk_is_full.is_set():
            raise EngineError("database or disk is full")
        return store(*batch)  # type: ignore[arg-type]

    monkeypatch.setattr(log, "store", refuse)
    monkeypatch.setattr(module, "WAIT_AFTER_FAULT", 0.02)
    collector.start()
    hear(*alive(1))
    assert wait_until(lambda: (Part.TELEVISIONS, Health.FAULT, 0) in ledger.health)
    assert ledger.acknowledged == []
    disk_is_full.clear()
    assert wait_until(lambda: ledger.acknowledged == [1])
    assert log.count_events() == 1


def test_a_collector_that_ends_while_the_disk_refuses_acknowledges_nothing(
    collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_batch: object) -> int:
        raise EngineError("database or disk is full")

    monkeypatch.setattr(log, "store", refuse)
    collector.start()
    hear(*alive(1))
    assert wait_until(lambda: (Part.TELEVISIONS, Health.FAULT, 0) in ledger.health)
    collector.stop()
    assert wait_until(lambda: not any(thread.name == "television-log" for thread in threading.enumerate()))
    assert ledger.acknowledged == []


def test_nothing_is_kept_of_a_television_whose_household_has_not_agreed(
    collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog
) -> None:
    collector.may_keep = {"stb-0001"}.__contains__
    letters = [alive(1, "stb-0002"), alive(2, "stb-0002", v=2), alive(1), alive(2, v=2)]
    for letter in letters:
        hear(*letter)
    collector.start()
    assert wait_until(lambda: len(ledger.acknowledged) == len(letters))
    assert log.heard_at("stb-0002", EVENING).state is TvState.SILENT
    assert log.heard_at("stb-0001", EVENING).state is TvState.ON
    assert [topic for topic, _ in log.dead_letters()] == ["tv/stb-0001/log"]


def test_what_is_not_understood_goes_to_the_dead_letters_and_is_acknowledged(
    collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog
) -> None:
    for letter in [("tv/", b""), ("tv/stb-0001/log", b"\xff"), ("tv/居間/状態", b"{}"), alive(1)]:
        hear(*letter)
    collector.start()
    assert wait_until(lambda: ledger.acknowledged == [1, 2, 3, 4])
    assert [topic for topic, _ in log.dead_letters()] == ["tv/", "tv/stb-0001/log", "tv/居間/状態"]
    assert log.count_events() == 1


def test_a_topic_that_is_no_text_is_a_dead_letter(
    collector: Collector, ledger: Ledger, log: TelevisionLog, callbacks: list[Callable[..., None]]
) -> None:
    message = mqtt.MQTTMessage(1, b"tv/\xff")
    message.payload, message.qos = b"?", 1
    callbacks[0](None, None, message)
    collector.start()
    assert wait_until(lambda: ledger.acknowledged == [1])
    assert log.dead_letters() == [("?", "topic")]


@pytest.mark.parametrize(
    "count", [b"9" * 30, b"9" * 5_000, b"-1", "３".encode(), b""], ids=["huge", "endless", "negative", "wide", "empty"]
)
def test_a_count_of_the_brokers_that_is_none_is_passed_over(
    collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog, count: bytes
) -> None:
    hear(DROPS, count)
    hear(*alive(1))
    collector.start()
    assert wait_until(lambda: ledger.acknowledged == [1, 2])
    assert (log.count_events(), log.dropped()) == (1, 0)


def test_stopping_stores_what_has_come(collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog) -> None:
    collector.start()
    for seq in range(1, 451):
        hear(*alive(seq, t=EVENING.isoformat()))
    collector.stop()
    assert (log.count_events(), len(ledger.acknowledged)) == (450, 450)


def test_whoever_waits_for_news_is_called_after_each_batch(
    collector: Collector, hear: Hear, log: TelevisionLog
) -> None:
    seen: list[int] = []
    collector.on_stored = lambda: seen.append(log.count_events())
    collector.start()
    hear(*alive(1))
    assert wait_until(lambda: seen == [1])


def test_what_the_broker_says_of_dropped_messages_is_kept_and_told_and_is_no_dead_letter(
    collector: Collector, hear: Hear, ledger: Ledger, log: TelevisionLog
) -> None:
    for counter in (b"3", b"nonsense", b"8"):
        hear(DROPS, counter)
    collector.start()
    assert wait_until(lambda: log.dropped() == 5)
    assert log.dead_letters() == []
    assert losses(log) == (Health.DROPPED, 5)
    assert wait_until(lambda: ledger.acknowledged == [1, 2, 3])


def test_a_skipped_number_is_told_before_what_was_dropped(hear: Hear, collector: Collector, log: TelevisionLog) -> None:
    assert losses(log) == (Health.READY, 0)
    for letter in (alive(1), alive(4), (DROPS, b"0"), (DROPS, b"9")):
        hear(*letter)
    collector.start()
    assert wait_until(lambda: log.dropped() == 9)
    assert losses(log) == (Health.GAPS, 2)
