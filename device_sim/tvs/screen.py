"""What a set-top shows on its television beside the programme: messages (docs/wires.md section 3). No socket, no clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEYS = ("safe", "help", "leaving")
"""Blue, red and yellow on the remote control."""
REMEMBERED = 200
"""Messages that a box knows to have shown, so that none comes twice."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came."""

    id: str
    round: int
    ja: str
    easy: str
    en: str
    valid_until: datetime
    asks: bool


class Screen:
    """The messages of one box. What is over is never shown, what was shown is not shown again."""

    def __init__(self) -> None:
        """Nothing has come."""
        self._waiting: dict[str, Message] = {}
        self.on_screen: dict[str, Message] = {}
        """What a person in front of the television can read, by id."""
        self._seen: dict[tuple[str, int], None] = {}

    def take(self, id_: str, payload: bytes) -> None:
        """A message came, or was taken away (an empty payload); nonsense changes nothing."""
        if not payload:
            self._waiting.pop(id_, None)
            self.on_screen.pop(id_, None)
            return
        message = _read(payload)
        if message is not None and message.id == id_ and (message.id, message.round) not in self._seen:
            self._waiting[id_] = message

    def show_due(self, at: datetime) -> list[Message]:
        """Put up whatever waits and is not over, take down what is; returns what is new on the screen."""
        for id_, message in list(self.on_screen.items()):
            if at >= message.valid_until:
                del self.on_screen[id_]
        fresh = [message for message in self._waiting.values() if at < message.valid_until]
        self._waiting.clear()
        for message in fresh:
            self.on_screen[message.id] = message
            self._seen[message.id, message.round] = None
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return fresh

    def asking(self, at: datetime) -> Message | None:
        """The newest message on the screen that wants an answer."""
        asking = (m for m in reversed(self.on_screen.values()) if m.asks and at < m.valid_until)
        return next(asking, None)

    def go_dark(self) -> None:
        """The television is off: nobody reads anything."""
        self.on_screen.clear()


def _read(payload: bytes) -> Message | None:
    try:
        told: Any = json.loads(payload)
        until = datetime.fromisoformat(told["valid_until"])
        if told["v"] != 1 or until.tzinfo is None:
            return None
        return Message(
            str(told["id"]), int(told["round"]), str(told["ja"]), str(told["easy"]), str(told["en"]), until,
            bool(told["asks"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None
