"""Whether this console can hear itself over the broker: `is_connected` says yes even when nothing comes through."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from village_console.viewing.broker_login import BrokerLogin

PATIENCE = 2.0
"""Seconds for each answer of the broker."""
_NO_SUCH_VERSION = {1, 132}
"""Unacceptable protocol version, in MQTT 3.1.1 and in 5."""


class Echo(StrEnum):
    """What came of a heartbeat that was sent to oneself."""

    HEARD = "heard"
    SILENT = "silent"
    """Taken by the broker, but it did not come back."""
    DENIED = "denied"
    """The broker's access list refuses it; told only over MQTT 5."""
    REFUSED = "refused"
    """The broker does not let this name in."""
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The outcome and how it was found."""

    echo: Echo
    mqtt: str
    """The version of MQTT that was spoken: `5` or `3.1.1`."""
    reason: str = ""
    """The broker's own word for a refusal."""


def doctor_of(user: str) -> str:
    """A console's second name: with the first it would take its own session away, and what waits in it."""
    return f"{user}-doctor"


def voice_of(user: str) -> str:
    """A console's third name, under which it speaks to televisions: its first may be a collector's elsewhere."""
    return f"{user}-voice"


def topic_of(message: mqtt.MQTTMessage) -> str:
    """Where a message was published; `?` where that is no text, for paho's thread would end with the error."""
    try:
        return message.topic
    except UnicodeDecodeError:
        return "?"


def heartbeat_topic(user: str) -> str:
    """Where a console hears itself."""
    return f"console/{user}/heartbeat"


def hear_own_heartbeat(address: tuple[str, int], console: str, login: BrokerLogin) -> Heartbeat:
    """Subscribe, publish and wait for one's own word; over MQTT 5 where the broker speaks it."""
    own = BrokerLogin(doctor_of(login.user) if login.user else "", login.password, login.ca)
    heard = _Ear(address, console, own, MQTTProtocolVersion.MQTTv5).listen()
    return heard or _Ear(address, console, own, MQTTProtocolVersion.MQTTv311).listen() or Heartbeat(Echo.NO_ANSWER, "")


class _Ear:
    """One connection, driven by hand: no thread outlives it."""

    def __init__(
        self, address: tuple[str, int], console: str, login: BrokerLogin, version: MQTTProtocolVersion
    ) -> None:
        self._address, self._login, self._topic = address, login, heartbeat_topic(console)
        self._word = secrets.token_bytes(8)
        self._mqtt = "5" if version is MQTTProtocolVersion.MQTTv5 else "3.1.1"
        self._connected: Any = None
        self._subscribed: Any = None
        self._published: Any = None
        self._heard = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=doctor_of(console), protocol=version)
        self._client.connect_timeout = PATIENCE
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def listen(self) -> Heartbeat | None:
        """None: the broker does not speak this version."""
        try:
            self._login.give_to(self._client)
            self._client.connect(*self._address)
        except OSError as error:  # TLS errors are OSErrors too
            return Heartbeat(Echo.NO_ANSWER, self._mqtt, str(error))
        try:
            return self._converse()
        finally:
            self._client.disconnect()
            self._client.loop(0.1)

    def _converse(self) -> Heartbeat | None:
        if not self._until(lambda: self._connected is not None) or self._connected.value in _NO_SUCH_VERSION:
            return None
        if self._connected.is_failure:
            return Heartbeat(Echo.REFUSED, self._mqtt, str(self._connected))
        self._client.subscribe(self._topic, 1)
        if not self._until(lambda: self._subscribed is not None):
            return Heartbeat(Echo.NO_ANSWER, self._mqtt)
        self._client.publish(self._topic, self._word, 1)
        self._until(lambda: (self._heard and self._published is not None) or self._is_denied())
        return Heartbeat(self._echo(), self._mqtt, str(self._published) if self._is_denied() else "")

    def _echo(self) -> Echo:
        if self._is_denied():
            return Echo.DENIED
        return Echo.HEARD if self._heard else Echo.SILENT

    def _is_denied(self) -> bool:
        return self._published is not None and self._published.is_failure

    def _until(self, true: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + PATIENCE
        while not true() and time.monotonic() < deadline:
            if self._client.loop(0.05) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                break
        return true()

    def _on_connect(self, _client: Any, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._connected = reason

    def _on_subscribe(self, _client: Any, _userdata: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        self._subscribed = reasons

    def _on_publish(self, _client: Any, _userdata: Any, _mid: int, reason: Any, _properties: Any) -> None:
        self._published = reason

    def _on_message(self, _client: Any, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        self._heard = self._heard or bytes(message.payload) == self._word
