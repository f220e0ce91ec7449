"""The collector: hears televisions over MQTT, stores, then acknowledges. A broker that dies is a word in the status line."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from village_console.devices.ports import ForeignPayloadError, Health, OnHealth, Part, TvDialect, TvEvent
from village_console.journal.sqlcipher import EngineError
from village_console.viewing.broker_login import BrokerLogin
from village_console.viewing.consented import Agreed, Consents
from village_console.viewing.facts import Granularity
from village_console.viewing.heartbeat import topic_of
from village_console.viewing.pulse import Pulse, pulse_topic
from village_console.viewing.telemetry import Kept, Telemetry
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
_MOST_DIGITS = 15
WAIT_AFTER_FAULT = 1.0
"""Seconds until a batch that the disk refused is tried again."""
SWEEP_EVERY = 3600.0
"""Seconds between two looks for what is no longer needed; what is withdrawn is erased at once."""
ASK_EVERY = 60.0
"""Seconds between two questions to sources that do not speak by themselves."""
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


class Sweep:
    """The word to erase what is not agreed to; comes among the letters, to the one thread that writes."""


@dataclass(slots=True)
class _Batch:
    """What one commit writes."""

    kept: Kept
    dead: list[DeadLetter] = field(default_factory=list[DeadLetter])
    drops: list[int] = field(default_factory=list[int])


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
        self.granularity: Callable[[str], Granularity] = lambda _device: Granularity.CHANNEL
        self.paired: Callable[[], dict[str, Agreed] | None] = lambda: None
        self._telemetry = Telemetry(log.learnt())
        self._pulse, self._pulse_topic = Pulse(), pulse_topic(name)
        self._listens = False
        self._swept: dict[str, Agreed] | None = None
        self._sweep_after = self._ask_after = float("-inf")
        self._letters: queue.SimpleQueue[Letter | Sweep | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._writer = threading.Thread(target=self._write, name="television-log", daemon=True)
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, protocol=mqtt.MQTTv311, manual_ack=True
        )
        self._client.reconnect_delay_set(1, 5)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._heard_from_now_on
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._received

    def log_in(self, login: BrokerLogin) -> None:
        """Show the broker who this is; before `start`."""
        login.give_to(self._client)

    def ask_first(self, consents: Consents) -> None:
        """Keep only what these consents allow, and erase what they allow no longer; before `start`."""
        self.may_keep, self.granularity, self.paired = consents, consents.granularity, consents.paired

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
        """Say how many televisions have spoken within two heartbeats; called every second or so, and keeps house too."""
        now = self._clock.monotonic()
        self._sweep_if_due(now)
        if not (self._client.is_connected() and self._listens):
            return
        self._pulse.beat(now, lambda word: self._client.publish(self._pulse_topic, word))
        if self._pulse.is_deaf(now):
            self._on_health(Part.TELEVISIONS, Health.NO_ANSWER, 0)
            return
        self._ask_if_due(now)
        self._on_health(Part.TELEVISIONS, Health.READY, self._log.devices_heard_since(self._clock.now() - FRESH))
        self._on_health(Part.TV_LOG, *losses(self._log))

    def _sweep_if_due(self, now: float) -> None:
        paired = self.paired()
        if paired is not None and (paired != self._swept or now >= self._sweep_after):
            self._swept, self._sweep_after = paired, now + SWEEP_EVERY
            self._letters.put(Sweep())

    def _ask_if_due(self, now: float) -> None:
        if now < self._ask_after:
            return
        self._ask_after = now + ASK_EVERY
        for device in self.paired() or ():
            question = self._dialect.question_to(device) if self.may_keep(device) else None
            if question is not None:
                self._client.publish(question, b"")

    def _connected(self, client: mqtt.Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not reason.is_failure:
            self._listens = False
            self._pulse.begin()
            client.subscribe([*((topic, 1) for topic in (*self._dialect.topics, DROPS)), (self._pulse_topic, 0)])

    def _heard_from_now_on(self, _client: Any, _userdata: Any, _mid: Any, _reasons: Any, _properties: Any) -> None:
        """Only now is a message that is published sent to us."""
        self._listens = True
        self.tell_health()

    def _disconnected(self, _client: Any, _userdata: Any, _flags: Any, _reason: Any, _properties: Any) -> None:
        self._on_health(Part.TELEVISIONS, Health.NO_ANSWER, 0)

    def _received(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        topic = topic_of(message)
        if topic == self._pulse_topic:
            self._pulse.hear(bytes(message.payload), self._clock.monotonic())
            return
        self._letters.put(Letter(topic, bytes(message.payload), message.qos, message.mid, message.retain, message.dup))

    def _write(self) -> None:
        while letters := self._batch():
            if isinstance(letters, Sweep):
                self._sweep()
                continue
            if not self._store(self._sorted(letters)):
                return
            for letter in letters:
                if letter.qos:
                    self._client.ack(letter.mid, letter.qos)
            self.on_stored()

    def _sorted(self, letters: list[Letter]) -> _Batch:
        """What of some letters may be kept, read once: what a plug has taught is not to be learnt twice."""
        received = self._clock.now()
        events: list[TvEvent] = []
        batch = _Batch(Kept())
        for letter in letters:
            if letter.topic == DROPS:
                counted = letter.payload.isdigit() and len(letter.payload) <= _MOST_DIGITS
                batch.drops += [int(letter.payload)] if counted else []
                continue
            try:
                events += self._dialect.events(
                    letter.topic, letter.payload, received, retained=letter.retained, duplicate=letter.duplicate
                )
            except ForeignPayloadError as error:
                device = self._dialect.device_of(letter.topic)
                if device is None or self.may_keep(device):
                    batch.dead.append((received, letter.topic, letter.payload, str(error)))
        batch.kept = self._telemetry.take((e for e in events if self.may_keep(e.device)), self.granularity)
        return batch

    def _store(self, batch: _Batch) -> bool:
        """Whether it is on disk now; false when the collector ends while the disk refuses it."""
        kept = batch.kept
        while not self._stopping.is_set():
            try:
                self._log.store(kept.events, batch.dead, batch.drops, kept.days, kept.learnt)
            except EngineError:
                # Nothing is acknowledged that is not on disk; check-ins matter more than this log, so it waits.
                self._on_health(Part.TELEVISIONS, Health.FAULT, 0)
                self._stopping.wait(WAIT_AFTER_FAULT)
            else:
                return True
        return False

    def _sweep(self) -> None:
        paired = self.paired()
        try:
            if paired is not None:
                withdrawn, is_gone = self._log.sweep(paired, self._clock.now(), self._dialect.device_of)
                for device in withdrawn:
                    self._telemetry.forget(device)
                if is_gone:
                    return
        except EngineError:
            pass  # the disk refuses: it is tried again
        self._sweep_after = self._clock.monotonic() + WAIT_AFTER_FAULT

    def _batch(self) -> list[Letter] | Sweep:
        first = self._letters.get()
        if first is None:
            return []
        if isinstance(first, Sweep):
            return first
        letters = [first]
        until = self._clock.monotonic() + LONGEST_WAIT
        while len(letters) < BATCH and (left := until - self._clock.monotonic()) > 0:
            try:
                letter = self._letters.get(timeout=left)
            except queue.Empty:
                break
            if letter is None or isinstance(letter, Sweep):
                self._letters.put(letter)
                break
            letters.append(letter)
        return letters


def losses(log: TelevisionReadings) -> tuple[Health, int]:
    """What is known to be lost, as a state and a count: skipped numbers before what the broker says it dropped."""
    if missing := log.missing():
        return Health.GAPS, missing
    dropped = log.dropped()
    return (Health.DROPPED, dropped) if dropped else (Health.READY, 0)
