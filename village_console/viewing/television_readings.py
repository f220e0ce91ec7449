"""televisions.db, read: what was heard, what it says about a moment, and what is known to be missing."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from village_console.devices.ports import Health
from village_console.journal.sqlcipher import EngineError, open_encrypted
from village_console.viewing import gaps
from village_console.viewing.facts import Heard, TvState
from village_console.village.clock import JST
from village_console.village.errors import TelevisionLogIsInUseError, VillageError

HEARTBEAT = timedelta(seconds=120)
FRESH = 2 * HEARTBEAT
"""A state counts at a moment when the television spoke no longer ago than this."""
PATIENCE = 3.0
"""Seconds until a collector that has only just begun must have made its file."""
COLLECTOR = "collector"
"""The mark under which a collector says how it is."""


class TelevisionReadings:
    """An open log; every method may be called from any thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Reads the file at `path` over this connection and closes it."""
        self.path = path
        self._lock = threading.Lock()
        self._connection = connection

    def heard_at(self, device: str, moment: datetime) -> Heard:
        """What a television is known to have been at a moment.

        ON or OFF counts when it spoke within two heartbeats before the moment, or spoke both before and after it without
        having changed in between; otherwise it is silent, with the last it said.
        """
        before = self._neighbour(device, moment, later=False)
        if before is None:
            return Heard(TvState.SILENT, None)
        value, at = before
        source = self.source_of(device)
        if moment - at <= FRESH or self._same_after(device, moment, value):
            return Heard(TvState(value), at, source)
        return Heard(TvState.SILENT, at, source)

    def source_of(self, device: str) -> str:
        """The dialect in which a television last spoke; empty when it never has."""
        with self._lock:
            row = self._connection.execute(
                "SELECT source FROM events WHERE device = ? ORDER BY t_device DESC LIMIT 1", (device,)
            ).fetchone()
        return str(row[0]) if row else ""

    def last_heard(self) -> datetime | None:
        """When anything was last received."""
        with self._lock:
            row = self._connection.execute("SELECT max(t_received) FROM events").fetchone()
        return None if row[0] is None else _moment(row[0])

    def devices_heard_since(self, moment: datetime) -> int:
        """How many televisions have spoken since."""
        return self._count("SELECT count(DISTINCT device) FROM events WHERE t_received >= ?", to_ms(moment))

    def count_events(self) -> int:
        """How many events are held."""
        return self._count("SELECT count(*) FROM events")

    def missing(self) -> int:
        """How many messages are known to be lost: numbers that were skipped (欠番)."""
        with self._lock:
            return gaps.missing(self._connection)

    def missing_by_device(self) -> list[tuple[str, int]]:
        """Of which televisions, the worst first."""
        with self._lock:
            return gaps.missing_by_device(self._connection)

    def dropped(self) -> int:
        """How many messages the broker says that it threw away while this log listened, to whomever they were sent."""
        return self._count("SELECT ifnull(sum(count), 0) FROM drops")

    def collector_health(self) -> Health:
        """How the collector last said it was; no answer when it never did."""
        with self._lock:
            row = self._connection.execute("SELECT value FROM marks WHERE name = ?", (COLLECTOR,)).fetchone()
        return Health(row[0]) if row else Health.NO_ANSWER

    def dead_letters(self) -> list[tuple[str, str]]:
        """Topic and reason of everything that was not understood."""
        with self._lock:
            return self._connection.execute("SELECT topic, why FROM dead_letters ORDER BY id").fetchall()

    def learnt(self) -> dict[str, str]:
        """What is remembered of sources, by device."""
        with self._lock:
            return dict(self._connection.execute("SELECT device, state FROM learnt").fetchall())

    def days_on(self, device: str) -> list[str]:
        """The days on which a television was on, of one of which nothing finer is kept."""
        with self._lock:
            rows = self._connection.execute("SELECT day FROM days WHERE device = ? ORDER BY day", (device,)).fetchall()
        return [str(row[0]) for row in rows]

    def said_by(self, device: str, newest: int) -> list[tuple[datetime | None, str, str]]:
        """The newest words that are kept of a television, the newest first: moment, kind, value (開示)."""
        query = "SELECT t_device, kind, value FROM events WHERE device = ? ORDER BY t_received DESC, seq DESC LIMIT ?"
        with self._lock:
            rows = self._connection.execute(query, (device, newest)).fetchall()
        return [(None if at is None else _moment(at), str(kind), str(value)) for at, kind, value in rows]

    def count_of(self, device: str) -> int:
        """How many words are kept of a television."""
        return self._count("SELECT count(*) FROM events WHERE device = ?", device)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _neighbour(self, device: str, moment: datetime, *, later: bool) -> tuple[str, datetime] | None:
        query = (
            "SELECT value, t_device FROM events WHERE device = ? AND t_device > ? AND kind = 'alive' ORDER BY t_device LIMIT 1"
            if later
            else "SELECT value, t_device FROM events WHERE device = ? AND t_device <= ? AND kind IN ('power', 'alive')"
            " ORDER BY t_device DESC, seq DESC LIMIT 1"
        )
        with self._lock:
            row = self._connection.execute(query, (device, to_ms(moment))).fetchone()
        return (str(row[0]), _moment(row[1])) if row else None

    def _same_after(self, device: str, moment: datetime, value: str) -> bool:
        after = self._neighbour(device, moment, later=True)
        if after is None or after[0] != value:
            return False
        query = "SELECT count(*) FROM events WHERE device = ? AND kind = 'power' AND t_device > ? AND t_device <= ?"
        return self._count(query, device, to_ms(moment), to_ms(after[1])) == 0

    def _count(self, query: str, *values: object) -> int:
        with self._lock:
            return int(self._connection.execute(query, values).fetchone()[0])


def read_beside_owner(path: Path, key: bytes) -> TelevisionReadings:
    """Read a log that another process owns; raises TelevisionLogIsInUseError when that one makes no file in time."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection = open_encrypted(path, key, read_only=True)
            connection.execute("SELECT count(*) FROM marks").fetchone()
        except (EngineError, VillageError) as error:
            if time.monotonic() > until:
                raise TelevisionLogIsInUseError(path=path) from error
            time.sleep(0.05)
        else:
            return TelevisionReadings(path, connection)


def is_owned(path: Path) -> bool:
    """Whether some process owns the log now."""
    try:
        with path.with_name(path.name + ".lock").open("r", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, as the file keeps moments."""
    return round(moment.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, JST)
