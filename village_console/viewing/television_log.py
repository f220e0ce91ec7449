"""televisions.db, written: what was heard, once each. Owned by the collector, whichever process that is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path

from village_console.devices.ports import Health, TvEvent, TvEventKind
from village_console.journal.ballast import room_beside
from village_console.journal.sqlcipher import EngineError, open_encrypted, transaction
from village_console.journal.store import own
from village_console.viewing import gaps
from village_console.viewing.consented import Agreed
from village_console.viewing.sweep import sweep, trim_letters
from village_console.viewing.television_readings import COLLECTOR, TelevisionReadings, read_beside_owner, to_ms
from village_console.village.errors import JournalIsInUseError, TelevisionLogIsInUseError

LONGEST_DEAD_LETTER = 4096
OWNING_TRIES, OWNING_PAUSE = 5, 0.03
"""A desk that only looks whether the log is owned holds its lock for a moment."""
_DROPS_SEEN = "drops_seen"

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS events (
        device TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
        t_device INTEGER, t_received INTEGER NOT NULL, source TEXT NOT NULL, raw BLOB NOT NULL,
        PRIMARY KEY (device, boot, seq)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS events_moment ON events (device, t_device)",
    """CREATE TABLE IF NOT EXISTS lines (
        device TEXT PRIMARY KEY, value TEXT NOT NULL, t_received INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS dead_letters (
        id INTEGER PRIMARY KEY, t_received INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
        why TEXT NOT NULL)""",
    *gaps.SCHEMA,
    "CREATE TABLE IF NOT EXISTS drops (id INTEGER PRIMARY KEY, count INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS days (device TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (device, day)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS learnt (device TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


class TelevisionLog(TelevisionReadings):
    """The open log of its one owner; every method may be called from any thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or make the file; raises TelevisionLogIsInUseError when another process owns it."""
        with ExitStack() as unless_opened:
            self._lock_file = unless_opened.enter_context(_own(path))
            super().__init__(path, open_encrypted(path, key))
            unless_opened.callback(self._connection.close)
            with transaction(self._connection):
                for statement in _SCHEMA:
                    self._connection.execute(statement)
            unless_opened.pop_all()

    def store(
        self,
        events: Sequence[TvEvent],
        dead: Iterable[tuple[datetime, str, bytes, str]],
        drops: Iterable[int] = (),
        days: Iterable[tuple[str, date]] = (),
        learnt: Mapping[str, str] | None = None,
    ) -> int:
        """Write a batch and return how many events were new; on return they are on disk and may be acknowledged.

        `drops`: how many messages the broker said that it has thrown away since it was started, as often as it said so.
        `days`: televisions of which only that day is kept. `learnt`: what is remembered of sources, by device.
        """
        if not room_beside(self.path).for_televisions:
            raise EngineError("what room is left belongs to check-ins")
        letters = [(to_ms(at), topic, payload[:LONGEST_DEAD_LETTER], why) for at, topic, payload, why in dead]
        new = 0
        with self._lock, transaction(self._connection):
            for is_line, run in groupby(events, lambda event: event.kind is TvEventKind.LINE):  # in the order heard
                some = list(run)
                new += self._write_lines(some) if is_line else self._write_events(some)
            self._connection.executemany(
                "INSERT INTO dead_letters (t_received, topic, payload, why) VALUES (?,?,?,?)", letters
            )
            if letters:
                trim_letters(self._connection)
            for counter in drops:
                self._write_drops(counter)
            self._connection.executemany(
                "INSERT OR IGNORE INTO days VALUES (?,?)", [(device, day.isoformat()) for device, day in days]
            )
            self._connection.executemany("INSERT OR REPLACE INTO learnt VALUES (?,?)", list((learnt or {}).items()))
        return new

    def sweep(
        self, paired: Mapping[str, Agreed], now: datetime, device_of: Callable[[str], str | None]
    ) -> tuple[set[str], bool]:
        """Erase what is not agreed to or no longer needed: whose log was withdrawn, and whether the file holds nothing of it.

        False while somebody reads beside: then `end_sweep` is tried again.
        """
        with self._lock, transaction(self._connection):
            withdrawn = sweep(self._connection, paired, now, device_of)
        return withdrawn, self.end_sweep()

    def end_sweep(self) -> bool:
        """Empty the write-ahead log, in which pages stand as they were; whether that could be done."""
        with self._lock:
            return not self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def note_collector(self, health: Health) -> None:
        """Leave word on how the collector is, for a desk that reads beside it."""
        with self._lock, transaction(self._connection):
            self._mark(COLLECTOR, health.value)

    def close(self) -> None:
        """Close the file and give it free."""
        super().close()
        self._lock_file.close()

    def _write_lines(self, lines: Sequence[TvEvent]) -> int:
        gaps.note_lines(self._connection, lines)
        self._connection.executemany(
            "INSERT OR REPLACE INTO lines VALUES (?,?,?)", [(e.device, e.value, to_ms(e.t_received)) for e in lines]
        )
        return 0

    def _write_events(self, events: Iterable[TvEvent]) -> int:
        rows = [_event_row(event) for event in self._numbered(event for event in events if not event.retained)]
        before = self._connection.total_changes
        # Not INSERT OR IGNORE: its IGNORE would reach into the trigger that counts.
        self._connection.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING", rows)
        return (self._connection.total_changes - before) // 2  # each new event is counted once more by the trigger

    def _numbered(self, events: Iterable[TvEvent]) -> Iterable[TvEvent]:
        """Give the words of a source that has no numbers the next ones; what it says twice of one moment is said once."""
        last: dict[str, int] = {}
        fresh: set[tuple[str, str, str, datetime]] = set()
        for event in events:
            if event.boot:
                yield event
                continue
            if event.t_device is not None:
                word = (event.device, event.kind.value, event.value, event.t_device)
                if word in fresh or self._holds(event):
                    continue
                fresh.add(word)
            last[event.device] = last.get(event.device, self._last_number(event.device)) + 1
            yield replace(event, seq=last[event.device])

    def _last_number(self, device: str) -> int:
        row = self._connection.execute("SELECT last FROM boots WHERE device = ? AND boot = ''", (device,)).fetchone()
        return int(row[0]) if row else 0

    def _holds(self, event: TvEvent) -> bool:
        assert event.t_device is not None  # noqa: S101 -- asked only of words with a time
        query = "SELECT 1 FROM events WHERE device = ? AND t_device = ? AND kind = ? AND value = ? AND boot = ''"
        values = (event.device, to_ms(event.t_device), event.kind.value, event.value)
        return self._connection.execute(query, values).fetchone() is not None

    def _write_drops(self, counter: int) -> None:
        row = self._connection.execute("SELECT value FROM marks WHERE name = ?", (_DROPS_SEEN,)).fetchone()
        seen = int(row[0]) if row else counter  # what was dropped before this log listened is no loss of its own
        fresh = counter - seen if counter >= seen else counter  # a broker that was started again counts from 0
        if fresh:
            self._connection.execute("INSERT INTO drops (count) VALUES (?)", (fresh,))
        self._mark(_DROPS_SEEN, str(counter))

    def _mark(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO marks VALUES (?,?)", (name, value))


def open_log(path: Path, key: bytes) -> TelevisionReadings:
    """Own the log; where another process does, read it."""
    try:
        return TelevisionLog(path, key)
    except TelevisionLogIsInUseError:
        return read_beside_owner(path, key)


def _own(path: Path) -> TextIOWrapper:
    for tries_left in reversed(range(OWNING_TRIES)):
        try:
            return own(path)
        except JournalIsInUseError as error:
            if not tries_left:
                raise TelevisionLogIsInUseError(path=path) from error
            time.sleep(OWNING_PAUSE)
    raise AssertionError  # the last try returns or raises


def _event_row(event: TvEvent) -> tuple[object, ...]:
    told = event.t_device or (None if event.kind is TvEventKind.WITHHELD else event.t_received)
    moment = None if told is None else to_ms(told)
    return (
        event.device, event.boot, event.seq, event.kind.value, event.value, moment, to_ms(event.t_received), event.source,
        event.raw,
    )  # fmt: skip
