"""This device's chain of facts in the open file: writing the next link, reading links back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from village_console.journal import envelope as env
from village_console.journal import hlc
from village_console.journal.facts import Catalogue, Fact, Recorded
from village_console.journal.identity import boot_id
from village_console.journal.store import Purpose, Store
from village_console.village.clock import JST, Clock
from village_console.village.ids import FactHash, Operator

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the chain ends."""

    hash: bytes
    seq: int
    hlc: int


class Chain:
    """Not thread-safe by itself: the journal holds the lock and the transaction."""

    def __init__(self, store: Store, purpose: Purpose, catalogue: Catalogue, clock: Clock) -> None:
        """Continue where the file ends."""
        self._connection: sqlite3.Connection = store.connection
        self._identity = store.identity()
        self._signing_key = self._identity.key
        self._dev = self._identity.dev
        self._boot = boot_id()
        self._purpose = purpose
        self._catalogue = catalogue
        self._clock = clock
        self.tip = self._read_tip()

    def write(self, fact: F, prev: tuple[FactHash, ...], by: Operator, via: str) -> Recorded[F]:
        """Add the next link inside the open transaction."""
        now_ms = round(self._clock.epoch() * 1000)
        plain, secret = env.split(fact)
        sealed = env.seal(self.key_of(fact.subject), secret) if secret else b""
        envelope = self._envelope(fact, plain, prev, by, via, now_ms)
        body, sealed_sha = envelope.body(), env.sha(sealed)
        hash_ = env.hash_of(self.tip.hash, body, sealed_sha)
        self._connection.execute(
            "INSERT INTO facts (dev, inc, seq, kind, subject, arrived, body, sealed, sealed_sha, hash, sig)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (envelope.dev, envelope.inc, envelope.seq, envelope.kind, envelope.subject, now_ms, body, sealed,
             sealed_sha, hash_, self._signing_key.sign(hash_)),
        )  # fmt: skip
        self.tip = Tip(hash_, envelope.seq, envelope.hlc)
        self._connection.execute(
            "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?)",
            (envelope.dev, envelope.inc, self.tip.seq, self.tip.hash, self.tip.hlc),
        )
        return _recorded(envelope, fact, hash_, now_ms)

    def about(self, subject: str) -> list[Recorded[Any]]:
        """Every fact of a subject that this version understands."""
        query = "SELECT body, sealed, hash, arrived FROM facts WHERE subject = ? ORDER BY id"
        return [r for row in self._connection.execute(query, (subject,)).fetchall() if (r := self._decode(*row))]

    def find(self, hash_: FactHash) -> Recorded[Any] | None:
        """The fact with this hash, if it is here and understood."""
        query = "SELECT body, sealed, hash, arrived FROM facts WHERE hash = ?"
        row = self._connection.execute(query, (bytes.fromhex(hash_),)).fetchone()
        return self._decode(*row) if row else None

    def every(self) -> Iterator[tuple[env.Envelope, Recorded[Any] | None]]:
        """All facts as they arrived; None beside those that this version does not understand."""
        for row in self._connection.execute("SELECT body, sealed, hash, arrived FROM facts ORDER BY id").fetchall():
            yield env.Envelope.from_body(row[0]), self._decode(*row)

    def last_of(self, kind: type[F], limit: int) -> list[Recorded[F]]:
        """The newest facts of a kind, newest first."""
        query = "SELECT body, sealed, hash, arrived FROM facts WHERE kind = ? ORDER BY id DESC LIMIT ?"
        rows = self._connection.execute(query, (kind.__name__, limit)).fetchall()
        return [r for row in rows if (r := self._decode(*row))]

    def count_own(self, kind: type[Fact]) -> int:
        """How many facts of a kind this device has ever written, taken back or not."""
        query = "SELECT count(*) FROM facts WHERE kind = ? AND dev = ?"
        return int(self._connection.execute(query, (kind.__name__, self._dev)).fetchone()[0])

    def key_of(self, subject: str) -> bytes:
        """The 32-byte key of a subject, made on first use."""
        found = self._find_key(subject)
        if found is None:
            found = os.urandom(32)
            self._connection.execute("INSERT INTO keys VALUES (?, ?)", (subject, found))
        return found

    def _find_key(self, subject: str) -> bytes | None:
        row = self._connection.execute("SELECT key FROM keys WHERE subject = ?", (subject,)).fetchone()
        return bytes(row[0]) if row else None

    def _envelope(
        self, fact: Fact, plain: dict[str, Any], prev: tuple[FactHash, ...], by: Operator, via: str, now_ms: int
    ) -> env.Envelope:
        return env.Envelope(
            dev=self._dev, inc=self._identity.inc, seq=self.tip.seq + 1, hlc=hlc.tick(self.tip.hlc, now_ms), wall=now_ms,
            mono=int(self._clock.monotonic() * 1000), boot=self._boot, kind=type(fact).__name__, version=fact.VERSION,
            subject=fact.subject, prev=prev, by=by, via=via, mode=self._purpose.mode, world=self._purpose.world,
            incident=self._purpose.incident, d=plain,
        )  # fmt: skip

    def _decode(self, body: bytes, sealed: bytes, hash_: bytes, arrived: int) -> Recorded[Any] | None:
        envelope = env.Envelope.from_body(body)
        kind = self._catalogue.kinds.get(envelope.kind)
        secret = env.unseal(self._find_key(envelope.subject), sealed) if sealed else {}
        if kind is None or envelope.version != kind.VERSION or secret is None or kind.personal_fields() - secret.keys():
            return None
        fact = msgspec.convert(envelope.d | secret | {"subject": envelope.subject}, kind)
        return _recorded(envelope, fact, bytes(hash_), arrived)

    def _read_tip(self) -> Tip:
        own = self._connection.execute(
            "SELECT hash, seq FROM heads WHERE dev = ? AND inc = ?", (self._dev, self._identity.inc)
        ).fetchone() or (env.FIRST_HASH, 0)
        seen = self._connection.execute("SELECT coalesce(max(hlc), 0) FROM heads").fetchone()[0]
        return Tip(bytes(own[0]), int(own[1]), int(seen))


def _recorded(envelope: env.Envelope, fact: F, hash_: bytes, arrived_ms: int) -> Recorded[F]:
    return Recorded(
        hash=FactHash(hash_.hex()), fact=fact, dev=envelope.dev, inc=envelope.inc, seq=envelope.seq, hlc=envelope.hlc,
        wall=envelope.at, arrived=datetime.fromtimestamp(arrived_ms / 1000, JST), by=Operator(envelope.by),
        prev=envelope.prev,
    )  # fmt: skip
