"""Which numbers a television skipped (欠番): counted by the file itself, in the transaction that stores what came."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from village_console.devices.ports import TvEvent

SCHEMA = (
    # first: the number from which this log listened; NULL: the box was switched on before that, and has said nothing since.
    """CREATE TABLE IF NOT EXISTS boots (
        device TEXT NOT NULL, boot TEXT NOT NULL, first INTEGER, last INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (device, boot)) WITHOUT ROWID""",
    # A box that is new to the log is counted from the first number heard; of one that is known, every boot from 1.
    """CREATE TRIGGER IF NOT EXISTS events_counted AFTER INSERT ON events BEGIN
        INSERT INTO boots VALUES (
            NEW.device, NEW.boot,
            CASE WHEN EXISTS (SELECT 1 FROM boots WHERE device = NEW.device) THEN 1 ELSE NEW.seq END, NEW.seq, 1)
        ON CONFLICT (device, boot) DO UPDATE SET
            first = min(ifnull(first, NEW.seq), NEW.seq), last = max(last, NEW.seq), held = held + 1;
    END""",
    # A file from before there was this table: what it lacks at its beginning is not known to have been lost.
    """INSERT INTO boots SELECT device, boot, min(seq), max(seq), count(*) FROM events
        WHERE NOT EXISTS (SELECT 1 FROM boots) GROUP BY device, boot""",
)
_UP = """INSERT INTO boots (device, boot, first) VALUES (
    ?1, ?2, CASE WHEN ?3 AND NOT EXISTS (SELECT 1 FROM boots WHERE device = ?1) THEN NULL ELSE 1 END)
    ON CONFLICT DO NOTHING"""
_MISSING = "SELECT device, sum(last - first + 1 - held) AS n FROM boots WHERE held > 0 GROUP BY device HAVING n > 0"


def note_lines(connection: sqlite3.Connection, lines: Iterable[TvEvent]) -> None:
    """A box is on the line: from now on its numbers begin at 1, unless the broker only remembers it from before."""
    connection.executemany(_UP, [(line.device, line.boot, line.retained) for line in lines if line.boot])


def missing(connection: sqlite3.Connection) -> int:
    """How many numbers are skipped, of all televisions and boots."""
    return int(connection.execute(f"SELECT ifnull(sum(n), 0) FROM ({_MISSING})").fetchone()[0])  # noqa: S608 -- a constant


def missing_by_device(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Each television that skipped numbers, and how many; the worst first."""
    return connection.execute(f"{_MISSING} ORDER BY n DESC, device").fetchall()
