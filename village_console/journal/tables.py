"""The tables of the journal's file, and what puts links into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from village_console.journal.envelope import FIRST_HASH, Envelope, Link

SCHEMA_VERSION = 4

FRESH = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE incarnations (inc TEXT PRIMARY KEY, began INTEGER NOT NULL, why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE keys (subject TEXT NOT NULL, key BLOB NOT NULL, after TEXT NOT NULL DEFAULT '', PRIMARY KEY (subject, key))
    WITHOUT ROWID;
CREATE TABLE devices (dev TEXT PRIMARY KEY, public BLOB NOT NULL, n INTEGER NOT NULL DEFAULT 0, counts TEXT, admitted TEXT)
    WITHOUT ROWID;
CREATE TABLE contacts (dev TEXT PRIMARY KEY, body BLOB NOT NULL, sig BLOB NOT NULL, heard INTEGER NOT NULL,
    way TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE read_to (carrier TEXT PRIMARY KEY, place TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (
    id INTEGER PRIMARY KEY, dev TEXT NOT NULL, inc TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, arrived INTEGER NOT NULL, previous BLOB NOT NULL, body BLOB NOT NULL, sealed BLOB NOT NULL,
    sealed_sha BLOB NOT NULL, hash BLOB NOT NULL UNIQUE, sig BLOB NOT NULL
);
CREATE INDEX facts_place ON facts (dev, inc, seq);
CREATE INDEX facts_subject ON facts (subject);
CREATE INDEX facts_kind ON facts (kind, dev);
CREATE TABLE heads (dev TEXT NOT NULL, inc TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, hlc INTEGER NOT NULL,
    count INTEGER NOT NULL, mix BLOB NOT NULL, PRIMARY KEY (dev, inc)) WITHOUT ROWID;
CREATE TABLE forks (dev TEXT NOT NULL, inc TEXT NOT NULL, seq INTEGER NOT NULL, seen INTEGER NOT NULL,
    noted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (dev, inc, seq)) WITHOUT ROWID;
CREATE TABLE quarantine (hash BLOB PRIMARY KEY, dev TEXT NOT NULL, arrived INTEGER NOT NULL, previous BLOB NOT NULL,
    body BLOB NOT NULL, sealed BLOB NOT NULL, sealed_sha BLOB NOT NULL, sig BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE rows (row TEXT NOT NULL, subject TEXT NOT NULL, body BLOB, heads TEXT NOT NULL, conflict INTEGER NOT NULL,
    PRIMARY KEY (row, subject)) WITHOUT ROWID;
CREATE TABLE audit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL,
    hash BLOB NOT NULL);
CREATE TABLE spool (id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL, kind TEXT NOT NULL, people INTEGER NOT NULL,
    about TEXT NOT NULL, document BLOB NOT NULL, made INTEGER NOT NULL, issue INTEGER NOT NULL, instead_of INTEGER);
"""


ChainId = tuple[str, str]
"""Device and incarnation."""


@dataclass(slots=True)
class Head:
    """Where a chain ends, as far as it is here."""

    seq: int = 0
    """The chain is whole up to here."""
    tip: bytes = FIRST_HASH
    hlc: int = 0
    count: int = 0
    mix: bytes = bytes(32)


