"""How a message travels to each kind of television (docs/wires.md 3), pure. What does not fit is cut, and that is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from village_console.announce.rules import Texts
from village_console.village.names import clusters

LARGEST = 2048
"""Bytes of a message to a set-top."""
ECHONET_BYTES = 244
"""Bytes of text in property 0xB3 of an ECHONET Lite television (class 0x0602)."""
_UTF_8 = 0x08
_JOINER = "\u200d".encode()
"""Joins what follows to what stands before; with nothing behind it, it has no place."""
SET_TOP, WEBOS, ECHONET = "set_top", "webos", "echonet"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message as one television is to show it."""

    id: str
    round: int
    level: int
    texts: Texts
    valid_until: datetime
    drill: bool
    asks: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is published for it."""

    topic: str
    payload: bytes
    retain: bool
    """Whether a television that connects later gets it too: then `valid_until` is in the payload."""
    cut: bool = False


def set_top(device: str, notice: Notice) -> Outgoing:
    """Our own set-top: all three languages, kept by the broker until it is taken away."""
    body = {
        "v": 1, "id": notice.id, "round": notice.round, "level": notice.level, "ja": notice.texts.ja,
        "easy": notice.texts.easy, "en": notice.texts.en, "valid_until": notice.valid_until.isoformat(),
        "drill": notice.drill, "asks": notice.asks,
    }  # fmt: skip
    payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if len(payload) > LARGEST:
        raise ValueError(f"a message of {len(payload)} bytes; templates and notes are held to be shorter")
    return Outgoing(topic_of(device, notice.id), payload, retain=True)


def webos(device: str, notice: Notice) -> Outgoing:
    """A toast on an LG television by way of lgtv2mqtt: plain text, gone in seconds, and nothing tells that it was seen."""
    return Outgoing(f"{device}/set/toast", notice.texts.ja.encode(), retain=False)


def echonet(device: str, notice: Notice) -> Outgoing:
    """Property 0xB3 by way of echonetlite2mqtt: length, character code (UTF-8), reserved, then at most 244 bytes of text."""
    text = cut_to(notice.texts.ja, ECHONET_BYTES)
    edt = bytes((len(text), _UTF_8, 0)) + text
    topic = f"echonetlite2mqtt/elapi/v2/devices/{device}/properties/b3/set"
    return Outgoing(topic, edt.hex().encode(), retain=False, cut=len(text) < len(notice.texts.ja.encode()))


BY_SOURCE: dict[str, Callable[[str, Notice], Outgoing]] = {
    "": set_top, SET_TOP: set_top, WEBOS: webos, ECHONET: echonet,
}  # fmt: skip
"""By the dialect that a television speaks; one that was never heard is taken for a set-top. A plug shows nothing."""


def topic_of(device: str, announcement: str) -> str:
    """Where a set-top hears one message."""
    return f"msg/{device}/{announcement.replace(':', '-')}"


def cut_to(text: str, size: int) -> bytes:
    """The longest beginning in UTF-8 of at most so many bytes, never through a character as a person sees it."""
    kept = b""
    for cluster in clusters(text):
        more = cluster.encode()
        if len(kept) + len(more) > size:
            break
        kept += more
    return kept.removesuffix(_JOINER)
