"""What can be saved of a damaged journal: every link that still proves itself, in a new file; the rest comes back from peers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from village_console.journal.audit import adopt_end
from village_console.journal.backup import begin_elsewhere, forget, put_instead
from village_console.journal.envelope import Link
from village_console.journal.exchange import Refusal
from village_console.journal.facts import Catalogue
from village_console.journal.identity import Identity
from village_console.journal.journal import Journal
from village_console.journal.ruins import LINK, Row, Ruins
from village_console.journal.sqlcipher import transaction
from village_console.journal.store import Purpose, Store, own
from village_console.journal.subject_keys import SubjectKey
from village_console.village.clock import Clock


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of it."""

    facts: int
    of: int
    """How many facts the file knows of."""
    refused: dict[Refusal, int]
    """Read, but not what their device had signed."""
    looks: int
    """Entries of who looked at what."""
    aside: Path | None
    """Where the damaged file lies now."""


def salvage(journal: Path, key: bytes, purpose: Purpose, catalogue: Catalogue, clock: Clock) -> Salvaged:
    """Save what can be saved and put it in the damaged journal's place, in a new incarnation of the same console.

    Raises:
        JournalIsInUseError: the desk is open.
        JournalKeyIsWrongError: not even the first page can be read: only a backup helps.
        DiskIsFullError: there is no room for a second journal.
    """
    copy, fresh = journal.with_name(journal.name + ".ruins"), journal.with_name(journal.name + ".part")
    with own(journal):
        try:
            for file in (copy, fresh):
                forget(file)
            _copy(journal, copy)
            with closing(Ruins(copy, key)) as ruins:
                looks = _begin(ruins, fresh, key, purpose)
                numbers = ruins.fact_numbers()
                refused = _fill(ruins, numbers, Journal(fresh, key, purpose, catalogue, clock))
            facts = begin_elsewhere(fresh, key, purpose, "salvaged", round(clock.epoch() * 1000))
            return Salvaged(facts, max(facts, len(numbers)), refused, looks, put_instead(fresh, journal))
        finally:
            for file in (copy, fresh):
                forget(file)


def _copy(journal: Path, copy: Path) -> None:
    """With its log; the damaged file itself is not even opened."""
    for end in ("", "-wal"):
        if (source := journal.with_name(journal.name + end)).exists():
            shutil.copyfile(source, copy.with_name(copy.name + end))


def _begin(ruins: Ruins, fresh: Path, key: bytes, purpose: Purpose) -> int:
    """A new file of the same console, with the devices that it knew and the looks up to the first that is missing."""
    seed = ruins.rows("SELECT value FROM meta WHERE name = 'device_seed'")
    incarnations = _both_ways(ruins, "SELECT inc, began, why FROM incarnations ORDER BY inc")
    looks = list(_unbroken(ruins.rows("SELECT * FROM audit ORDER BY n")))
    with closing(Store(fresh, key, purpose)) as store, transaction(store.connection):
        for name, value in ruins.rows("SELECT name, value FROM meta WHERE name IN ('village', 'village_seed')"):
            store.set_meta(name, value)
        if seed:
            _be(store, bytes(seed[0][0]))
            store.connection.execute("DELETE FROM incarnations")
            store.connection.executemany("INSERT INTO incarnations VALUES (?, ?, ?)", incarnations)
        for look in looks:
            marks = ", ".join("?" * len(look))
            store.connection.execute(f"INSERT INTO audit VALUES ({marks})", look)  # noqa: S608 -- question marks
        adopt_end(store.connection)
    return len(looks)


def _be(store: Store, seed: bytes) -> None:
    identity = Identity.new(seed)
    store.set_meta("device_seed", seed)
    store.connection.execute("DELETE FROM devices")
    store.connection.execute("INSERT INTO devices (dev, public) VALUES (?, ?)", (identity.dev, identity.public))


def _fill(ruins: Ruins, numbers: list[int], journal: Journal) -> dict[Refusal, int]:
    """Everything that can be read goes the way of facts from another console: nothing is believed that is not signed."""
    with closing(journal):
        for _dev, public in _both_ways(ruins, "SELECT dev, public FROM devices ORDER BY dev"):
            journal.admit(bytes(public))
        keys = _both_ways(ruins, "SELECT subject, key, after FROM keys ORDER BY subject")
        apart = _both_ways(ruins, f"SELECT {LINK} FROM quarantine ORDER BY hash")  # noqa: S608 -- names of our own
        links = (Link(*map(bytes, row)) for rows in (ruins.facts(numbers), apart) for row in rows)
        taken = journal.take_in(links, (SubjectKey.from_row(*row) for row in keys))
    return dict(taken.refused)


def _both_ways(ruins: Ruins, ordered: str) -> list[Row]:
    """What a table holds before the first page that cannot be read, and behind the last."""
    found = ruins.rows(ordered)
    return list(dict.fromkeys([*found, *ruins.rows(ordered + " DESC")]))


def _unbroken(looks: list[Row]) -> Iterator[Row]:
    """A chain without its end is still one; beyond a hole it is none."""
    for n, look in enumerate(looks, start=1):
        if look[0] != n:
            return
        yield look
