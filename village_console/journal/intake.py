"""Taking in what comes from other consoles, in any order and as often as it likes: the union of two sets of facts.

Nothing that comes can change or remove what is here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import msgspec

from village_console.journal import envelope as env
from village_console.journal.admission import Word, heed, members, word_in
from village_console.journal.chain import Chain
from village_console.journal.envelope import Envelope, Link
from village_console.journal.exchange import Refusal, TakenIn
from village_console.journal.identity import device_name, signature_fits
from village_console.journal.store import Purpose
from village_console.journal.tables import LinkWriter, count_again, held
from village_console.village.foreign import LARGEST_NUMBER

MOST_QUARANTINED = 10_000
BATCH = 200
"""Links that are taken in within one transaction: a desk waits for one batch at most."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A link that has come, as far as it can be looked at by itself."""

    link: Link
    hash: bytes
    envelope: Envelope | None
    """None: it cannot be read."""
    signed: bool = False
    """Whether its signature was seen to fit; else that is asked when it matters."""


def arrivals(links: Iterable[Link]) -> list[Arrival]:
    """Links, read."""
    return [Arrival(link, link.hash, _readable(link)) for link in links]


def checked(coming: Iterable[Arrival], public: Mapping[str, bytes], known: Collection[bytes]) -> list[Arrival]:
    """The same with their signatures looked at, as far as their devices' public keys are known and they are not here yet.

    This is the slow part of an intake, and needs neither the file nor its lock.
    """
    return [_checked(one, public) if one.envelope and one.hash not in known else one for one in coming]


def _checked(one: Arrival, public: Mapping[str, bytes]) -> Arrival:
    key = public.get(one.envelope.dev) if one.envelope else None
    signed = key is not None and signature_fits(key, one.link.sig, one.hash)
    return Arrival(one.link, one.hash, one.envelope, signed)


