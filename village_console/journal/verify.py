"""Check that nothing was changed: hash, seal and signature of every link, what it was built upon, what chains add up to."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

import msgspec

from village_console.journal.envelope import FIRST_HASH, Envelope, hash_of, sha
from village_console.journal.identity import signature_fits
from village_console.journal.sqlcipher import explained
from village_console.journal.tables import mixed
from village_console.village.errors import JournalIsDamagedError
from village_console.village.progress import Progress

TELL_EVERY = 250
"""Facts between two words on how far it has come."""
_BYTES = ", ".join(f"CAST({name} AS BLOB)" for name in ("previous", "body", "sealed", "sealed_sha", "hash", "sig"))
_COLUMNS = f"SELECT dev, inc, seq, kind, subject, {_BYTES} FROM facts "  # noqa: S608 -- names of our own
_ChainId = tuple[str, str]


class _Link(NamedTuple):
    dev: str
    inc: str
    seq: int
    kind: str
    subject: str
    previous: bytes
    body: bytes
    sealed: bytes
    sealed_sha: bytes
    hash: bytes
    sig: bytes


class _Head(NamedTuple):
    seq: int
    """The chain is whole up to here; beyond it links of another console may be missing that have not come yet."""
    hash: bytes
    links: int
    mix: bytes


class _Walk:
    """Along one chain, by sequence number; where it has forked several links stand at one number."""

    def __init__(
        self,
        head: _Head,
        public: bytes,
        forks: frozenset[int] = frozenset(),
        seq: int = 0,
        hashes: frozenset[bytes] = frozenset((FIRST_HASH,)),
    ) -> None:
        self._head, self._public = head, public
        self._forks = forks
        """Where the chain is known to fork a link may be here before the one that it was built upon."""
        self.seq = seq
        self._here: set[bytes] = set(hashes)
        self._below: set[bytes] = set()
        self.whole = seq
        """Up to here no number is missing."""
        self.count, self.mix = 0, bytes(32)

    def what_is_wrong(self, link: _Link) -> str | None:
        """Step onto a link."""
        if link.seq != self.seq:
            self._below = self._here if link.seq == self.seq + 1 else set[bytes]()
            self.seq, self._here = link.seq, set[bytes]()
        self.whole = link.seq if self.whole >= link.seq - 1 else self.whole
        self._here.add(link.hash)
        self.count, self.mix = self.count + 1, mixed(self.mix, link.hash)
        if not self._below and link.seq - 1 <= self._head.seq:
            return "gap"
        known = link.previous in self._below or link.seq - 1 in self._forks
        if (self._below and not known) or _hash(link) != link.hash:
            return "hash"
        if link.sealed and sha(link.sealed) != link.sealed_sha:
            return "seal"
        if not (self._public and signature_fits(self._public, link.sig, link.hash)):
            return "signature"
        return None if _is_in_place(link) else "place"


def verify_chain(path: Path, connection: sqlite3.Connection, progress: Progress | None = None) -> int:
    """Check every fact of the journal and return how many there are.

    Raises:
        JournalIsDamagedError: names the first fact that does not hold.
    """
    with explained(path):
        return _every_link(path, connection, progress)


def _every_link(path: Path, connection: sqlite3.Connection, progress: Progress | None) -> int:
    heads, public, walks = _heads(connection), _devices(connection), dict[_ChainId, _Walk]()
    forks = _forks(connection)
    of, checked = sum(head.links for head in heads.values()), 0
    for link in starmap(_Link, connection.execute(_COLUMNS + "ORDER BY dev, inc, seq, id")):
        chain = (link.dev, link.inc)
        if (walk := walks.get(chain)) is None:
            head, key = heads.get(chain, _NO_HEAD), public.get(link.dev, b"")
            walk = walks[chain] = _Walk(head, key, forks.get(chain, frozenset()))
        _step(path, walk, link)
        checked += 1
        if progress and checked % TELL_EVERY == 0:
            progress(checked, of)
    for chain in sorted(heads.keys() | walks.keys()):
        head, walk = heads.get(chain, _NO_HEAD), walks.get(chain) or _Walk(_NO_HEAD, b"")
        if (walk.count, walk.mix, walk.whole) != (head.links, head.mix, head.seq) or not _ends_there(
            connection, chain, head
        ):
            raise JournalIsDamagedError(path=path, seq=walk.seq + 1, what="end")
    if progress:
        progress(checked, checked)
    return checked


def verify_tail(path: Path, connection: sqlite3.Connection, links: int) -> int:
    """Check only the last links of every chain, building on what lies before; raises what `verify_chain` raises."""
    with explained(path):
        return _last_links(path, connection, links)


def _last_links(path: Path, connection: sqlite3.Connection, links: int) -> int:
    public, forks, checked = _devices(connection), _forks(connection), 0
    for (dev, inc), head in _heads(connection).items():
        after = max(0, head.seq - links)
        at = connection.execute("SELECT hash FROM facts WHERE dev = ? AND inc = ? AND seq = ?", (dev, inc, after))
        before = frozenset(bytes(hash_) for (hash_,) in at) if after else frozenset((FIRST_HASH,))
        walk = _Walk(head, public.get(dev, b""), forks.get((dev, inc), frozenset()), after, before)
        query = _COLUMNS + "WHERE dev = ? AND inc = ? AND seq > ? ORDER BY seq, id"
        for link in starmap(_Link, connection.execute(query, (dev, inc, after))):
            _step(path, walk, link)
        if not _ends_there(connection, (dev, inc), head):
            raise JournalIsDamagedError(path=path, seq=walk.seq + 1, what="end")
        checked += walk.count
    return checked


def check_pages(path: Path, connection: sqlite3.Connection) -> None:
    """Read every page that holds anything, whose keyed checksum the engine checks, and compare indexes with tables.

    Raises:
        JournalIsDamagedError: names what the engine found first.
    """
    with explained(path):
        said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if said != "ok":
        raise JournalIsDamagedError(path=path, seq="?", what=said)


_NO_HEAD = _Head(0, FIRST_HASH, 0, bytes(32))


def _step(path: Path, walk: _Walk, link: _Link) -> None:
    if wrong := walk.what_is_wrong(link):
        raise JournalIsDamagedError(path=path, seq=link.seq, what=wrong)


def _heads(connection: sqlite3.Connection) -> dict[_ChainId, _Head]:
    rows = connection.execute("SELECT dev, inc, seq, hash, count, mix FROM heads")
    return {(dev, inc): _Head(*head) for dev, inc, *head in rows}


def _forks(connection: sqlite3.Connection) -> dict[_ChainId, frozenset[int]]:
    places = dict[_ChainId, frozenset[int]]()
    for dev, inc, seq in connection.execute("SELECT dev, inc, seq FROM forks"):
        places[dev, inc] = places.get((dev, inc), frozenset()) | {seq}
    return places


def _devices(connection: sqlite3.Connection) -> dict[str, bytes]:
    return {dev: bytes(key) for dev, key in connection.execute("SELECT dev, public FROM devices")}


def _ends_there(connection: sqlite3.Connection, chain: _ChainId, head: _Head) -> bool:
    """Whether the link is here up to which the chain is said to be whole."""
    query = "SELECT 1 FROM facts WHERE dev = ? AND inc = ? AND seq = ? AND hash = ?"
    return head.seq == 0 or connection.execute(query, (*chain, head.seq, head.hash)).fetchone() is not None


def _hash(link: _Link) -> bytes:
    return hash_of(link.previous, link.body, link.sealed_sha)


def _is_in_place(link: _Link) -> bool:
    """Whether the columns say what was signed."""
    with suppress(msgspec.DecodeError):
        envelope = Envelope.from_body(link.body)
        return (envelope.dev, envelope.inc, envelope.seq, envelope.kind, envelope.subject) == link[:5]
    return False
