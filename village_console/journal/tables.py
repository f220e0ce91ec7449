"""The tables of the journal's file, and the one sentence that puts a link into them."""

from __future__ import annotations

import sqlite3

from village_console.journal.envelope import Envelope, Link

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


def insert_link(connection: sqlite3.Connection, link: Link, envelope: Envelope, hash_: bytes, arrived: int) -> None:
    """Store a link that is not here yet and count it in its chain; inside the open transaction."""
    place = (envelope.dev, envelope.inc, envelope.seq)
    connection.execute(
        "INSERT INTO facts (dev, inc, seq, kind, subject, arrived, previous, body, sealed, sealed_sha, hash, sig)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (*place, envelope.kind, envelope.subject, arrived, link.previous, link.body, link.sealed, link.sealed_sha, hash_,
         link.sig),
    )  # fmt: skip
    head = connection.execute(
        "SELECT seq, hash, hlc, count, mix FROM heads WHERE dev = ? AND inc = ?", place[:2]
    ).fetchone()
    seq, tip, hlc, count, mix = head or (0, bytes(32), 0, 0, bytes(32))
    if envelope.seq == seq + 1:
        seq, tip = _end_of_run(connection, place, hash_) if count > seq else (envelope.seq, hash_)
    connection.execute(
        "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*place[:2], seq, tip, max(hlc, envelope.hlc), count + 1, mixed(bytes(mix), hash_)),
    )


def mixed(mix: bytes, hash_: bytes) -> bytes:
    """The sum of a set of hashes, whatever the order they came in."""
    return bytes(a ^ b for a, b in zip(mix, hash_, strict=True))


def _end_of_run(connection: sqlite3.Connection, place: tuple[str, str, int], hash_: bytes) -> tuple[int, bytes]:
    """How far a chain goes without a gap, now that one link has closed one: later ones may lie here already."""
    seq = place[2]
    query = "SELECT seq, hash FROM facts WHERE dev = ? AND inc = ? AND seq > ? ORDER BY seq, hash"
    for later, found in connection.execute(query, place):
        if later > seq + 1:
            break
        if later == seq + 1:
            seq, hash_ = later, bytes(found)
    return seq, hash_


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
