"""What lies on an anchor (docs/wires.md 8): three streams, their subjects, and how a place in them is written down."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import msgspec

from village_console.journal.store import Purpose
from village_console.journal.subject_keys import SubjectKey
from village_console.sync.statement import Signed
from village_console.sync.wire import Kept
from village_console.village.foreign import read_as

FACTS, HAVE, KEYS = "FACTS", "HAVE", "KEYS"
OLDEST_SERVER = (2, 14)
MAX_PAYLOAD = 1 << 20
"""Bytes of one message."""
LARGEST_PARCEL = MAX_PAYLOAD - 8_192
"""What a message holds beside its headers."""
MOST_STATEMENTS = 1_000
SERVER_STATE = "server.jsz"
"""Where an anchor answers how it keeps its streams: the server itself, by way of an import from its system account."""
HUB_STATE = "server.varz"
"""The same at a hub, where every node answers; JSZ would tell a village of the others' streams."""
_DIGEST = 8


def purpose_text(purpose: Purpose) -> str:
    """As streams and statements have it."""
    return f"{purpose.mode}/{purpose.world}/{purpose.incident}"


def facts_of(device: str) -> str:
    """Where a console puts its parcels."""
    return f"facts.{device}"


def have_of(device: str) -> str:
    """Where a console says what it holds."""
    return f"have.{device}"


def keys_of(subject: str) -> str:
    """Where all keys of a subject lie: nothing of it can be read from that."""
    return f"keys.{hashlib.sha256(subject.encode()).hexdigest()[:32]}"


def key_place(held: SubjectKey) -> str:
    """Where one key lies; what lies there is always the same."""
    whole = f"{held.subject}\0{' '.join(held.after)}\0".encode() + held.key
    return f"{keys_of(held.subject)}.{hashlib.sha256(whole).hexdigest()[:32]}"


def stream_configs(
    village: bytes, purpose: Purpose, *, replicas: int = 1, guarded: bool = True
) -> list[dict[str, Any]]:
    """How the streams are made; `guarded`: nobody, the anchor's own user neither, can take facts out."""
    metadata = {"village": village.hex(), "purpose": purpose_text(purpose), "store": secrets.token_hex(8)}
    common: dict[str, Any] = {
        "storage": "file", "retention": "limits", "discard": "new", "num_replicas": replicas, "allow_direct": True,
        "duplicate_window": 100_000_000, "metadata": metadata,
    }  # fmt: skip
    guards = {"deny_delete": guarded, "deny_purge": guarded}
    one_each = {"max_msgs_per_subject": 1, "discard": "old"}
    return [
        common | {"name": FACTS, "subjects": ["facts.*"]} | guards,
        common | {"name": HAVE, "subjects": ["have.*"]} | one_each,
        common | {"name": KEYS, "subjects": ["keys.*.*"]} | one_each,
    ]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a stream was read: the number of the last message, and what it was."""

    seq: int = 0
    digest: str = ""

    @classmethod
    def of(cls, message: Kept) -> Mark:
        """At this message."""
        return cls(message.seq, hashlib.sha256(message.data).hexdigest()[: 2 * _DIGEST])


@dataclass(frozen=True, slots=True)
class Place:
    """How far an anchor was read."""

    facts: Mark = Mark()
    keys: Mark = Mark()

    def text(self) -> str:
        """As the journal keeps it: `FACTS.DIGEST/KEYS.DIGEST`."""
        return f"{self.facts.seq}.{self.facts.digest}/{self.keys.seq}.{self.keys.digest}"

    @classmethod
    def read(cls, text: str) -> Place:
        """From that; the beginning for anything else."""
        try:
            facts, keys = (Mark(int(seq), digest) for seq, _, digest in (p.partition(".") for p in text.split("/")))
        except ValueError:
            return cls()
        return cls(facts, keys)


def packed_key(held: SubjectKey) -> bytes:
    """A key as a message."""
    return msgspec.msgpack.encode(held)


def unpacked_key(place: str, content: bytes) -> SubjectKey | None:
    """A key from the message at this place; None when it is none, or one that belongs elsewhere."""
    held = read_as(_key_decoder.decode, content)
    return held if held is not None and key_place(held) == place else None


def packed_statement(said: Signed) -> bytes:
    """A statement as a message."""
    return msgspec.msgpack.encode(said)


def unpacked_statement(content: bytes) -> Signed | None:
    """A statement from a message, not believed yet; None when it is none."""
    return read_as(_statement_decoder.decode, content)


_key_decoder = msgspec.msgpack.Decoder(SubjectKey)
_statement_decoder = msgspec.msgpack.Decoder(Signed)
