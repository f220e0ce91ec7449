"""A real PostgreSQL of one's own: in a temporary folder, behind a unix socket, as somebody without rights."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from village_console.archive.setup import set_up

_FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
PROGRAMS = _FOUND[-1].parent if _FOUND else None
"""Debian keeps the server's programs out of the way of everybody."""
ADMIN = "admin"


class Postgres:
    """One server; every test makes a database in it."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder, self._durable, self._numbers = folder, durable, count(1)
        # The server refuses to run as root: Debian's package brings somebody for it.
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "--username", ADMIN, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync")

    def start(self) -> None:
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync={'on' if self._durable else 'off'}"
        )
        self._run("pg_ctl", "--wait", "--log", str(self.folder / "log"), "--options", options, "start")

    def stop(self) -> None:
        """At once, as when the power goes."""
        self._run("pg_ctl", "--wait", "--mode", "immediate", "stop")

    def new_database(self) -> str:
        """An empty one; its DSN, to which `user=` may be added."""
        name = f"archive{next(self._numbers)}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as admin:
            admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self.dsn(name)

    def dsn(self, database: str) -> str:
        return f"host={self.folder} dbname={database} user={ADMIN}"

    def _run(self, program: str, *arguments: str) -> None:
        assert PROGRAMS is not None, "PostgreSQL is not installed (make parts)"
        command = [*self._as, str(PROGRAMS / program), "--pgdata", str(self.folder / "data"), *arguments]
        # pg_ctl's server keeps what it inherits: a pipe would never end.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, cwd="/")
            said.seek(0)
            assert done.returncode == 0, said.read().decode()


@contextmanager
def running_postgres(*, durable: bool = False) -> Generator[Postgres]:
    """A server that runs until the block ends; `durable`: what it confirms is on the disk, as in earnest."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        server = Postgres(Path(name), durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def prepared(server: Postgres, villages: Sequence[str]) -> str:
    """A new database that is set up for some villages; its DSN."""
    dsn = server.new_database()
    with psycopg.connect(dsn, autocommit=True) as admin:
        for village in villages:
            set_up(admin, village)
    return dsn


def as_role(dsn: str, role: str) -> psycopg.Connection[Any]:
    """Somebody at a terminal who has logged in under this role."""
    return psycopg.connect(dsn.replace(f"user={ADMIN}", f"user={role}"), autocommit=True)
