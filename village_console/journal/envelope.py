"""The envelope of a fact: the same bytes in the journal, in a bundle and at a hub.

body   canonical JSON (sorted keys, UTF-8, no floats)
sealed AES-256-GCM of the personal fields under the subject's key, or empty
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
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from village_console.journal.facts import Fact
from village_console.village.clock import JST
from village_console.village.ids import FactHash, Operator

FIRST_HASH = bytes(32)
ENVELOPE_VERSION = 1
NONCE_BYTES = 12


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

    def body(self) -> bytes:
        """Canonical JSON."""
        plain = {"v": ENVELOPE_VERSION} | {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_body(cls, body: bytes) -> Envelope:
        """Read an envelope back from its canonical JSON."""
        plain = cast("dict[str, Any]", json.loads(body))
        plain.pop("v")
        plain["prev"] = tuple(plain["prev"])
        return cls(**plain)

    @property
    def at(self) -> datetime:
        """When it happened by the desk's clock."""
        return datetime.fromtimestamp(self.wall / 1000, JST)


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
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(secret, sort_keys=True, ensure_ascii=False).encode(), None)


def unseal(key: bytes | None, sealed: bytes) -> dict[str, Any] | None:
    """Decrypt the personal fields; None when the key is gone or does not fit."""
    if key is None:
        return None
    try:
        return cast("dict[str, Any]", json.loads(AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)))
    except InvalidTag:
        return None
