"""What an open journal can be asked: its facts, rows of a past moment, and what stands in it of other consoles."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from village_console.journal import envelope as env
from village_console.journal import exchange
from village_console.journal.admission import Member, members
from village_console.journal.audit import Look, looks
from village_console.journal.envelope import Link
from village_console.journal.erasure import sealed_subjects
from village_console.journal.exchange import Have
from village_console.journal.facts import Catalogue, Fact, Recorded, Unread
from village_console.journal.intake import BATCH
from village_console.journal.reading import Reader, understood
from village_console.journal.rows import Rows, fold_subject
from village_console.journal.sqlcipher import explained
from village_console.journal.store import Store
from village_console.journal.subject_keys import SubjectKey, SubjectKeys
from village_console.journal.tables import ChainId
from village_console.journal.verify import verify_chain
from village_console.village.ids import FactHash
from village_console.village.progress import Progress

F = TypeVar("F", bound=Fact)


class ReadableJournal:
    """The half of a journal that changes nothing; made by `Journal`."""

    _store: Store
    _lock: threading.RLock
    _catalogue: Catalogue
    _keys: SubjectKeys
    _reader: Reader
    rows: Rows

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._store.path

    def members(self) -> dict[str, Member]:
        """All devices that were ever admitted, this one among them, as the village's words have them."""
        with self._reading():
            return members(self._store.connection)

    def devices(self) -> dict[str, bytes]:
        """The public keys of all devices that were admitted, this one among them."""
        return {dev: member.public for dev, member in self.members().items()}

    def have(self) -> dict[ChainId, Have]:
        """What this journal holds of every chain."""
        with self._reading():
            return exchange.have(self._store.connection)

    def owed(self, theirs: Mapping[ChainId, Have]) -> list[Link]:
        """What a journal that has this lacks of ours; between two pages the desk may write."""
        pages, found = exchange.owed(self._store.connection, theirs), list[Link]()
        while True:
            with self._reading():
                page = next(pages, None)
            if page is None:
                return found
            found += page

    def keys_for(self, links: Iterable[Link]) -> list[SubjectKey]:
        """The keys that open the personal fields of some links; erased ones are gone."""
        subjects = {env.Envelope.from_body(link.body).subject for link in links if link.sealed}
        with self._reading():
            return self._keys.of(sorted(subjects))

    def keys_held(self) -> list[SubjectKey]:
        """Every key of every subject."""
        with self._reading():
            return self._keys.every()

    @property
    def keys_version(self) -> int:
        """Another number whenever `keys_held` may have changed since this file was opened."""
        return self._keys.version

    def links(self) -> Iterator[Link]:
        """Every fact as it travels."""
        return iter(self.owed({}))

    def erased(self) -> frozenset[str]:
        """Every subject that somebody has erased."""
        with self._reading():
            rows = self._store.connection.execute("SELECT DISTINCT subject FROM facts WHERE kind = 'PersonErased'")
            return frozenset(subject for (subject,) in rows)

    def sealed_subjects(self) -> list[str]:
        """Everything of which personal fields are here."""
        with self._reading():
            return sealed_subjects(self._store.connection)

    def looks(self) -> list[Look]:
        """Who looked, oldest first; raises JournalIsDamagedError."""
        with self._reading():
            return list(looks(self._store.connection))

    def facts_about(self, subject: str) -> list[Recorded[Any]]:
        """Every fact of a subject, and of whoever is the same person, that this version understands."""
        return [recorded for recorded in self.everything_about(subject) if understood(recorded)]

    def everything_about(self, subject: str, arrived: datetime | None = None) -> list[Recorded[Any]]:
        """The same with stand-ins for what is not understood or was erased; what had arrived by a moment, if one is given."""
        until = None if arrived is None else env.milliseconds(arrived)
        with self._reading():
            return self._reader.about(sorted(self.rows.aliases.members(subject)), until)

    def last_of(self, kind: type[F], limit: int) -> list[Recorded[F]]:
        """The newest facts of a kind, newest first."""
        with self._reading():
            return self._reader.last_of(kind, limit)

    def find(self, hash_: FactHash) -> Recorded[Any] | None:
        """The fact with this hash, if it is here and understood."""
        with self._reading():
            return self._reader.find(hash_)

    def every_fact(self) -> list[tuple[env.Envelope, Recorded[Any] | None]]:
        """All facts as they arrived; None beside those that this version does not understand."""
        with self._reading():
            return list(self._reader.every())

    def not_understood(self) -> Counter[tuple[str, Unread]]:
        """How many facts of which kinds are kept and passed on, but not read."""
        with self._reading():
            return self._reader.not_understood()

    def newer(self) -> Counter[str]:
        """How many facts of which kinds a newer program wrote: kept and passed on, and read after an update."""
        with self._reading():
            return self._reader.newer()

    def written_at(self, chain: ChainId, seq: int) -> datetime | None:
        """When the last link of a chain up to a number was written, as far as clocks tell; None: nothing of it is here."""
        with self._reading():
            return self._reader.written_at(*chain, seq)

    def began(self) -> datetime | None:
        """When the first fact arrived; None in an empty journal."""
        with self._reading():
            return self._reader.began()

    def as_of(self, arrived: datetime) -> Rows:
        """Every row as this console knew it at a past moment; between two batches the desk may write."""
        rows, until = Rows(self._catalogue), env.milliseconds(arrived)
        with self._reading():
            subjects = iter(self._reader.subjects())
        while batch := list(islice(subjects, BATCH)):
            with self._reading():
                facts_of = [(subject, self._reader.about((subject,), until)) for subject in batch]
            rows.take(change for subject, facts in facts_of for change in fold_subject(self._catalogue, subject, facts))
        for persons in rows.aliases.classes():
            with self._reading():
                facts = self._reader.about(sorted(persons), until)
            rows.drop(persons)
            rows.take(fold_subject(self._catalogue, min(persons), facts))
        return rows

    def unnoted_forks(self) -> int:
        """How many forks nobody has looked at yet."""
        with self._reading():
            (count,) = self._store.connection.execute("SELECT count(*) FROM forks WHERE noted = 0").fetchone()
            return int(count)

    def forks(self) -> list[tuple[str, str, int]]:
        """Places at which a device has written two different facts: a clone or a copy put back (device, incarnation, number)."""
        with self._reading():
            return list(self._store.connection.execute("SELECT dev, inc, seq FROM forks ORDER BY dev, inc, seq"))

    def incarnations(self) -> list[tuple[str, str]]:
        """Every incarnation of this file with why it began, oldest first."""
        with self._reading():
            return list(self._store.connection.execute("SELECT inc, why FROM incarnations ORDER BY began, inc"))

    def quarantined(self) -> dict[str, int]:
        """How many links of which devices wait for their admission."""
        with self._reading():
            return dict(self._store.connection.execute("SELECT dev, count(*) FROM quarantine GROUP BY dev").fetchall())

    def kept_apart_to(self, dev: str) -> dict[str, int]:
        """Up to which number links of a device are kept apart, by incarnation."""
        with self._reading():
            rows = self._store.connection.execute("SELECT body FROM quarantine WHERE dev = ?", (dev,)).fetchall()
        places = [(envelope.inc, envelope.seq) for (body,) in rows for envelope in [env.Envelope.from_body(body)]]
        return {inc: max(seq for other, seq in places if other == inc) for inc, _ in places}

    def verify(self, progress: Progress | None = None) -> int:
        """Check every chain, that of the looks among them, and return the number of facts; raises JournalIsDamagedError."""
        with self._reading():
            for _ in looks(self._store.connection):
                pass
            return verify_chain(self.path, self._store.connection, progress)

    @contextmanager
    def _reading(self) -> Generator[None]:
        with self._lock, explained(self.path):
            yield
