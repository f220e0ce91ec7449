"""The verb that prepares a database (支度): schema, roles and policies, each step once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from village_console.village.errors import ArchiveIsNotPreparedError, ArchiveServerIsTooOldError

OLDEST_SERVER = 15
"""The first with views that ask in the reader's name (`security_invoker`)."""
VERSION = 2
"""The last step in `migrations`."""
_FIRST = """
CREATE SCHEMA IF NOT EXISTS village_archive;
CREATE TABLE IF NOT EXISTS village_archive.versions (n integer PRIMARY KEY, taken timestamptz NOT NULL DEFAULT now());
GRANT SELECT ON village_archive.versions TO PUBLIC;
"""


def set_up(database: Connection[Any], village: str | None) -> int:
    """Take every step that has not been taken, and make the village's role; how many steps those were.

    Raises:
        ArchiveServerIsTooOldError: the server lacks what keeps villages apart.
        ArchiveIsNotPreparedError: a newer program has been here.
    """
    server = database.info.server_version // 10_000
    if server < OLDEST_SERVER:
        raise ArchiveServerIsTooOldError(found=server, needed=OLDEST_SERVER)
    with database.transaction():
        database.execute("SELECT pg_advisory_xact_lock(hashtext('village_archive setup'))")
        database.execute(_FIRST)
        row = database.execute("SELECT coalesce(max(n), 0) FROM village_archive.versions").fetchone()
        taken: int = row[0] if row else 0
        if taken > VERSION:
            raise ArchiveIsNotPreparedError(found=taken, known=VERSION)
        for n, step in steps():
            if n > taken:
                database.execute(step)
                database.execute("INSERT INTO village_archive.versions (n) VALUES (%s)", (n,))
        if village is not None:
            _make_role(database, f"village_{village}")
    return VERSION - taken


def steps() -> Iterator[tuple[int, bytes]]:
    """The steps in `migrations` by number, in order."""
    found = files(__package__ or "").joinpath("migrations").iterdir()
    for step in sorted(found, key=lambda file: file.name):
        yield int(step.name[:4]), step.read_bytes()


def _make_role(database: Connection[Any], role: str) -> None:
    """May log in, but has no password: how it proves itself is between the database's keeper and pg_hba.conf."""
    if database.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        database.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
    database.execute(SQL("GRANT village_archive_writer TO {}").format(Identifier(role)))
    name = database.info.dbname
    database.execute(SQL("GRANT TEMPORARY ON DATABASE {} TO village_archive_writer").format(Identifier(name)))
