"""Which consoles belong to the village: what the village's key says of them, and what it says no more.

The newest word on a device counts, by its own number and not by any clock; of two with one number the revocation.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import msgspec

from village_console.journal.envelope import Envelope
from village_console.journal.facts import ConsoleAdmitted, ConsoleRevoked
from village_console.journal.identity import device_name, signature_fits

_DOMAIN = b"village_console admission\0"
"""In front of what the village signs: its signature under anything else is none here."""
Word = ConsoleAdmitted | ConsoleRevoked
"""What the village says of a device."""
W = TypeVar("W", ConsoleAdmitted, ConsoleRevoked)
WORDS: dict[str, type[Word]] = {kind.__name__: kind for kind in (ConsoleAdmitted, ConsoleRevoked)}


@dataclass(frozen=True, slots=True)
class Member:
    """A device as the village's words have it."""

    dev: str
    public: bytes
    n: int
    """The number of the word that counts; 0: admitted by hand, without one."""
    counts: dict[str, int] | None
    """None: all that it writes; else it was revoked, and this is the last of each incarnation that counts."""
    admitted: ConsoleAdmitted | None

    def may_have_written(self, inc: str, seq: int) -> bool:
        """Whether a link of it counts."""
        return self.counts is None or seq <= self.counts.get(inc, 0)


def console_subject(public: bytes) -> str:
    """The journal's subject for a console."""
    return f"console:{device_name(public)}"


def new_village() -> bytes:
    """A key for a village of one console: 32 private bytes of Ed25519."""
    return secrets.token_bytes(32)


def public_of(seed: bytes) -> bytes:
    """The public half of a village's or device's key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 -- slow import

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def signed(word: W, seed: bytes) -> W:
    """A word with the village's signature."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 -- slow import

    return replace(word, signature=Ed25519PrivateKey.from_private_bytes(seed).sign(_said(word)).hex())


def is_of(word: Word, village: bytes) -> bool:
    """Whether the village with this public key said it, of the device that its subject names."""
    try:
        signature, public = bytes.fromhex(word.signature), bytes.fromhex(word.public)
    except ValueError:
        return False
    named = len(public) == 32 and word.subject == console_subject(public)
    return named and len(signature) == 64 and signature_fits(village, signature, _said(word))


def word_in(envelope: Envelope) -> Word | None:
    """The word that a fact holds; None when it holds none, or one that cannot be read."""
    kind = WORDS.get(envelope.kind)
    try:
        return None if kind is None else msgspec.convert(envelope.d | {"subject": envelope.subject}, kind)
    except msgspec.ValidationError:
        return None


def members(connection: sqlite3.Connection) -> dict[str, Member]:
    """Every device that was ever admitted."""
    rows = connection.execute("SELECT dev, public, n, counts, admitted FROM devices ORDER BY dev")
    return {dev: Member(dev, bytes(public), n, _read(counts), _admitted(said)) for dev, public, n, counts, said in rows}


def heed(connection: sqlite3.Connection, words: Iterable[Word], village: bytes) -> set[str]:
    """Let the village's words count, inside the open transaction; returns the devices of which something new is known."""
    changed: set[str] = set()
    for word in words:
        if not is_of(word, village):
            continue
        public = bytes.fromhex(word.public)
        dev = device_name(public)
        row = connection.execute("SELECT n, counts FROM devices WHERE dev = ?", (dev,)).fetchone()
        known = (-1, 0) if row is None else (row[0], row[1] is not None)
        if (word.n, isinstance(word, ConsoleRevoked)) > known:
            _write(connection, dev, public, word)
            changed.add(dev)
    return changed


def _write(connection: sqlite3.Connection, dev: str, public: bytes, word: Word) -> None:
    connection.execute("INSERT OR IGNORE INTO devices (dev, public) VALUES (?, ?)", (dev, public))
    if isinstance(word, ConsoleRevoked):
        query, said = "UPDATE devices SET n = ?, counts = ? WHERE dev = ?", json.dumps(word.counts, sort_keys=True)
    else:
        query, said = "UPDATE devices SET n = ?, counts = NULL, admitted = ? WHERE dev = ?", _canonical(word)
    connection.execute(query, (word.n, said, dev))


def _said(word: Word) -> bytes:
    return _DOMAIN + type(word).__name__.encode() + b"\0" + _canonical(replace(word, signature="")).encode()


def _canonical(word: Word) -> str:
    return json.dumps(asdict(word), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _read(counts: str | None) -> dict[str, int] | None:
    plain: dict[str, Any] | None = None if counts is None else json.loads(counts)
    return plain


def _admitted(said: str | None) -> ConsoleAdmitted | None:
    return None if said is None else msgspec.json.decode(said, type=ConsoleAdmitted)
