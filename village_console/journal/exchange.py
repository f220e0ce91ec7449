"""Journals becoming one: what a journal has, what another lacks, and what came of taking it in."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from village_console.journal.envelope import Link
from village_console.journal.tables import ChainId, mixed

PAGE = 200
"""Links that are read at once: a desk that writes waits for one page at most."""


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
    """Whose rows it changes: what new facts are about, and what new keys open."""

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


def owed(connection: sqlite3.Connection, theirs: Mapping[ChainId, Have]) -> Iterator[list[Link]]:
    """What a journal that has this lacks of ours, in pages: the end of a chain, or all of one that does not fit."""
    query = (
        "SELECT previous, body, sealed, sealed_sha, sig, seq, hash FROM facts"
        " WHERE dev = ? AND inc = ? AND seq >= ? AND (seq, hash) > (?, ?) ORDER BY seq, hash LIMIT ?"
    )
    for chain, ours in have(connection).items():
        known = theirs.get(chain, Have(0, 0, bytes(32)))
        if known == ours:
            continue
        after = known.seq + 1 if _is_beginning(connection, chain, known) else 0
        place = (after, b"")
        while rows := connection.execute(query, (*chain, place[0], *place, PAGE)).fetchall():
            yield [Link(*map(bytes, row[:5])) for row in rows]
            place = rows[-1][5], bytes(rows[-1][6])


def _is_beginning(connection: sqlite3.Connection, chain: ChainId, known: Have) -> bool:
    """Whether they hold exactly what we hold up to their sequence number."""
    count, mix = 0, bytes(32)
    query = "SELECT hash FROM facts WHERE dev = ? AND inc = ? AND seq <= ?"
    for (hash_,) in connection.execute(query, (*chain, known.seq)):
        count, mix = count + 1, mixed(mix, bytes(hash_))
    return (count, mix) == (known.count, known.mix)
