"""What leaves the television log: what was withdrawn (同意の撤回), what is finer than agreed, what is older than needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from village_console.devices.ports import TvEventKind
from village_console.viewing.consented import KEPT_FOR, Agreed
from village_console.viewing.facts import Granularity
from village_console.viewing.telemetry import CHANGED
from village_console.village.clock import JST

LONGEST_LETTERS = 2_000
"""Dead letters that are kept; older ones make room."""
_ABOUT_DEVICE = ("events", "lines", "boots", "days", "learnt")
_OF_NOBODY = max(KEPT_FOR.values())
"""Of a television that stands in no household any more nobody can withdraw: time does."""


def sweep(
    connection: sqlite3.Connection,
    paired: Mapping[str, Agreed],
    now: datetime,
    device_of: Callable[[str], str | None],
) -> set[str]:
    """Take away whatever is not agreed to, or no longer; tells whose log was withdrawn altogether. In a transaction."""
    known = {row[0] for table in _ABOUT_DEVICE for row in connection.execute(f"SELECT DISTINCT device FROM {table}")}  # noqa: S608 -- a constant
    withdrawn = {d for d in known if d in paired and paired[d].granularity is Granularity.NOTHING}
    for device in sorted(withdrawn):
        _erase(connection, device)
    for device in sorted(known - withdrawn):
        if device in paired:
            _coarsen(connection, device, paired[device].granularity)
        _forget(connection, device, now - (paired[device].kept_for if device in paired else _OF_NOBODY))
    _sweep_letters(connection, withdrawn | {d for d, agreed in paired.items() if agreed.granularity is Granularity.NOTHING},
                   device_of, now)  # fmt: skip
    return withdrawn


def _erase(connection: sqlite3.Connection, device: str) -> None:
    for table in _ABOUT_DEVICE:
        connection.execute(f"DELETE FROM {table} WHERE device = ?", (device,))  # noqa: S608 -- a constant


def _coarsen(connection: sqlite3.Connection, device: str, agreed: Granularity) -> None:
    """Make what was kept under a wider consent as coarse as the present one."""
    if agreed is Granularity.CHANNEL:
        return
    if agreed is Granularity.DAILY:
        on = connection.execute(
            "SELECT DISTINCT date((t_device + 32400000) / 1000, 'unixepoch') FROM events"
            " WHERE device = ? AND kind IN ('power', 'alive') AND value = 'on' AND t_device IS NOT NULL",
            (device,),
        ).fetchall()
        connection.executemany("INSERT OR IGNORE INTO days VALUES (?,?)", [(device, day) for (day,) in on])
        for table in ("events", "lines", "boots"):
            connection.execute(f"DELETE FROM {table} WHERE device = ?", (device,))  # noqa: S608 -- a constant
        return
    if agreed is Granularity.CHANGES:
        connection.execute(
            "UPDATE events SET value = ?, raw = x'' WHERE device = ? AND kind = ? AND value <> ?",
            (CHANGED, device, TvEventKind.CHANNEL.value, CHANGED),
        )
    else:
        connection.execute(
            "UPDATE events SET kind = ?, value = '', raw = x'', t_device = NULL WHERE device = ? AND kind = ?",
            (TvEventKind.WITHHELD.value, device, TvEventKind.CHANNEL.value),
        )
    connection.execute("UPDATE events SET raw = x'' WHERE device = ? AND boot = '' AND raw <> x''", (device,))


def _forget(connection: sqlite3.Connection, device: str, before: datetime) -> None:
    """Rows that are no longer needed. The counts of numbers stay, so that nothing seems lost."""
    connection.execute(
        "DELETE FROM events WHERE device = ? AND t_received < ?", (device, round(before.timestamp() * 1000))
    )
    connection.execute(
        "DELETE FROM days WHERE device = ? AND day < ?", (device, before.astimezone(JST).date().isoformat())
    )


def _sweep_letters(
    connection: sqlite3.Connection, gone: set[str], device_of: Callable[[str], str | None], now: datetime
) -> None:
    old = round((now - min(KEPT_FOR.values(), default=timedelta(0))).timestamp() * 1000)
    connection.execute("DELETE FROM dead_letters WHERE t_received < ?", (old,))
    topics = [row[0] for row in connection.execute("SELECT DISTINCT topic FROM dead_letters")]
    connection.executemany("DELETE FROM dead_letters WHERE topic = ?", [(t,) for t in topics if device_of(t) in gone])
    trim_letters(connection)


def trim_letters(connection: sqlite3.Connection) -> None:
    """Keep the newest: a flood of nonsense must not fill the disk."""
    connection.execute(
        "DELETE FROM dead_letters WHERE id <= (SELECT ifnull(max(id), 0) FROM dead_letters) - ?", (LONGEST_LETTERS,)
    )
