"""The journal: one writer, any thread. A fact is on disk before `append` returns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

from village_console.journal.admission import Word, members, public_of
from village_console.journal.audit import write_look
from village_console.journal.beginning import begin
from village_console.journal.chain import Chain
from village_console.journal.contacts import Contacts
from village_console.journal.draft import Draft
from village_console.journal.envelope import Link
from village_console.journal.exchange import TakenIn
from village_console.journal.facts import Catalogue, Fact, Recorded
from village_console.journal.intake import BATCH, Arrival, Intake, arrivals, checked
from village_console.journal.readable import ReadableJournal
from village_console.journal.reading import Reader
from village_console.journal.rows import Rows, write_rows
from village_console.journal.spool import Spool
from village_console.journal.sqlcipher import explained, transaction
from village_console.journal.store import Purpose, Store
from village_console.journal.subject_keys import SubjectKey, SubjectKeys
from village_console.journal.tables import held
from village_console.journal.tip_file import TipFile
from village_console.village.clock import Clock
from village_console.village.ids import NOT_SIGNED_IN, Operator

F = TypeVar("F", bound=Fact)
Listener = Callable[[frozenset[str]], None]
"""Called with the subjects that changed, from the thread that wrote, after the commit."""


class Journal(ReadableJournal):
    """Facts go in, rows come out; nothing is ever changed or lost."""

    def __init__(self, path: Path, key: bytes, purpose: Purpose, catalogue: Catalogue, clock: Clock) -> None:
        """Open the file and read its rows; raises what `Store` raises, and JournalIsDamagedError for a broken end."""
        self._store = Store(path, key, purpose)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._catalogue = catalogue
        self._keys = SubjectKeys(self._store.connection)
        self._reader = Reader(self._store.connection, self._keys, catalogue)
        self.purpose = purpose
        self.clock = clock
        self.rows = Rows(catalogue)
        self.operator: Operator = NOT_SIGNED_IN
        """Who is at the console: whoever does not say by whom something is written means this operator."""
        self.spool = Spool(self._store.connection, self._committing, clock)
        self.contacts = Contacts(self._store.connection, self._committing)
        with ExitStack() as unless_opened:
            unless_opened.callback(self._store.close)
            unless_opened.enter_context(explained(path))
            self._chain = Chain(self._store, purpose, self._keys, clock)
            self._tip_file = TipFile(path)
            unless_opened.callback(self._tip_file.close)
            with self._transaction():
                begin(self._store, self._chain, self._reader, self._tip_file, catalogue)
            self.rows.load(self._store.connection)
            unless_opened.pop_all()

    @property
    def device(self) -> str:
        """This console's name in envelopes."""
        return self._chain.dev

    @property
    def public_key(self) -> bytes:
        """What others check this console's signatures with: 32 bytes of Ed25519."""
        return self._chain.tip.identity.public

    def listen(self, listener: Listener) -> None:
        """Hear of every change after it is on disk."""
        self._listeners.append(listener)

    @contextmanager
    def writing(self, by: Operator | None = None, via: str = "") -> Generator[Draft]:
        """Decide and write in one transaction: what the draft reads cannot change before it is committed.

        `by`: None means whoever is signed in.

        Raises:
            DiskIsFullError: the engine could not write; nothing was recorded.
        """
        with self._lock:
            draft = Draft(
                self._store.connection, self._chain, self._keys, self._reader, self._catalogue, self.rows,
                self.operator if by is None else by, via,
            )  # fmt: skip
            with ExitStack() as unless_committed:
                unless_committed.callback(setattr, self._chain, "tip", self._chain.tip)
                with self._transaction():
                    yield draft
                    write_rows(self._store.connection, draft.changed)
                    if draft.erased:
                        self.spool.forget_papers()
                unless_committed.pop_all()
            self.rows.take(draft.changed)
            if draft.erased:
                self._forget_old_pages()
            tip = self._chain.tip
            self._tip_file.write(tip.identity.inc, tip.seq, tip.hash)
        subjects = frozenset(folded.subject for _, folded in draft.changed)
        if subjects:
            for listener in self._listeners:
                listener(subjects)

    def append(self, fact: F, by: Operator | None = None, via: str = "") -> Recorded[F]:
        """Write one fact; on return it is on disk."""
        with self.writing(by, via) as draft:
            return draft.append(fact)

    # Other consoles

    def admit(self, public: bytes) -> TakenIn:
        """Take facts signed by the holder of this key from now on, those that were kept apart among them."""
        with self._taking_in() as (_, intake):
            intake.admit(public)
        return intake.result

    def heed(self, words: Iterable[Word]) -> TakenIn:
        """Let what the village's key says of consoles count, whichever way it came; other keys' words are nothing."""
        with self._taking_in() as (_, intake):
            intake.heed(words)
        return intake.result

    def say(self, word: Word) -> TakenIn:
        """Write a word of the village's as a fact of ours, and let it count."""
        with self._taking_in(via="sync") as (draft, intake):
            draft.append(word)
            intake.heed((word,))
        return intake.result

    @property
    def village(self) -> bytes:
        """The village's public key: 32 bytes of Ed25519."""
        with self._reading():
            kept = self._store.meta("village")
            return kept if isinstance(kept, bytes) else public_of(self._store.village_seed())

    @property
    def village_seed(self) -> bytes | None:
        """The village's private key; None at a console that may not admit others."""
        with self._reading():
            return None if self._store.meta("village") is not None else self._store.village_seed()

    def join(self, village: bytes, seed: bytes | None, words: Iterable[Word]) -> TakenIn:
        """Belong to another village from now on; `seed`: its private key, if this console may admit others too."""
        with self._committing():
            self._store.set_village(village, seed)
        return self.heed(words)

    def own_secret(self, name: str, make: Callable[[], bytes]) -> bytes:
        """A secret of this device that is kept in the file, made on first use."""
        with self._lock, self._transaction():
            kept = self._store.meta(f"own_{name}")
            if not isinstance(kept, bytes):
                self._store.set_meta(f"own_{name}", kept := make())
            return kept

    def sign(self, domain: bytes, content: bytes) -> bytes:
        """This device's signature under something that is no fact; what is signed is never 32 bytes long, as facts are."""
        return self._chain.tip.identity.key.sign(b"village_console " + domain + b"\0" + content)

    def take_in(self, links: Iterable[Link], keys: Iterable[SubjectKey] = ()) -> TakenIn:
        """Take in what another console sent: in any order, repeated, partly; nothing here is changed by it."""
        total, coming, first = TakenIn(), iter(links), tuple(keys)
        while (batch := self._checked(islice(coming, BATCH))) or first:
            total.add(self._take_batch(batch, first))
            first = ()
        return total

    def _checked(self, links: Iterable[Link]) -> list[Arrival]:
        """Links with their signatures looked at, while the desk may write."""
        coming = arrivals(links)
        with self._reading():
            known = held(self._store.connection, [one.hash for one in coming])
            devices = {dev: member.public for dev, member in members(self._store.connection).items()}
        return checked(coming, devices, known)

    def _take_batch(self, coming: list[Arrival], keys: tuple[SubjectKey, ...]) -> TakenIn:
        with self._taking_in() as (_, intake):
            intake.take(coming)
            intake.result.subjects |= self._keys.add(keys)
        return intake.result

    @contextmanager
    def _taking_in(self, via: str = "") -> Generator[tuple[Draft, Intake]]:
        """One transaction; what came within is folded into rows when it ends."""
        with self.writing(via=via) as draft:
            now_ms = round(self.clock.epoch() * 1000)
            intake = Intake(self._store.connection, self._chain, self.purpose, self.village, now_ms)
            yield draft, intake
            draft.set_apart = intake.set_apart
            draft.fold_again(intake.result.subjects)

    def note_look(self, act: str, about: str, by: Operator | None = None) -> None:
        """Write who looked at what, before it is shown, printed or exported."""
        with self._lock, self._transaction():
            write_look(
                self._store.connection,
                round(self.clock.epoch() * 1000),
                self.operator if by is None else by,
                act,
                about,
            )

    def note_forks(self) -> None:
        """Somebody has looked at every fork that is known now."""
        with self._committing():
            self._store.connection.execute("UPDATE forks SET noted = 1")

    def secret(self, name: str) -> bytes:
        """A random 32-byte key by name, made on first use (the incident's key for card tokens)."""
        with self._lock, self._transaction():
            return self._keys.current(name)

    def secrets(self, name: str) -> list[bytes]:
        """The same key, and behind it those that other consoles made before they met this one."""
        current = self.secret(name)
        with self._reading():
            return [current, *(held.key for held in self._keys.of((name,)) if held.key != current)]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._store.close()
            self._tip_file.close()

    def _forget_old_pages(self) -> None:
        """After an erasure: what the write-ahead log still holds of the deleted bytes goes too."""
        self._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _committing(self) -> Generator[None]:
        with self._lock, self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with explained(self.path), transaction(self._store.connection):
            yield
