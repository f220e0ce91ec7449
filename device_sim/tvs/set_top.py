"""A set-top box as a state machine: what it publishes when something happens (docs/wires.md section 3). No socket, no clock."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from device_sim.tvs.screen import KEYS, Screen

SOURCE = "set_top"
LONGEST_PAYLOAD = 1024
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One MQTT message that wants to be sent."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class SetTop:
    """One box and the TV behind it. Without power it says nothing, whatever is done to it."""

    def __init__(self, device: str, channel: str = "1") -> None:
        """`channel` is the one shown when the TV is first switched on without naming another."""
        if not re.fullmatch("[a-z0-9-]+", device):
            raise ValueError(f"a device is named with lower-case letters, digits and '-', not {device!r}")
        self.device = device
        self.is_on = False
        self.channel = channel
        self.screen = Screen()
        self._boot: str | None = None
        self._seq = 0

    def power_up(self, boot: str) -> list[Publication]:
        """The box gets power: TV off, a new count under the 8 hex digits of `boot`; what it says when it is connected."""
        if not re.fullmatch("[0-9a-f]{8}", boot):
            raise ValueError(f"a boot is 8 lower-case hex digits, not {boot!r}")
        self._boot, self._seq, self.is_on, self.screen = boot, 0, False, Screen()
        return [self._line("up")]

    def power_cut(self) -> None:
        """The box loses power; only its last will still speaks for it."""
        self._boot, self.is_on = None, False

    def will(self) -> Publication:
        """The last will of this boot; raises `ValueError` when the box has no power."""
        return self._line("lost")

    def switch(self, *, on: bool, at: datetime, channel: str | None = None) -> list[Publication]:
        """Somebody switches the TV on or off; nothing is said when it already is."""
        if self._boot is None or (not on and not self.is_on):
            return []
        if not on:
            self.is_on = False
            self.screen.go_dark()
            return [self._log("power", "off", at)]
        if self.is_on:
            return self.tune(channel or self.channel, at)
        self.is_on, self.channel = True, channel or self.channel
        return [self._log("power", "on", at), self._log("channel", self.channel, at), *self._show(at)]

    def tune(self, channel: str, at: datetime) -> list[Publication]:
        """Somebody changes the channel; nothing is said when it is the same or the TV is off."""
        if self._boot is None or not self.is_on or channel == self.channel:
            return []
        self.channel = channel
        return [self._log("channel", channel, at)]

    def alive(self, at: datetime) -> list[Publication]:
        """The heartbeat: the present power state."""
        if self._boot is None:
            return []
        return [self._log("alive", "on" if self.is_on else "off", at)]

    @property
    def hears(self) -> str:
        """The topics under which messages come."""
        return f"msg/{self.device}/#"

    def hear(self, topic: str, payload: bytes, at: datetime) -> list[Publication]:
        """A message came; shown at once while the TV is on, else when it is switched on and the message is not over."""
        begin = f"msg/{self.device}/"
        if self._boot is None or not topic.startswith(begin):
            return []
        self.screen.take(topic.removeprefix(begin), payload)
        return self._show(at) if self.is_on else []

    def press(self, key: str, at: datetime) -> list[Publication]:
        """Somebody presses a colour key; it answers the newest message on the screen that asks, or nothing."""
        if key not in KEYS:
            raise ValueError(f"the remote control has {', '.join(KEYS)}, not {key!r}")
        message = self.screen.asking(at) if self.is_on else None
        if message is None:
            return []
        answer = {"v": 1, "id": message.id, "t": at.isoformat(), "value": key}
        return [Publication(f"tv/{self.device}/answer", _payload(answer))]

    def _show(self, at: datetime) -> list[Publication]:
        return [
            Publication(
                f"tv/{self.device}/shown",
                _payload({"v": 1, "id": message.id, "round": message.round, "t": at.isoformat()}),
            )
            for message in self.screen.show_due(at)
        ]

    def _log(self, kind: str, value: str, at: datetime) -> Publication:
        if at.tzinfo is None:
            raise ValueError("a time on the wire has an offset")
        seq = self._seq + 1
        log = {"v": 1, "boot": self._boot, "seq": seq, "t": at.isoformat(), "kind": kind, "value": value}
        publication = Publication(f"tv/{self.device}/log", _payload(log))
        self._seq = seq  # only a number that was really used may be counted
        return publication

    def _line(self, value: str) -> Publication:
        if self._boot is None:
            raise ValueError(f"{self.device} has no power")
        line = {"v": 1, "boot": self._boot, "kind": "line", "value": value}
        return Publication(f"tv/{self.device}/line", _payload(line), retain=True)


TWIN = SetTop


def _payload(message: Mapping[str, object]) -> bytes:
    payload = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    if len(payload) > LONGEST_PAYLOAD:
        raise ValueError(f"a payload has at most {LONGEST_PAYLOAD} bytes, this one {len(payload)}")
    return payload
