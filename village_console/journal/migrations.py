"""Bringing an older journal's tables up to this version; the facts in it stay as they are, byte for byte."""

from __future__ import annotations

import sqlite3

from village_console.journal.admission import new_village
from village_console.journal.audit import adopt_end
from village_console.journal.sqlcipher import transaction
from village_console.journal.tables import FRESH, SCHEMA_VERSION, mixed

_KEPT = ("meta", "devices", "audit")
_NEW_SINCE = {"spool": 3, "contacts": 4, "read_to": 4}
"""Table -> the version that brought it."""
_FACTS = """
INSERT INTO facts (id, dev, inc, seq, kind, subject, arrived, previous, body, sealed, sealed_sha, hash, sig)
SELECT f.id, f.dev, f.inc, f.seq, f.kind, f.subject, f.arrived, coalesce(b.hash, zeroblob(32)), f.body, f.sealed,
    f.sealed_sha, f.hash, f.sig
FROM old_facts f LEFT JOIN old_facts b ON b.dev = f.dev AND b.inc = f.inc AND b.seq = f.seq - 1 ORDER BY f.id
"""


def bring_up(connection: sqlite3.Connection, version: int) -> None:
    """From an older version to this one, in one transaction."""
    if version == 1:
        _from_the_first(connection)
    else:
        with transaction(connection):
            for table, since in _NEW_SINCE.items():
                if version < since:
                    connection.execute(next(s for s in FRESH.split(";") if f"TABLE {table} " in s))
            _tell_more_of_devices(connection)
            connection.execute("ALTER TABLE forks ADD COLUMN noted INTEGER NOT NULL DEFAULT 0")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _tell_more_of_devices(connection: sqlite3.Connection) -> None:
    for column in ("n INTEGER NOT NULL DEFAULT 0", "counts TEXT", "admitted TEXT"):
        connection.execute(f"ALTER TABLE devices ADD COLUMN {column}")
    connection.execute("INSERT INTO meta VALUES ('village_seed', ?)", (new_village(),))


def _from_the_first(connection: sqlite3.Connection) -> None:
    """Links gain the hash they were built upon, chains their sums.

    Rows are left out: a journal folds them again when it finds that they are not of its making.
    """
    with transaction(connection):
        for table in ("keys", "facts", "heads"):
            connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
        for name in ("facts_subject", "facts_kind"):
            connection.execute(f"DROP INDEX {name}")
        connection.execute("DROP TABLE rows")
        for statement in filter(str.strip, FRESH.split(";")):
            if not any(f"TABLE {table} " in statement for table in _KEPT):
                connection.execute(statement)
        connection.execute("INSERT INTO keys (subject, key) SELECT subject, key FROM old_keys")
        connection.execute(_FACTS)
        for dev, inc, seq, hash_, hlc in connection.execute("SELECT * FROM old_heads").fetchall():
            _sum_up(connection, (dev, inc, seq, hash_, hlc))
        for table in ("keys", "facts", "heads"):
            connection.execute(f"DROP TABLE old_{table}")
        adopt_end(connection)
        _tell_more_of_devices(connection)
        connection.execute("INSERT INTO incarnations SELECT value, 0, 'made' FROM meta WHERE name = 'incarnation'")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _sum_up(connection: sqlite3.Connection, head: tuple[str, str, int, bytes, int]) -> None:
    count, mix = 0, bytes(32)
    for (hash_,) in connection.execute("SELECT hash FROM facts WHERE dev = ? AND inc = ?", head[:2]):
        count, mix = count + 1, mixed(mix, bytes(hash_))
    connection.execute("INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?)", (*head, count, mix))
