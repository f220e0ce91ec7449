"""One set-top's MQTT connection, driven from outside: paho keeps the protocol and the unacknowledged, a fleet the loop."""

from __future__ import annotations

import contextlib
import socket
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector
from typing import Protocol

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from device_sim.tvs.set_top import Publication
from device_sim.tvs.tally import TallyKeeper

CONNECT_TIMEOUT = 2.0
"""Seconds that one dialling may hold up the others."""

READS_AFTER_CUT = 100
"""More than it takes to empty a socket that has been shut."""


class LineOwner(Protocol):
    """What a line needs of the fleet it belongs to."""

    @property
    def selector(self) -> BaseSelector:
        """Where the line's socket is watched; the key's data is the line."""
        ...

    @property
    def keeper(self) -> TallyKeeper:
        """Where acknowledgements are counted."""
        ...

    def line_accepted(self) -> None:
        """The broker has accepted the connection."""

    def line_broken(self, line: Line) -> None:
        """The connection is gone although nobody had asked for that."""

    def line_heard(self, device: str, topic: str, payload: bytes) -> None:
        """A message came for a box."""


class Line:
    """One device, its client and its last will. Every method belongs to the loop's thread."""

    def __init__(self, device: str, greeting: Publication, will: Publication, owner: LineOwner) -> None:
        """`greeting` is published after every connecting, `will` by the broker when the line is lost."""
        self.device = device
        self._greeting = greeting
        self._owner = owner
        self._unacknowledged: set[int] = set()
        self._greetings: set[int] = set()
        self._is_up = False
        self._is_given_up = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=device)
        self._client.connect_timeout = CONNECT_TIMEOUT
        self._client.will_set(will.topic, will.payload, will.qos, will.retain)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message
        self._client.on_socket_open = self._on_socket_open
        self._client.on_socket_close = self._on_socket_close
        self._client.on_socket_register_write = self._on_socket_register_write
        self._client.on_socket_unregister_write = self._on_socket_unregister_write

    def log_in(self, password: str) -> None:
        """Show the broker who this is; before the first dialling."""
        self._client.username_pw_set(self.device, password)

    @property
    def is_open(self) -> bool:
        """Whether there is a socket, connected to the broker or not yet."""
        return self._client.socket() is not None

    def dial(self, host: str, port: int, keepalive: int) -> None:
        """Connect; what was not acknowledged is sent again by paho. Raises OSError when nobody is there."""
        self._client.connect_async(host, port, keepalive)
        self._client.reconnect()

    def publish(self, publication: Publication) -> None:
        """Send, or keep until there is a connection."""
        sent = self._client.publish(publication.topic, publication.payload, publication.qos, publication.retain)
        self._unacknowledged.add(sent.mid)

    def turn(self, events: int) -> None:
        """Do what the selector says the socket is ready for."""
        if events & EVENT_READ:
            self._client.loop_read()
        if events & EVENT_WRITE:
            self._client.loop_write()

    def tick(self) -> None:
        """Once a second or so: ping, or give up a connection that has been silent for too long."""
        self._client.loop_misc()

    def hang_up(self) -> None:
        """Leave politely: the broker throws the last will away."""
        self._is_given_up = True
        self._client.disconnect()

    def cut(self) -> None:
        """Lose power: the connection breaks without a word, and what the box still had in memory is lost."""
        self._is_given_up = True
        sock = self._client.socket()
        if sock is not None:
            self._shut(sock)
        self._owner.keeper.add(lost=len(self._unacknowledged))

    def _shut(self, sock: mqtt.SocketLike) -> None:
        """End the connection under paho's feet and let it find out: it has no other way of leaving without DISCONNECT."""
        with contextlib.suppress(OSError):
            _as_socket(sock).shutdown(socket.SHUT_RDWR)
        for _ in range(READS_AFTER_CUT):
            if not self.is_open:
                return
            self._client.loop_read()

    def _on_connect(
        self,
        _client: mqtt.Client,
        _user: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _more: Properties | None,
    ) -> None:
        if reason.is_failure:
            return
        self._owner.line_accepted()
        self._client.subscribe(
            f"msg/{self.device}/#", 0
        )  # what stands is retained: it comes again with every connecting
        if not self._greetings:  # else paho is about to repeat the one that was not acknowledged
            greeting = self._greeting
            sent = self._client.publish(greeting.topic, greeting.payload, greeting.qos, greeting.retain)
            self._greetings.add(sent.mid)

    def _on_message(self, _client: mqtt.Client, _user: object, message: mqtt.MQTTMessage) -> None:
        self._owner.line_heard(self.device, message.topic, bytes(message.payload))

    def _on_publish(
        self, _client: mqtt.Client, _user: object, mid: int, _reason: ReasonCode, _more: Properties
    ) -> None:
        if mid in self._unacknowledged:
            self._unacknowledged.remove(mid)
            self._owner.keeper.add(acknowledged=1)
        elif mid in self._greetings:
            self._greetings.remove(mid)
            self._set_up(up=True)

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _user: object,
        _flags: mqtt.DisconnectFlags,
        _reason: ReasonCode,
        _more: Properties | None,
    ) -> None:
        self._set_up(up=False)
        if not self._is_given_up:
            self._owner.line_broken(self)

    def _set_up(self, *, up: bool) -> None:
        self._owner.keeper.add(up=up - self._is_up)
        self._is_up = up

    def _on_socket_open(self, _client: mqtt.Client, _user: object, sock: mqtt.SocketLike) -> None:
        _as_socket(sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._owner.selector.register(sock, EVENT_READ, self)

    def _on_socket_close(self, _client: mqtt.Client, _user: object, sock: mqtt.SocketLike) -> None:
        self._owner.selector.unregister(sock)

    def _on_socket_register_write(self, _client: mqtt.Client, _user: object, sock: mqtt.SocketLike) -> None:
        self._owner.selector.modify(sock, EVENT_READ | EVENT_WRITE, self)

    def _on_socket_unregister_write(self, _client: mqtt.Client, _user: object, sock: mqtt.SocketLike) -> None:
        self._owner.selector.modify(sock, EVENT_READ, self)


def _as_socket(sock: mqtt.SocketLike) -> socket.socket:
    if not isinstance(sock, socket.socket):
        raise TypeError("a set-top speaks plain TCP")
    return sock
