"""The archive's database as one village's sink has it: opened in the village's own role, which row security holds to its rows."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from village_console.archive.setup import OLDEST_SERVER, VERSION
from village_console.archive.tables import LAID, Owner
from village_console.journal.exchange import ChainId, Have
from village_console.journal.identity import device_name
from village_console.journal.store import Purpose
from village_console.village.errors import ArchiveIsNotPreparedError, ArchiveServerIsTooOldError

PATIENCE = {
    "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000,
}  # fmt: skip
"""A network that swallows everything is noticed within half a minute."""
Database = Connection[Any]
AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
"""It does not answer, restarts, or has no room: what was committed stands, the rest is tried again."""
_HAVE = """
    SELECT dev, inc, coalesce(max(seq) FILTER (WHERE seq = place), 0), count(*),
        bit_xor(('x' || encode(hash, 'hex'))::bit(256))::text
    FROM (SELECT f.dev, f.inc, f.seq, f.hash, dense_rank() OVER (PARTITION BY f.dev, f.inc ORDER BY f.seq) AS place
          FROM village_archive.facts f LEFT JOIN village_archive.apart a ON a.record = f.record AND a.hash = f.hash
          WHERE f.record = %s AND a.hash IS NULL) held
    GROUP BY dev, inc
"""


class RecordIsTakenError(Exception):
    """Another process writes this village's record: waited for while the server may only not have noticed its end."""


def village_name(public: bytes) -> str:
    """A village in the archive: 16 hex digits of its public key's SHA-256. Its role is `village_` and this."""
    return device_name(public)


def open_database(dsn: str) -> Database:
    """Connect; raises what stands in AWAY."""
    database: Database = psycopg.connect(make_conninfo(dsn, **PATIENCE), autocommit=True)
    database.execute("SET TIME ZONE 'UTC'")  # a desk whose clock is centuries wrong has no civil time anywhere else
    # A plan that was made for an empty table would read the whole of it for every batch while it fills.
    database.execute("SET plan_cache_mode = force_custom_plan")
    return database


def check_prepared(database: Database) -> None:
    """Raises ArchiveServerIsTooOldError, and ArchiveIsNotPreparedError unless the schema is the one that this program knows."""
    if database.info.server_version < OLDEST_SERVER * 10_000:
        raise ArchiveServerIsTooOldError(found=database.info.server_version // 10_000, needed=OLDEST_SERVER)
    there = database.execute("SELECT to_regclass('village_archive.versions') IS NOT NULL").fetchone()
    found = 0
    if there is not None and there[0]:
        row = database.execute("SELECT coalesce(max(n), 0) FROM village_archive.versions").fetchone()
        found = row[0] if row else 0
    if found != VERSION:
        raise ArchiveIsNotPreparedError(found=found, known=VERSION)


def enter(database: Database, village: str, municipality: str, name: str, purpose: Purpose) -> Owner:
    """Become the village's role, and own its record, alone.

    Raises:
        ArchiveIsNotPreparedError: the village has no role there, or it is not ours to take.
        RecordIsTakenError: another process has it.
    """
    try:
        database.execute(SQL("SET ROLE {}").format(Identifier(f"village_{village}")))
        check_prepared(database)
    except (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege) as error:
        raise ArchiveIsNotPreparedError(found=f"village_{village}", known=VERSION) from error
    with database.transaction():
        database.execute(
            "INSERT INTO village_archive.villages AS v VALUES (%s, %s, %s)"
            " ON CONFLICT (village) DO UPDATE SET municipality = excluded.municipality, name = excluded.name"
            " WHERE (v.municipality, v.name) IS DISTINCT FROM (excluded.municipality, excluded.name)",
            (village, municipality, name),
        )
        whose = (village, purpose.mode, purpose.world, purpose.incident)
        database.execute(
            "INSERT INTO village_archive.records (village, run_mode, world, incident) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            whose,
        )
        query = (
            "SELECT record FROM village_archive.records WHERE (village, run_mode, world, incident) = (%s, %s, %s, %s)"
        )
        found = database.execute(query, whose).fetchone()
    assert found is not None  # noqa: S101 -- written above
    owner = Owner(found[0], village)
    try:
        with database.transaction():
            database.execute("SET LOCAL lock_timeout = '3s'")
            database.execute("SELECT pg_advisory_lock(hashtext('village_archive'), %s)", (owner.record,))
    except psycopg.errors.LockNotAvailable as error:
        raise RecordIsTakenError(village) from error
    for table in LAID:
        query = "CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DELETE ROWS"
        database.execute(SQL(query).format(table.laid, table.where))
    return owner


def have_in(database: Database, owner: Owner) -> dict[ChainId, Have]:
    """What lies there of every chain, from the facts themselves: the resume point is nothing that could be wrong about them."""
    rows = database.execute(_HAVE, (owner.record,)).fetchall()
    return {(dev, inc): Have(seq, count, int(mix, 2).to_bytes(32)) for dev, inc, seq, count, mix in rows}