class Intake:
    """Taking links in, inside one open transaction of the journal."""

    def __init__(
        self, connection: sqlite3.Connection, chain: Chain, purpose: Purpose, village: bytes, now_ms: int
    ) -> None:
        """For one batch; `village`: whose word on consoles counts."""
        self._connection = connection
        self._chain = chain
        self._purpose = (purpose.mode, purpose.world, purpose.incident)
        self._village = village
        self._now_ms = now_ms
        self._members = members(connection)
        self._writer = LinkWriter(connection)
        self._held: dict[bytes, bool] = {}
        """Which of the links that were looked for are here, and whether with their personal fields."""
        self.result = TakenIn()
        self._apart: int | None = None
        """How many are kept apart; None: to be counted. Counting them for every stranger's link would hold the desk up."""
        self.set_apart = False
        """Whether facts that stood here were taken out of sight."""

    def admit(self, public: bytes) -> None:
        """Take in what the holder of this key signs, whatever the village says of it."""
        dev = device_name(public)
        self._connection.execute("INSERT OR IGNORE INTO devices (dev, public) VALUES (?, ?)", (dev, public))
        self._members = members(self._connection)
        self._readmit(dev)

    def heed(self, words: Iterable[Word]) -> None:
        """Let the village's words on consoles count: whom it admits is taken in, what it counts no more is kept apart."""
        changed = heed(self._connection, words, self._village)
        self._members = members(self._connection) if changed else self._members
        for dev in sorted(changed):
            self._set_apart(dev)
            self._readmit(dev)

    def take(self, coming: Iterable[Arrival]) -> None:
        """Take in links, whatever they are."""
        left = iter(coming)
        while batch := list(islice(left, BATCH)):
            self._held |= held(self._connection, [one.hash for one in batch])
            for one in batch:
                refusal = self._take_one(one)
                if refusal is not None:
                    self.result.refused[refusal] += 1
            self._writer.flush()

    def _readmit(self, dev: str) -> None:
        """Take in what was kept apart from a device that is admitted now."""
        self._writer.flush()
        query = "SELECT previous, body, sealed, sealed_sha, sig FROM quarantine WHERE dev = ?"
        rows = self._connection.execute(query, (dev,)).fetchall()
        waiting = arrivals(Link(*map(bytes, row)) for row in rows)
        coming = [one for one in waiting if one.envelope and self._counts(one.envelope)]
        self._connection.executemany("DELETE FROM quarantine WHERE hash = ?", [(one.hash,) for one in coming])
        self._apart = None
        self.take(coming)

    def _counts(self, envelope: Envelope) -> bool:
        member = self._members.get(envelope.dev)
        return member is not None and member.may_have_written(envelope.inc, envelope.seq)

    def _set_apart(self, dev: str) -> None:
        """Keep apart what a revoked device wrote behind its last places: here as at every console that never took it in."""
        if dev == self._chain.dev:
            return  # what we wrote ourselves stays in sight: others keep it apart
        self._writer.flush()
        query = "SELECT hash, previous, body, sealed, sealed_sha, sig FROM facts WHERE dev = ?"
        moved: set[str] = set()
        for hash_, *row in self._connection.execute(query, (dev,)).fetchall():
            link = Link(*map(bytes, row))
            envelope = Envelope.from_body(link.body)
            if not self._counts(envelope):
                self._connection.execute("DELETE FROM facts WHERE hash = ?", (hash_,))
                self._held.pop(bytes(hash_), None)
                self._lay_aside(link, bytes(hash_), envelope)
                self._apart = None
                self.set_apart = True
                moved.add(envelope.inc)
        for inc in moved:
            count_again(self._connection, dev, inc)

    def _take_one(self, one: Arrival) -> Refusal | None:
        envelope, link = one.envelope, one.link
        if envelope is None:
            return Refusal.UNREADABLE
        if (envelope.mode, envelope.world, envelope.incident) != self._purpose:
            return Refusal.OTHER_PURPOSE
        if link.sealed and env.sha(link.sealed) != link.sealed_sha:
            return Refusal.SEAL_BROKEN
        if not self._counts(envelope):
            return self._keep_apart(one, envelope)
        if not self._admitted(one, envelope):
            return Refusal.SIGNATURE_WRONG
        if word := word_in(envelope):
            self.heed((word,))
        return None

    def _keep_apart(self, one: Arrival, envelope: Envelope) -> Refusal | None:
        if self._connection.execute("SELECT 1 FROM quarantine WHERE hash = ?", (one.hash,)).fetchone():
            self.result.known += 1
            return None
        if self._apart is None:
            self._apart = int(self._connection.execute("SELECT count(*) FROM quarantine").fetchone()[0])
        if self._apart >= MOST_QUARANTINED:
            return Refusal.QUARANTINE_FULL
        self._apart += 1
        self._lay_aside(one.link, one.hash, envelope)
        return None

    def _lay_aside(self, link: Link, hash_: bytes, envelope: Envelope) -> None:
        self._connection.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?,?,?,?,?,?,?,?)",
            (hash_, envelope.dev, self._now_ms, link.previous, link.body, link.sealed, link.sealed_sha, link.sig),
        )
        self.result.quarantined += 1
        self.result.subjects.add(envelope.subject)

    def _admitted(self, one: Arrival, envelope: Envelope) -> bool:
        """Take in what a member wrote; false when it is not signed by it. What is here already was checked when it came."""
        whole = self._held.get(one.hash)
        if whole is None:
            if not (one.signed or signature_fits(self._members[envelope.dev].public, one.link.sig, one.hash)):
                return False
            self._new(one, envelope)
            return True
        if one.link.sealed and not whole:
            self._writer.flush()
            self._connection.execute("UPDATE facts SET sealed = ? WHERE hash = ?", (one.link.sealed, one.hash))
            self._held[one.hash] = True
            self.result.subjects.add(envelope.subject)
        self.result.known += 1
        return True

    def _new(self, one: Arrival, envelope: Envelope) -> None:
        chain = (envelope.dev, envelope.inc)
        if not self._writer.continues(one.link, envelope):
            self._note_forks(one, envelope)
        self._writer.put(one.link, envelope, one.hash, self._now_ms)
        self._held[one.hash] = bool(one.link.sealed)
        if chain == (self._chain.dev, self._chain.tip.identity.inc):
            self._chain.begin_again("met_itself")
        self._chain.witness(envelope.hlc)
        self.result.new += 1
        self.result.subjects.add(envelope.subject)

    def _note_forks(self, one: Arrival, envelope: Envelope) -> None:
        self._writer.flush()
        for seq in self._forks_beside(one, envelope):
            told = self._connection.execute(
                "INSERT OR IGNORE INTO forks (dev, inc, seq, seen) VALUES (?, ?, ?, ?)",
                (envelope.dev, envelope.inc, seq, self._now_ms),
            )
            self.result.forked += told.rowcount

    def _forks_beside(self, one: Arrival, envelope: Envelope) -> Iterator[int]:
        """Where this link shows that its chain has forked, also when the other link of that place has not come yet."""
        query = "SELECT seq, hash, previous FROM facts WHERE dev = ? AND inc = ? AND seq BETWEEN ? AND ?"
        place = (envelope.dev, envelope.inc, envelope.seq - 1, envelope.seq + 1)
        beside = [(seq, bytes(hash_), bytes(back)) for seq, hash_, back in self._connection.execute(query, place)]
        before = {hash_ for seq, hash_, _ in beside if seq == envelope.seq - 1}
        here = {hash_ for seq, hash_, _ in beside if seq == envelope.seq}
        after = {back for seq, _, back in beside if seq == envelope.seq + 1}
        if before and one.link.previous not in before:
            yield envelope.seq - 1
        if here or after - {one.hash}:
            yield envelope.seq


def _readable(link: Link) -> Envelope | None:
    try:
        envelope = Envelope.from_body(link.body)
    except msgspec.DecodeError:
        return None
    numbers = (envelope.seq, envelope.hlc, abs(envelope.wall), abs(envelope.mono))
    whole = len(link.previous) == len(link.sealed_sha) == 32 and len(link.sig) == 64
    return envelope if whole and envelope.seq > 0 and all(0 <= n < LARGEST_NUMBER for n in numbers) else None
