"""The collector: hears televisions over MQTT, stores, then acknowledges. A broker that dies is a word in the status line."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from village_console.devices.ports import ForeignPayloadError, Health, OnHealth, Part, TvDialect, TvEvent
from village_console.journal.sqlcipher import EngineError
from village_console.viewing.broker_login import BrokerLogin
from village_console.viewing.television_log import TelevisionLog
from village_console.viewing.television_readings import FRESH, TelevisionReadings
from village_console.village.clock import Clock

BATCH = 200
LONGEST_WAIT = 0.03
"""Seconds until a batch is committed though it is not full."""
KEEPALIVE = 15
"""Seconds, real."""
DROPS = "$SYS/broker/publish/messages/dropped"
"""Where Mosquitto says how many messages it has thrown away; nats-server has no such topic."""
WAIT_AFTER_FAULT = 1.0
"""Seconds until a batch that the disk refused is tried again."""
DeadLetter = tuple[datetime, str, bytes, str]
"""When, topic, payload, why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it came, with what is needed to acknowledge it."""

    topic: str
    payload: bytes
    qos: int
    mid: int
    retained: bool
    duplicate: bool


class Collector:
    """Owns the MQTT connection and the thread that writes the log."""

    def __init__(
        self,
        address: tuple[str, int],
        name: str,
        dialect: TvDialect,
        log: TelevisionLog,
        clock: Clock,
        on_health: OnHealth,
    ) -> None:
        """`name` is the client id: a session under it survives a crash of this console."""
        self._address, self._dialect, self._log, self._clock, self._on_health = address, dialect, log, clock, on_health
        self.may_keep: Callable[[str], bool] = lambda _device: True
        self.on_stored: Callable[[], None] = lambda: None
        self._letters: queue.SimpleQueue[Letter | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._writer = threading.Thread(target=self._write, name="television-log", daemon=True)
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, protocol=mqtt.MQTTv311, manual_ack=True
        )
        self._client.reconnect_delay_set(1, 5)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._received

    def log_in(self, login: BrokerLogin) -> None:
        """Show the broker who this is; before `start`."""
        login.give_to(self._client)

    def start(self) -> None:
        """Begin to listen; a broker that is not there yet is waited for."""
        self._on_health(Part.TELEVISIONS, Health.NO_ANSWER, 0)
        self._writer.start()
        self._client.connect_async(*self._address, keepalive=KEEPALIVE)
        self._client.loop_start()

    def stop(self) -> None:
        """Store what has come, then end."""
        self._letters.put(None)
        if self._writer.is_alive():
            self._writer.join(2)
        self._stopping.set()
        self._client.disconnect()
        self._client.loop_stop()

    def tell_health(self) -> None:
        """Say how many televisions have spoken within two heartbeats."""
        if self._client.is_connected():
            self._on_health(Part.TELEVISIONS, Health.READY, self._log.devices_heard_since(self._clock.now() - FRESH))
            self._on_health(Part.TV_LOG, *losses(self._log))

    def _connected(self, client: mqtt.Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not reason.is_failure:
            client.subscribe([(topic, 1) for topic in (*self._dialect.topics, DROPS)])
            self.tell_health()

    def _disconnected(self, _client: Any, _userdata: Any, _flags: Any, _reason: Any, _properties: Any) -> None:
        self._on_health(Part.TELEVISIONS, Health.NO_ANSWER, 0)

    def _received(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "?"
        self._letters.put(Letter(topic, bytes(message.payload), message.qos, message.mid, message.retain, message.dup))

    def _write(self) -> None:
        while letters := self._batch():
            if not self._store(letters):
                return
            for letter in letters:
                if letter.qos:
                    self._client.ack(letter.mid, letter.qos)
            self.on_stored()

    def _store(self, letters: list[Letter]) -> bool:
        """Whether they are on disk now; false when the collector ends while the disk refuses them."""
        received = self._clock.now()
        events: list[TvEvent] = []
        dead: list[DeadLetter] = []
        drops = [int(letter.payload) for letter in letters if letter.topic == DROPS and letter.payload.isdigit()]
        for letter in letters:
            if letter.topic == DROPS:
                continue
            try:
                events += self._dialect.events(
                    letter.topic, letter.payload, received, retained=letter.retained, duplicate=letter.duplicate
                )
            except ForeignPayloadError as error:
                device = self._dialect.device_of(letter.topic)
                if device is None or self.may_keep(device):
                    dead.append((received, letter.topic, letter.payload, str(error)))
        kept = [event for event in events if self.may_keep(event.device)]
        while not self._stopping.is_set():
            try:
                self._log.store(kept, dead, drops)
            except EngineError:
                # Nothing is acknowledged that is not on disk; check-ins matter more than this log, so it waits.
                self._on_health(Part.TELEVISIONS, Health.FAULT, 0)
                self._stopping.wait(WAIT_AFTER_FAULT)
            else:
                return True
        return False

    def _batch(self) -> list[Letter]:
        first = self._letters.get()
        if first is None:
            return []
        letters = [first]
        until = self._clock.monotonic() + LONGEST_WAIT
        while len(letters) < BATCH and (left := until - self._clock.monotonic()) > 0:
            try:
                letter = self._letters.get(timeout=left)
            except queue.Empty:
                break
            if letter is None:
                self._letters.put(None)
                break
            letters.append(letter)
        return letters


def losses(log: TelevisionReadings) -> tuple[Health, int]:
    """What is known to be lost, as a state and a count: skipped numbers before what the broker says it dropped."""
    if missing := log.missing():
        return Health.GAPS, missing
    dropped = log.dropped()
    return (Health.DROPPED, dropped) if dropped else (Health.READY, 0)
