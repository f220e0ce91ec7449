"""The envelope of a fact: the same bytes in the journal, in a bundle and at a hub.

body   canonical JSON (sorted keys, UTF-8, no floats)
sealed nonce and AES-256-GCM of the personal fields under a key of the subject, or empty
hash   SHA-256(previous hash of this device ‖ body ‖ SHA-256(sealed)): the chain survives erasing `sealed`
sig    Ed25519(hash)
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec

from village_console.journal.facts import Fact
from village_console.village.clock import JST
from village_console.village.foreign import UNREADABLE
from village_console.village.ids import FactHash, Operator

FIRST_HASH = bytes(32)
ENVELOPE_VERSION = 1
NONCE_BYTES = 12
FOREVER_MS = 253_402_214_400_000
"""The end of year 9999: a wilder clock is shown as this."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything about a fact but its signature."""

    dev: str
    """SHA-256 of the device's public key, 16 hex digits."""
    inc: str
    """Incarnation: new for every database file, 8 hex digits."""
    seq: int
    """From 1, without gaps within (dev, inc)."""
    hlc: int
    wall: int
    """Milliseconds since 1970 by the desk's clock; a drill's time in a drill."""
    mono: int
    """Milliseconds of the monotonic clock: durations survive a wrong wall clock."""
    boot: str
    """The machine's boot id, 8 characters: which monotonic clock that was."""
    kind: str
    version: int
    subject: str
    prev: tuple[FactHash, ...]
    by: Operator
    via: str
    """Which desk or verb wrote it."""
    mode: str
    world: str
    incident: str
    d: dict[str, Any]
    v: int = ENVELOPE_VERSION

    def body(self) -> bytes:
        """Canonical JSON."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_body(cls, body: bytes) -> Envelope:
        """Read an envelope back from its canonical JSON.

        Raises:
            msgspec.DecodeError: these bytes are no envelope.
        """
        try:
            return _decoder.decode(body)
        except UNREADABLE as error:
            raise msgspec.DecodeError(str(error)) from error

    @property
    def at(self) -> datetime:
        """When it happened by the desk's clock."""
        return instant(self.wall)


_decoder = msgspec.json.Decoder(Envelope)
_secrets = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Link:
    """A fact as it travels: envelope, seal, signature, and the hash that it was built upon."""

    previous: bytes
    body: bytes
    sealed: bytes
    sealed_sha: bytes
    sig: bytes

    @property
    def hash(self) -> bytes:
        """What the device signed."""
        return hash_of(self.previous, self.body, self.sealed_sha)


def instant(ms: int) -> datetime:
    """Milliseconds since 1970 as a moment in Japan; what lies outside our calendar becomes its nearest end."""
    return datetime.fromtimestamp(min(max(ms, -FOREVER_MS // 5), FOREVER_MS) / 1000, JST)


def milliseconds(moment: datetime) -> int:
    """A moment as milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def hash_of(previous: bytes, body: bytes, sealed_sha: bytes) -> bytes:
    """The link of the chain, from the SHA-256 of the sealed bytes: they may be erased, the chain still verifies."""
    return hashlib.sha256(previous + body + sealed_sha).digest()


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def split(fact: Fact) -> tuple[dict[str, Any], dict[str, Any]]:
    """A fact's fields as plain values: those of the body, and the personal ones."""
    plain = cast("dict[str, Any]", msgspec.to_builtins(fact))
    plain.pop("subject")
    secret = {name: plain.pop(name) for name in fact.personal_fields()}
    return plain, secret


def seal(key: bytes, secret: dict[str, Any]) -> bytes:
    """Encrypt the personal fields."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- slow import

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(secret, sort_keys=True, ensure_ascii=False).encode(), None)


def unseal(key: bytes, sealed: bytes) -> dict[str, Any] | None:
    """Decrypt the personal fields; None when this is not the key."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- slow import

    try:
        return _secrets.decode(AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None))
    except (InvalidTag, *UNREADABLE):
        return None
