"""The sink (流し込み): brings the database into line with the village's journal, and counts on nothing but what lies there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from psycopg.sql import SQL

from village_console.archive.database import Database, have_in
from village_console.archive.subjects import Subjects
from village_console.archive.tables import APART, FACTS, OF_SUBJECTS, SHELTERS, Owner, Row, Table, bring_into_line, lay
from village_console.journal.envelope import Envelope, Link
from village_console.journal.exchange import ChainId, Have
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal
from village_console.sync.known import Console, consoles
from village_console.village.ids import ARCHIVE
from village_console.village.progress import Progress

BATCH = 2000
"""Facts of one transaction."""
SUBJECTS = 200
"""Classes of subjects of one transaction."""
T = TypeVar("T")
_NOTHING = Have(0, 0, bytes(32))


class Changes:
    """Subjects that have changed since somebody took them; a journal's listener, for the whole life of it."""

    def __init__(self, journal: Journal, wake: Callable[[], None]) -> None:
        """Listen from now on; `wake` is called after every change, from the thread that wrote."""
        self._lock, self._subjects, self._wake = threading.Lock(), set[str](), wake
        journal.listen(self._heard)

    def _heard(self, subjects: frozenset[str]) -> None:
        with self._lock:
            self._subjects |= subjects
        self._wake()

    def take(self) -> set[str]:
        """All of them; none is left."""
        with self._lock:
            taken, self._subjects = self._subjects, set[str]()
        return taken


class Sink:
    """One connection's work. After any failure it is thrown away: a new one looks at everything again."""

    def __init__(
        self, journal: Journal, catalogue: Catalogue, database: Database, owner: Owner, changes: Changes
    ) -> None:
        """Nothing is looked at yet."""
        self._journal, self._catalogue, self._database, self._owner = journal, catalogue, database, owner
        self._changes = changes
        self._known: dict[ChainId, Have] | None = None
        self.new_facts = 0
        """That were laid there by this sink."""
        self.touched_rows = 0
        """Rows beside facts that it has written or taken away."""

    def level(self, progress: Progress = lambda _done, _of: None) -> None:
        """Make what lies there what the journal holds; may raise anything of psycopg's."""
        first = self._known is None
        subjects = self._changes.take()
        self._level_facts(progress)
        self._level_subjects(None if first else subjects, progress)
        with self._database.transaction():
            self._touch(SHELTERS, None, set(_shelter_rows(self._journal)))

    # Facts

    def _level_facts(self, progress: Progress) -> None:
        theirs = have_in(self._database, self._owner) if self._known is None else self._known
        ours = self._journal.have()
        lacking = sum(max(0, held.count - theirs.get(chain, _NOTHING).count) for chain, held in ours.items())
        done = 0
        for chain in sorted(ours.keys() | theirs.keys()):
            held, there = ours.get(chain, _NOTHING), theirs.get(chain, _NOTHING)
            if held == there:
                continue
            sent = 0
            for batch in _batches(self._journal.owed({**ours, chain: there}), BATCH):
                self._lay_facts(batch)
                sent, done = sent + len(batch), done + len(batch)
                progress(min(done, lacking), lacking)
            if there.count + sent != held.count:
                self._set_apart(chain, ours)
        self._known = ours

    def _lay_facts(self, links: Sequence[Link]) -> None:
        with self._database.transaction():
            self.new_facts += lay(self._database, FACTS, self._owner, map(_fact_row, links))
            counts_again = "DELETE FROM village_archive.apart WHERE record = %s AND hash = ANY(%s)"
            self._database.execute(counts_again, (self._owner.record, [link.hash for link in links]))

    def _set_apart(self, chain: ChainId, ours: dict[ChainId, Have]) -> None:
        """What lies there and is not in the journal is marked, never taken out: it may be all that is left of it."""
        held = {link.hash for link in self._journal.owed({**ours, chain: _NOTHING})}
        query = "SELECT hash FROM village_archive.facts WHERE (record, dev, inc) = (%s, %s, %s)"
        there = {bytes(hash_) for (hash_,) in self._database.execute(query, (self._owner.record, *chain))}
        with self._database.transaction():
            lay(self._database, APART, self._owner, [(hash_,) for hash_ in sorted(there - held)])

    # Rows

    def _level_subjects(self, changed: set[str] | None, progress: Progress) -> None:
        if changed is not None and not changed:
            return
        subjects = Subjects(self._journal, self._catalogue)
        classes = subjects.with_linked(subjects.every() if changed is None else changed)
        done = 0
        for batch in _batches(classes, SUBJECTS):
            rows = subjects.rows_of(batch)
            members = frozenset[str]().union(*batch)
            with self._database.transaction():
                for table in OF_SUBJECTS:
                    self._touch(table, members, rows[table])
            done += len(batch)
            if changed is None:
                progress(done, len(classes))
        if changed is None:
            self._drop_others(frozenset[str]().union(*classes))

    def _drop_others(self, members: frozenset[str]) -> None:
        """Rows of subjects of which the journal knows nothing."""
        for table in OF_SUBJECTS:
            query = SQL("SELECT DISTINCT {} FROM {} WHERE record = %s").format(table.subject, table.where)
            there = {subject for (subject,) in self._database.execute(query, (self._owner.record,))}
            if there - members:
                with self._database.transaction():
                    self._touch(table, there - members, set())

    def _touch(self, table: Table, subjects: Iterable[str] | None, wanted: set[Row]) -> None:
        of = None if subjects is None else list(subjects)
        self.touched_rows += bring_into_line(self._database, table, self._owner, of, wanted)


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    coming = iter(things)
    while batch := list(islice(coming, size)):
        yield batch


def _fact_row(link: Link) -> Row:
    envelope = Envelope.from_body(link.body)
    return (
        link.hash, envelope.dev, envelope.inc, envelope.seq, envelope.kind, envelope.subject, envelope.at,
        link.previous, link.body, link.sealed_sha, link.sig,
    )  # fmt: skip


def _shelter_rows(journal: Journal) -> Iterator[Row]:
    """Up to when every shelter is known; the archive's own place is none."""
    table = consoles(journal)
    knows = next((console.knows for console in table if console.is_own), dict[str, datetime | None]())
    for shelter in sorted({console.shelter for console in table if not console.is_own} - {ARCHIVE}):
        there = [console for console in table if console.shelter == shelter and not console.is_own]
        stands = [console for console in there if not console.revoked]
        until = knows.get(shelter) if stands else _last_of(journal, there)
        lacking = [console.not_arrived_here for console in stands]
        unsaid = not lacking or None in lacking
        yield shelter, there[0].name, until, None if unsaid else sum(one or 0 for one in lacking)


def _last_of(journal: Journal, revoked: Sequence[Console]) -> datetime | None:
    """When the last fact of laptops was written that stand at no shelter any more."""
    devices = {console.dev for console in revoked}
    chains = ((chain, held.seq) for chain, held in journal.have().items() if chain[0] in devices)
    written = (journal.written_at(chain, seq) for chain, seq in chains)
    return max((at for at in written if at is not None), default=None)
