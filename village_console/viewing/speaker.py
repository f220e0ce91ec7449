"""Speaks to televisions over MQTT, and hears what they say back; a connection of its own, for the collector may be elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from village_console.viewing.broker_login import BrokerLogin
from village_console.viewing.heartbeat import topic_of, voice_of
from village_console.village.errors import DiskIsFullError

KEEPALIVE = 15
TICK = 1.0
"""Seconds, real, between two looks at what is due."""


class Message(Protocol):
    """What is published."""

    @property
    def topic(self) -> str:
        """Where."""
        ...

    @property
    def payload(self) -> bytes:
        """What."""
        ...

    @property
    def retain(self) -> bool:
        """Whether the broker keeps it for those who come later."""
        ...


class MqttSpeaker:
    """A device: `start` returns at once, a broker that is not there is waited for."""

    def __init__(self, address: tuple[str, int], name: str, login: BrokerLogin, topics: tuple[str, ...]) -> None:
        """`name`: this console's name at the broker; `topics`: what is said back."""
        self._address, self._topics = address, topics
        self.on_message: Callable[[str, bytes], None] = lambda _topic, _payload: None
        self.on_tick: Callable[[], None] = lambda: None
        self._taken: dict[int, Callable[[], None]] = {}
        self._early: set[int] = set()
        """Acknowledged before it was known what the number stands for."""
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="speaker", daemon=True)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=voice_of(name), clean_session=True)
        self._client.reconnect_delay_set(1, 5)
        self._client.on_connect = self._connected
        self._client.on_message = self._heard
        self._client.on_publish = self._published
        own = BrokerLogin(voice_of(login.user) if login.user else "", login.password, login.ca)
        own.give_to(self._client)

    @property
    def is_connected(self) -> bool:
        """Whether a broker is there."""
        return self._client.is_connected()

    def start(self) -> None:
        """Begin to dial, and to look at what is due."""
        self._client.connect_async(*self._address, keepalive=KEEPALIVE)
        self._client.loop_start()
        self._ticker.start()

    def stop(self) -> None:
        """End; what was not acknowledged is due again at the next start."""
        self._stopping.set()
        self._client.disconnect()
        self._client.loop_stop()
        if self._ticker.is_alive():
            self._ticker.join(2)

    def say(self, outgoing: Message, taken: Callable[[], None]) -> None:
        """Publish; `taken` is called when the broker has acknowledged, and never when it was lost on the way."""
        # Not under the lock: paho holds one of its own while it tells of an acknowledgement.
        sent = self._client.publish(outgoing.topic, outgoing.payload, 1, outgoing.retain)
        with self._lock:
            acknowledged = sent.mid in self._early
            self._early.discard(sent.mid)
            if not acknowledged and sent.rc == mqtt.MQTT_ERR_SUCCESS:
                self._taken[sent.mid] = taken
        if acknowledged:
            taken()

    def _connected(self, client: mqtt.Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not reason.is_failure:
            client.subscribe([(topic, 1) for topic in self._topics])

    def _heard(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        if not message.retain:
            self.on_message(topic_of(message), bytes(message.payload))

    def _published(self, _client: Any, _userdata: Any, mid: int, _reason: Any, _properties: Any) -> None:
        with self._lock:
            taken = self._taken.pop(mid, None)
            if taken is None:
                self._early.add(mid)
        if taken is not None:
            taken()

    def _tick(self) -> None:
        while not self._stopping.wait(TICK):
            with suppress(DiskIsFullError):  # what could not be written is due again
                self.on_tick()
