"""The journal: one writer, any thread. A fact is on disk before `append` returns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from village_console.journal import envelope as env
from village_console.journal.audit import write_look
from village_console.journal.chain import Chain
from village_console.journal.facts import Catalogue, Fact, FactTakenBack, Fold, Recorded
from village_console.journal.rows import Folded, Rows, fold_subject, write_rows
from village_console.journal.sqlcipher import EngineError, is_damage, transaction
from village_console.journal.store import Purpose, Store
from village_console.journal.verify import verify_chain
from village_console.village.clock import Clock
from village_console.village.errors import DiskIsFullError, JournalIsDamagedError
from village_console.village.ids import NOT_SIGNED_IN, FactHash, Operator

F = TypeVar("F", bound=Fact)
R = TypeVar("R")
Listener = Callable[[frozenset[str]], None]
"""Called with the subjects that changed, from the thread that wrote, after the commit."""


class Journal:
    """Facts go in, rows come out; nothing is ever changed or lost."""

    def __init__(self, path: Path, key: bytes, purpose: Purpose, catalogue: Catalogue, clock: Clock) -> None:
        """Open the file and read its rows; raises what `Store` raises."""
        self._store = Store(path, key, purpose)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._catalogue = catalogue
        self._chain = Chain(self._store, purpose, catalogue, clock)
        self.purpose = purpose
        self.clock = clock
        self.rows = Rows(catalogue)
        self.rows.load(self._store.connection)

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._store.path

    def listen(self, listener: Listener) -> None:
        """Hear of every change after it is on disk."""
        self._listeners.append(listener)

    @contextmanager
    def writing(self, by: Operator = NOT_SIGNED_IN, via: str = "") -> Generator[Draft]:
        """Decide and write in one transaction: what the draft reads cannot change before it is committed.

        Raises:
            DiskIsFullError: the engine could not write; nothing was recorded.
        """
        with self._lock:
            draft = Draft(self._chain, self._catalogue, self.rows, by, via)
            with ExitStack() as unless_committed:
                unless_committed.callback(setattr, self._chain, "tip", self._chain.tip)
                with self._transaction():
                    yield draft
                    write_rows(self._store.connection, draft.changed)
                unless_committed.pop_all()
            self.rows.take(draft.changed)
        subjects = frozenset(folded.subject for _, folded in draft.changed)
        if subjects:
            for listener in self._listeners:
                listener(subjects)

    def append(self, fact: F, by: Operator = NOT_SIGNED_IN, via: str = "") -> Recorded[F]:
        """Write one fact; on return it is on disk."""
        with self.writing(by, via) as draft:
            return draft.append(fact)

    def note_look(self, act: str, about: str, by: Operator = NOT_SIGNED_IN) -> None:
        """Write who looked at what, before it is shown, printed or exported."""
        with self._lock, self._transaction():
            write_look(self._store.connection, round(self.clock.epoch() * 1000), by, act, about)

    def facts_about(self, subject: str) -> list[Recorded[Any]]:
        """Every fact of a subject that this version understands."""
        with self._lock:
            return self._chain.about(subject)

    def last_of(self, kind: type[F], limit: int) -> list[Recorded[F]]:
        """The newest facts of a kind, newest first."""
        with self._lock:
            return self._chain.last_of(kind, limit)

    def find(self, hash_: FactHash) -> Recorded[Any] | None:
        """The fact with this hash, if it is here and understood."""
        with self._lock:
            return self._chain.find(hash_)

    def every_fact(self) -> list[tuple[env.Envelope, Recorded[Any] | None]]:
        """All facts as they arrived; None beside those that this version does not understand."""
        with self._lock:
            return list(self._chain.every())

    def secret(self, name: str) -> bytes:
        """A random 32-byte key by name, made on first use (the incident's key for card tokens)."""
        with self._lock, self._transaction():
            return self._chain.key_of(name)

    def verify(self) -> int:
        """Check the whole chain and return the number of facts; raises JournalIsDamagedError."""
        with self._lock:
            return verify_chain(self.path, self._store.connection)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._store.close()

    @contextmanager
    def _transaction(self) -> Generator[None]:
        try:
            with transaction(self._store.connection):
                yield
        except EngineError as error:
            if is_damage(error):
                raise JournalIsDamagedError(path=self.path, seq="?", what=str(error)) from error
            raise DiskIsFullError(path=self.path) from error


class Draft:
    """An open writing transaction."""

    def __init__(self, chain: Chain, catalogue: Catalogue, rows: Rows, by: Operator, via: str) -> None:
        """Belongs to `Journal.writing`."""
        self._chain = chain
        self._catalogue = catalogue
        self._rows = rows
        self._by = by
        self._via = via
        self._changed: dict[tuple[type[Any], str], tuple[Fold[Any], Folded[Any]]] = {}

    @property
    def changed(self) -> Iterable[tuple[Fold[Any], Folded[Any]]]:
        """The rows that this draft has folded again."""
        return self._changed.values()

    def row(self, row: type[R], subject: str) -> R | None:
        """The row of a subject, with what this draft has already written."""
        return self._folded(row, subject).value

    def append(self, fact: F) -> Recorded[F]:
        """Write a fact, building on the heads of its row, and fold its subject again."""
        facts = self._chain.about(fact.subject)
        written = self._chain.write(fact, self._heads_for(fact, facts), self._by, self._via)
        for fold, folded in fold_subject(self._catalogue, fact.subject, [*facts, written]):
            self._changed[fold.row, fact.subject] = (fold, folded)
        return written

    def count_own(self, kind: type[Fact]) -> int:
        """How many facts of a kind this device has ever written, taken back or not."""
        return self._chain.count_own(kind)

    def _folded(self, row: type[R], subject: str) -> Folded[R]:
        changed = self._changed.get((row, subject))
        return changed[1] if changed else self._rows.folded(row, subject)

    def _heads_for(self, fact: Fact, facts: list[Recorded[Any]]) -> tuple[FactHash, ...]:
        known = {recorded.hash: recorded.fact for recorded in facts}
        about: Fact | None = fact
        while isinstance(about, FactTakenBack):
            about = known.get(about.target)
        fold = self._catalogue.row_of.get(type(about)) if about else None
        return self._folded(fold.row, fact.subject).heads if fold else ()
