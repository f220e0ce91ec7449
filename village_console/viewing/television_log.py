"""televisions.db: what was heard, once each, and what it says about a moment. Owned by the collector."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from village_console.devices.ports import TvEvent, TvEventKind
from village_console.journal.sqlcipher import open_encrypted, transaction
from village_console.journal.store import own
from village_console.viewing.facts import Heard, TvState
from village_console.village.clock import JST

HEARTBEAT = timedelta(seconds=120)
FRESH = 2 * HEARTBEAT
"""A state counts at a moment when the television spoke no longer ago than this."""
LONGEST_DEAD_LETTER = 4096

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    device TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
    t_device INTEGER, t_received INTEGER NOT NULL, source TEXT NOT NULL, raw BLOB NOT NULL,
    PRIMARY KEY (device, boot, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_moment ON events (device, t_device);
CREATE TABLE IF NOT EXISTS lines (
    device TEXT PRIMARY KEY, value TEXT NOT NULL, t_received INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY, t_received INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, why TEXT NOT NULL);
"""


class TelevisionLog:
    """The open log; every method may be called from any thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or make the file; raises JournalIsInUseError when another collector owns it."""
        self._lock = threading.Lock()
        with ExitStack() as unless_opened:
            self._lock_file = unless_opened.enter_context(own(path))
            self._connection = open_encrypted(path, key)
            unless_opened.pop_all()
        for statement in filter(str.strip, _SCHEMA.split(";")):
            self._connection.execute(statement)

    def store(self, events: Sequence[TvEvent], dead: Iterable[tuple[datetime, str, bytes, str]]) -> int:
        """Write a batch and return how many events were new; on return they are on disk and may be acknowledged."""
        log = [_event_row(event) for event in events if event.kind is not TvEventKind.LINE and not event.retained]
        lines = [(e.device, e.value, _ms(e.t_received)) for e in events if e.kind is TvEventKind.LINE]
        letters = [(_ms(at), topic, payload[:LONGEST_DEAD_LETTER], why) for at, topic, payload, why in dead]
        with self._lock, transaction(self._connection):
            before = self._connection.total_changes
            self._connection.executemany("INSERT OR IGNORE INTO events VALUES (?,?,?,?,?,?,?,?,?)", log)
            new = self._connection.total_changes - before
            self._connection.executemany("INSERT OR REPLACE INTO lines VALUES (?,?,?)", lines)
            self._connection.executemany(
                "INSERT INTO dead_letters (t_received, topic, payload, why) VALUES (?,?,?,?)", letters
            )
        return new

    def heard_at(self, device: str, moment: datetime) -> Heard:
        """What a television is known to have been at a moment.

        ON or OFF counts when it spoke within two heartbeats before the moment, or spoke both before and after it without
        having changed in between; otherwise it is silent, with the last it said.
        """
        before = self._neighbour(device, moment, later=False)
        if before is None:
            return Heard(TvState.SILENT, None)
        value, at = before
        if moment - at <= FRESH or self._same_after(device, moment, value):
            return Heard(TvState(value), at)
        return Heard(TvState.SILENT, at)

    def last_heard(self) -> datetime | None:
        """When anything was last received."""
        with self._lock:
            row = self._connection.execute("SELECT max(t_received) FROM events").fetchone()
        return None if row[0] is None else _moment(row[0])

    def devices_heard_since(self, moment: datetime) -> int:
        """How many televisions have spoken since."""
        return self._count("SELECT count(DISTINCT device) FROM events WHERE t_received >= ?", _ms(moment))

    def count_events(self) -> int:
        """How many events are held."""
        return self._count("SELECT count(*) FROM events")

    def dead_letters(self) -> list[tuple[str, str]]:
        """Topic and reason of everything that was not understood."""
        with self._lock:
            return self._connection.execute("SELECT topic, why FROM dead_letters ORDER BY id").fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
            self._lock_file.close()

    def _neighbour(self, device: str, moment: datetime, *, later: bool) -> tuple[str, datetime] | None:
        query = (
            "SELECT value, t_device FROM events WHERE device = ? AND t_device > ? AND kind = 'alive' ORDER BY t_device LIMIT 1"
            if later
            else "SELECT value, t_device FROM events WHERE device = ? AND t_device <= ? AND kind IN ('power', 'alive')"
            " ORDER BY t_device DESC, seq DESC LIMIT 1"
        )
        with self._lock:
            row = self._connection.execute(query, (device, _ms(moment))).fetchone()
        return (str(row[0]), _moment(row[1])) if row else None

    def _same_after(self, device: str, moment: datetime, value: str) -> bool:
        after = self._neighbour(device, moment, later=True)
        if after is None or after[0] != value:
            return False
        query = "SELECT count(*) FROM events WHERE device = ? AND kind = 'power' AND t_device > ? AND t_device <= ?"
        return self._count(query, device, _ms(moment), _ms(after[1])) == 0

    def _count(self, query: str, *values: object) -> int:
        with self._lock:
            return int(self._connection.execute(query, values).fetchone()[0])


def _event_row(event: TvEvent) -> tuple[object, ...]:
    moment = None if event.t_device is None else _ms(event.t_device)
    return (
        event.device, event.boot, event.seq, event.kind.value, event.value, moment, _ms(event.t_received), event.source,
        event.raw,
    )  # fmt: skip


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, JST)
