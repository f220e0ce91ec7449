"""What a set-top says back (docs/wires.md 3): that a message was on its screen, and which key was pressed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from village_console.announce.facts import Answer
from village_console.village.foreign import is_dated, read_as

TOPICS = ("tv/+/shown", "tv/+/answer")
LARGEST = 512
_TOPIC = re.compile(r"tv/(?P<device>[a-z0-9][a-z0-9-]{0,63})/(?P<part>shown|answer)")
_ID = re.compile(r"say-\d{1,6}-\d{1,9}")


class _Shown(msgspec.Struct, forbid_unknown_fields=True):
    v: Literal[1]
    id: str
    round: int
    t: datetime


class _Answered(msgspec.Struct, forbid_unknown_fields=True):
    v: Literal[1]
    id: str
    t: datetime
    value: Answer


@dataclass(frozen=True, slots=True)
class Reply:
    """One word of a television about one message."""

    device: str
    announcement: str
    at: datetime
    answer: Answer | None
    """None: it was shown."""


def read(topic: str, payload: bytes) -> Reply | None:
    """Read one message; None for anything that is not a reply as the page on wires has it."""
    place = _TOPIC.fullmatch(topic)
    if place is None or len(payload) > LARGEST:
        return None
    told = read_as((_shown if place["part"] == "shown" else _answered).decode, payload)
    if told is None or not _ID.fullmatch(told.id) or not is_dated(told.t):
        return None
    answer = told.value if isinstance(told, _Answered) else None
    return Reply(place["device"], told.id.replace("say-", "say:", 1), told.t, answer)


_shown, _answered = msgspec.json.Decoder(_Shown), msgspec.json.Decoder(_Answered)
