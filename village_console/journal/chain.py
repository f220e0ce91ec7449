"""This device's chain of facts in the open file: writing the next link, and beginning a new chain when it must."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TypeVar

from village_console.journal import envelope as env
from village_console.journal import hlc
from village_console.journal.facts import Fact, Recorded
from village_console.journal.identity import Identity, boot_id
from village_console.journal.reading import recorded
from village_console.journal.store import Purpose, Store
from village_console.journal.subject_keys import SubjectKeys
from village_console.journal.tables import LinkWriter
from village_console.village.clock import Clock
from village_console.village.ids import FactHash, Operator

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the chain ends."""

    identity: Identity
    hash: bytes
    seq: int
    hlc: int


class Chain:
    """Not thread-safe by itself: the journal holds the lock and the transaction."""

    def __init__(self, store: Store, purpose: Purpose, keys: SubjectKeys, clock: Clock) -> None:
        """Continue where the file ends."""
        self._connection: sqlite3.Connection = store.connection
        self._store = store
        self._boot = boot_id()
        self._purpose = purpose
        self._keys = keys
        self._clock = clock
        self.tip = self._read_tip(store.identity())
        self._signing_key = self.tip.identity.key
        self.dev = self.tip.identity.dev
        """This device; its name is worked out from its key once, for every link that comes is compared with it."""

    def write(self, fact: F, prev: tuple[FactHash, ...], by: Operator, via: str) -> Recorded[F]:
        """Add the next link inside the open transaction."""
        now_ms = self._now_ms()
        plain, secret = env.split(fact)
        envelope = env.Envelope(
            dev=self.dev, inc=self.tip.identity.inc, seq=self.tip.seq + 1, hlc=hlc.tick(self.tip.hlc, now_ms), wall=now_ms,
            mono=int(self._clock.monotonic() * 1000), boot=self._boot, kind=type(fact).__name__, version=fact.VERSION,
            subject=fact.subject, prev=prev, by=by, via=via, mode=self._purpose.mode, world=self._purpose.world,
            incident=self._purpose.incident, d=plain,
        )  # fmt: skip
        sealed = env.seal(self._keys.current(fact.subject), secret) if secret else b""
        body, sealed_sha = envelope.body(), env.sha(sealed)
        hash_ = env.hash_of(self.tip.hash, body, sealed_sha)
        link = env.Link(self.tip.hash, body, sealed, sealed_sha, self._signing_key.sign(hash_))
        writer = LinkWriter(self._connection)
        writer.put(link, envelope, hash_, now_ms)
        writer.flush()
        self.tip = Tip(self.tip.identity, hash_, envelope.seq, envelope.hlc)
        return recorded(envelope, fact, hash_, now_ms)

    def witness(self, seen: int) -> None:
        """Let our stamps come after another console's; one far ahead of our clock does not move it."""
        tip = self.tip
        self.tip = Tip(tip.identity, tip.hash, tip.seq, hlc.witness(tip.hlc, seen, self._now_ms()))

    def begin_again(self, why: str) -> None:
        """Begin a new incarnation inside the open transaction: the old chain has another continuation somewhere."""
        self.tip = Tip(self._store.begin_incarnation(why, self._now_ms()), env.FIRST_HASH, 0, self.tip.hlc)

    def _now_ms(self) -> int:
        return round(self._clock.epoch() * 1000)

    def _read_tip(self, identity: Identity) -> Tip:
        own = self._connection.execute(
            "SELECT hash, seq FROM heads WHERE dev = ? AND inc = ?", (identity.dev, identity.inc)
        ).fetchone() or (env.FIRST_HASH, 0)
        query = "SELECT coalesce(max(hlc), 0) FROM heads WHERE dev = ?"
        last = int(self._connection.execute(query, (identity.dev,)).fetchone()[0])
        for (stamp,) in self._connection.execute("SELECT hlc FROM heads ORDER BY hlc"):
            last = hlc.witness(last, int(stamp), self._now_ms())
        return Tip(identity, bytes(own[0]), int(own[1]), last)
