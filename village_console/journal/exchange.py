"""Journals becoming one: what a journal has, what another lacks, and taking in what comes, in any order and as often as it likes.

The facts of all consoles are one set, and this is its union. Nothing that comes can change or remove what is here.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from village_console.journal import envelope as env
from village_console.journal.admission import Word, heed, members, word_in
from village_console.journal.chain import Chain
from village_console.journal.envelope import Envelope, Link
from village_console.journal.identity import signature_fits
from village_console.journal.store import Purpose
from village_console.journal.tables import count_again, insert_link, mixed

MOST_QUARANTINED = 10_000
_MOST = 2**62
"""Larger numbers do not fit into the file."""
_LINK = "SELECT previous, body, sealed, sealed_sha, sig FROM facts "

ChainId = tuple[str, str]
"""Device and incarnation."""


@dataclass(frozen=True, slots=True)
class Have:
    """What a journal holds of one chain: two that agree in it hold the same."""

    seq: int
    """The chain is whole up to here."""
    count: int
    mix: bytes
    """Sum of all hashes."""


class Refusal(StrEnum):
    """Why a link was not taken in."""

    UNREADABLE = "unreadable"
    OTHER_PURPOSE = "other_purpose"
    """Another run mode, world or incident."""
    SEAL_BROKEN = "seal_broken"
    SIGNATURE_WRONG = "signature_wrong"
    QUARANTINE_FULL = "quarantine_full"


@dataclass(slots=True)
class TakenIn:
    """What came of some links."""

    new: int = 0
    known: int = 0
    quarantined: int = 0
    """Of devices that were not admitted: kept apart, taken in when they are."""
    refused: Counter[Refusal] = field(default_factory=Counter[Refusal])
    forked: int = 0
    """Places of chains that are now seen to hold, or to have held, more than one link."""
    subjects: set[str] = field(default_factory=set[str])
    """What the new facts are about."""

    def add(self, other: TakenIn) -> None:
        """Count another batch in."""
        self.new, self.known = self.new + other.new, self.known + other.known
        self.quarantined, self.forked = self.quarantined + other.quarantined, self.forked + other.forked
        self.refused += other.refused
        self.subjects |= other.subjects


def have(connection: sqlite3.Connection) -> dict[ChainId, Have]:
    """Every chain that the file holds."""
    rows = connection.execute("SELECT dev, inc, seq, count, mix FROM heads")
    return {(dev, inc): Have(seq, count, bytes(mix)) for dev, inc, seq, count, mix in rows}


def owed(connection: sqlite3.Connection, theirs: Mapping[ChainId, Have]) -> Iterator[Link]:
    """What a journal that has this lacks of ours: the end of a chain, or all of one that does not fit."""
    for chain, ours in have(connection).items():
        known = theirs.get(chain, Have(0, 0, bytes(32)))
        if known == ours:
            continue
        query = _LINK + "WHERE dev = ? AND inc = ? AND seq > ? ORDER BY seq, hash"
        after = known.seq if _is_beginning(connection, chain, known) else 0
        yield from (Link(*map(bytes, row)) for row in connection.execute(query, (*chain, after)).fetchall())


def _is_beginning(connection: sqlite3.Connection, chain: ChainId, known: Have) -> bool:
    """Whether they hold exactly what we hold up to their sequence number."""
    count, mix = 0, bytes(32)
    query = "SELECT hash FROM facts WHERE dev = ? AND inc = ? AND seq <= ?"
    for (hash_,) in connection.execute(query, (*chain, known.seq)):
        count, mix = count + 1, mixed(mix, bytes(hash_))
    return (count, mix) == (known.count, known.mix)


class Intake:
    """Taking links in, inside one open transaction of the journal."""

    def __init__(
        self, connection: sqlite3.Connection, chain: Chain, purpose: Purpose, village: bytes, now_ms: int
    ) -> None:
        """For one batch; `village`: whose word on consoles counts."""
        self._connection = connection
        self._chain = chain
        self._purpose = purpose
        self._village = village
        self._now_ms = now_ms
        self._members = members(connection)
        self.result = TakenIn()
        self.set_apart = False
        """Whether facts that stood here were taken out of sight."""

    def heed(self, words: Iterable[Word]) -> None:
        """Let the village's words on consoles count: whom it admits is taken in, what it counts no more is kept apart."""
        changed = heed(self._connection, words, self._village)
        self._members = members(self._connection) if changed else self._members
        for dev in sorted(changed):
            self._set_apart(dev)
            self.readmit(dev)

    def take(self, links: Iterable[Link]) -> None:
        """Take in links, whatever they are."""
        for link in links:
            refusal = self._take_one(link)
            if refusal is not None:
                self.result.refused[refusal] += 1

    def readmit(self, dev: str) -> None:
        """Take in what was kept apart from a device that is admitted now."""
        query = "SELECT previous, body, sealed, sealed_sha, sig FROM quarantine WHERE dev = ?"
        waiting = [Link(*map(bytes, row)) for row in self._connection.execute(query, (dev,)).fetchall()]
        links = [link for link in waiting if self._counts(dev, Envelope.from_body(link.body))]
        self._connection.executemany("DELETE FROM quarantine WHERE hash = ?", [(link.hash,) for link in links])
        self.take(links)

    def _counts(self, dev: str, envelope: Envelope) -> bool:
        return dev in self._members and self._members[dev].may_have_written(envelope.inc, envelope.seq)

    def _set_apart(self, dev: str) -> None:
        """Keep apart what a revoked device wrote behind its last places: here as at every console that never took it in."""
        if dev == self._chain.dev:
            return  # what we wrote ourselves stays in sight: others keep it apart
        query = "SELECT hash, previous, body, sealed, sealed_sha, sig FROM facts WHERE dev = ?"
        moved: set[str] = set()
        for hash_, *row in self._connection.execute(query, (dev,)).fetchall():
            link = Link(*map(bytes, row))
            envelope = Envelope.from_body(link.body)
            if not self._counts(dev, envelope):
                self._connection.execute("DELETE FROM facts WHERE hash = ?", (hash_,))
                self._lay_aside(link, envelope)
                self.set_apart = True
                moved.add(envelope.inc)
        for inc in moved:
            count_again(self._connection, dev, inc)

    def _take_one(self, link: Link) -> Refusal | None:
        envelope = _readable(link)
        if envelope is None:
            return Refusal.UNREADABLE
        if (envelope.mode, envelope.world, envelope.incident) != (
            self._purpose.mode, self._purpose.world, self._purpose.incident,
        ):  # fmt: skip
            return Refusal.OTHER_PURPOSE
        if link.sealed and env.sha(link.sealed) != link.sealed_sha:
            return Refusal.SEAL_BROKEN
        if not self._counts(envelope.dev, envelope):
            return self._keep_apart(link, envelope)
        if not self._admitted(link, envelope):
            return Refusal.SIGNATURE_WRONG
        if word := word_in(envelope):
            self.heed((word,))
        return None

    def _keep_apart(self, link: Link, envelope: Envelope) -> Refusal | None:
        if self._connection.execute("SELECT 1 FROM quarantine WHERE hash = ?", (link.hash,)).fetchone():
            self.result.known += 1
            return None
        (kept,) = self._connection.execute("SELECT count(*) FROM quarantine").fetchone()
        if kept >= MOST_QUARANTINED:
            return Refusal.QUARANTINE_FULL
        self._lay_aside(link, envelope)
        return None

    def _lay_aside(self, link: Link, envelope: Envelope) -> None:
        self._connection.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?,?,?,?,?,?,?,?)",
            (link.hash, envelope.dev, self._now_ms, link.previous, link.body, link.sealed, link.sealed_sha, link.sig),
        )
        self.result.quarantined += 1
        self.result.subjects.add(envelope.subject)

    def _admitted(self, link: Link, envelope: Envelope) -> bool:
        """Take in what a member wrote; false when it is not signed by it. What is here already was checked when it came."""
        held = self._connection.execute("SELECT sealed FROM facts WHERE hash = ?", (link.hash,)).fetchone()
        if held is None:
            if not signature_fits(self._members[envelope.dev].public, link.sig, link.hash):
                return False
            self._new(link, envelope)
        elif link.sealed and not held[0]:
            self._connection.execute("UPDATE facts SET sealed = ? WHERE hash = ?", (link.sealed, link.hash))
            self.result.subjects.add(envelope.subject)
        self.result.known += held is not None
        return True

    def _new(self, link: Link, envelope: Envelope) -> None:
        chain = (envelope.dev, envelope.inc)
        for seq in self._forks_beside(link, envelope):
            told = self._connection.execute(
                "INSERT OR IGNORE INTO forks (dev, inc, seq, seen) VALUES (?, ?, ?, ?)", (*chain, seq, self._now_ms)
            )
            self.result.forked += told.rowcount
        insert_link(self._connection, link, envelope, link.hash, self._now_ms)
        if chain == (self._chain.dev, self._chain.tip.identity.inc):
            self._chain.begin_again("met_itself")
        self._chain.witness(envelope.hlc)
        self.result.new += 1
        self.result.subjects.add(envelope.subject)

    def _forks_beside(self, link: Link, envelope: Envelope) -> Iterator[int]:
        """Where this link shows that its chain has forked, also when the other link of that place has not come yet."""
        query = "SELECT seq, hash, previous FROM facts WHERE dev = ? AND inc = ? AND seq BETWEEN ? AND ?"
        place = (envelope.dev, envelope.inc, envelope.seq - 1, envelope.seq + 1)
        beside = [(seq, bytes(hash_), bytes(back)) for seq, hash_, back in self._connection.execute(query, place)]
        before = {hash_ for seq, hash_, _ in beside if seq == envelope.seq - 1}
        here = {hash_ for seq, hash_, _ in beside if seq == envelope.seq}
        after = {back for seq, _, back in beside if seq == envelope.seq + 1}
        if before and link.previous not in before:
            yield envelope.seq - 1
        if here or after - {link.hash}:
            yield envelope.seq


def _readable(link: Link) -> Envelope | None:
    try:
        envelope = Envelope.from_body(link.body)
    except msgspec.DecodeError:
        return None
    numbers = (envelope.seq, envelope.hlc, abs(envelope.wall), abs(envelope.mono))
    whole = len(link.previous) == len(link.sealed_sha) == 32 and len(link.sig) == 64
    return envelope if whole and envelope.seq > 0 and all(0 <= n < _MOST for n in numbers) else None