class LinkWriter:
    """Puts links that are not here yet into the tables, in the open transaction; until `flush` nobody reads them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Nothing is written yet."""
        self._connection = connection
        self._heads: dict[ChainId, Head] = {}
        self._facts: list[tuple[object, ...]] = []

    def continues(self, link: Link, envelope: Envelope) -> bool:
        """Whether a link is the next of a chain of which nothing is missing and that has never forked."""
        head = self._head((envelope.dev, envelope.inc))
        return head.count == head.seq == envelope.seq - 1 and head.tip == link.previous

    def put(self, link: Link, envelope: Envelope, hash_: bytes, arrived: int) -> None:
        """Add a link and count it in its chain."""
        place = (envelope.dev, envelope.inc, envelope.seq)
        head = self._head(place[:2])
        if envelope.seq == head.seq + 1:
            head.seq, head.tip = self._end_of_run(place, hash_) if head.count > head.seq else (envelope.seq, hash_)
        head.hlc, head.count, head.mix = max(head.hlc, envelope.hlc), head.count + 1, mixed(head.mix, hash_)
        self._facts.append(
            (*place, envelope.kind, envelope.subject, arrived, link.previous, link.body, link.sealed, link.sealed_sha,
             hash_, link.sig)
        )  # fmt: skip

    def flush(self) -> None:
        """Write what was put; the heads are read anew when they are needed again."""
        self._flush_facts()
        query = "INSERT OR REPLACE INTO heads (dev, inc, seq, hash, hlc, count, mix) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ends = [(*chain, h.seq, h.tip, h.hlc, h.count, h.mix) for chain, h in self._heads.items() if h.count]
        self._connection.executemany(query, ends)
        self._heads.clear()

    def _flush_facts(self) -> None:
        query = (
            "INSERT INTO facts (dev, inc, seq, kind, subject, arrived, previous, body, sealed, sealed_sha, hash, sig)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
        )
        self._connection.executemany(query, self._facts)
        self._facts.clear()

    def _head(self, chain: ChainId) -> Head:
        if chain not in self._heads:
            query = "SELECT seq, hash, hlc, count, mix FROM heads WHERE dev = ? AND inc = ?"
            row = self._connection.execute(query, chain).fetchone()
            self._heads[chain] = Head() if row is None else Head(row[0], bytes(row[1]), row[2], row[3], bytes(row[4]))
        return self._heads[chain]

    def _end_of_run(self, place: tuple[str, str, int], hash_: bytes) -> tuple[int, bytes]:
        """How far a chain goes without a gap, now that one link has closed one: later ones may lie here already."""
        self._flush_facts()
        seq = place[2]
        query = "SELECT seq, hash FROM facts WHERE dev = ? AND inc = ? AND seq > ? ORDER BY seq, hash"
        for later, found in self._connection.execute(query, place):
            if later > seq + 1:
                break
            if later == seq + 1:
                seq, hash_ = later, bytes(found)
        return seq, hash_


def among(values: Sequence[object]) -> str:
    """`IN (?,...)` for so many values: at most 30,000."""
    return f"IN ({','.join('?' * len(values))})"


def held(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> dict[bytes, bool]:
    """Which of some links are here, and whether with their personal fields."""
    query = f"SELECT hash, sealed != x'' FROM facts WHERE hash {among(hashes)}"  # noqa: S608 -- no values
    return {bytes(hash_): bool(whole) for hash_, whole in connection.execute(query, hashes)}


def mixed(mix: bytes, hash_: bytes) -> bytes:
    """The sum of a set of hashes, whatever the order they came in."""
    return (int.from_bytes(mix) ^ int.from_bytes(hash_)).to_bytes(32)


def count_again(connection: sqlite3.Connection, dev: str, inc: str) -> None:
    """Work out what is held of a chain from its links, inside the open transaction: some have been moved."""
    connection.execute("DELETE FROM heads WHERE dev = ? AND inc = ?", (dev, inc))
    query = "SELECT seq, hash, body FROM facts WHERE dev = ? AND inc = ? ORDER BY seq, hash"
    seq, tip, hlc, count, mix = 0, bytes(32), 0, 0, bytes(32)
    for at, hash_, body in connection.execute(query, (dev, inc)).fetchall():
        seq, tip = (at, bytes(hash_)) if at == seq + 1 else (seq, tip)
        hlc, count, mix = max(hlc, Envelope.from_body(body).hlc), count + 1, mixed(mix, bytes(hash_))
    if count:
        connection.execute("INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?)", (dev, inc, seq, tip, hlc, count, mix))
