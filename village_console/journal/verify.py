"""Check that nothing was changed: sequence without gaps, chain, signatures."""

from __future__ import annotations

import sqlite3
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

from village_console.journal.envelope import FIRST_HASH, Envelope, hash_of, sha
from village_console.journal.identity import signature_fits
from village_console.village.errors import JournalIsDamagedError

_LINKS = "SELECT dev, inc, seq, kind, subject, body, sealed, sealed_sha, hash, sig FROM facts "


def verify_chain(path: Path, connection: sqlite3.Connection) -> int:
    """Walk every chain of the journal and return how many facts were checked.

    Raises:
        JournalIsDamagedError: names the first fact that does not hold.
    """
    return _walk(path, connection, _LINKS + "ORDER BY dev, inc, seq", {})


def verify_tail(path: Path, connection: sqlite3.Connection, links: int) -> int:
    """Walk only the last links of every chain, building on the one before them; raises what `verify_chain` raises."""
    query = "SELECT f.dev, f.inc, f.seq, f.hash FROM facts f JOIN heads h USING (dev, inc) WHERE f.seq = h.seq - ?"
    before = {(dev, inc): (seq, bytes(hash_)) for dev, inc, seq, hash_ in connection.execute(query, (links,))}
    tail = "WHERE seq > (SELECT h.seq - ? FROM heads h WHERE h.dev = facts.dev AND h.inc = facts.inc) ORDER BY dev, inc, seq"
    return _walk(path, connection, _LINKS + tail, before, links)


def _walk(
    path: Path, connection: sqlite3.Connection, query: str, last: dict[tuple[str, str], tuple[int, bytes]], *values: int
) -> int:
    public = {dev: bytes(key) for dev, key in connection.execute("SELECT dev, public FROM devices")}
    checked = 0
    for link in starmap(_Link, connection.execute(query, values)):
        before, previous = last.get((link.dev, link.inc), (0, FIRST_HASH))
        if wrong := _what_is_wrong(link, before, previous, public.get(link.dev, b"")):
            raise JournalIsDamagedError(path=path, seq=link.seq, what=wrong)
        last[link.dev, link.inc] = (link.seq, link.hash)
        checked += 1
    ends = {
        (dev, inc): (seq, hash_) for dev, inc, seq, hash_ in connection.execute("SELECT dev, inc, seq, hash FROM heads")
    }
    for chain in sorted(ends.keys() | last.keys()):
        if ends.get(chain) != last.get(chain):
            raise JournalIsDamagedError(path=path, seq=last.get(chain, (0,))[0] + 1, what="end")
    return checked


class _Link(NamedTuple):
    dev: str
    inc: str
    seq: int
    kind: str
    subject: str
    body: bytes
    sealed: bytes
    sealed_sha: bytes
    hash: bytes
    sig: bytes


def _what_is_wrong(link: _Link, before: int, previous: bytes, public: bytes) -> str | None:
    if link.seq != before + 1:
        return "gap"
    if hash_of(previous, link.body, link.sealed_sha) != link.hash:
        return "hash"
    if link.sealed and sha(link.sealed) != link.sealed_sha:
        return "seal"
    if not (public and signature_fits(public, link.sig, link.hash)):
        return "signature"
    envelope = Envelope.from_body(link.body)  # only now: these are the bytes that were signed
    place = (envelope.dev, envelope.inc, envelope.seq, envelope.kind, envelope.subject)
    return None if place == link[:5] else "place"
