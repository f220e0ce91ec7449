"""20,000 facts of a village into PostgreSQL: how many a second does the sink bring there, beside COPY of the very same rows?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from tests.benchmarks.measured import Measured, in_turns, seconds
from tests.benchmarks.towns import fill
from tests.carriers import new_console
from tests.postgres import Postgres, as_role, prepared, running_postgres
from tests.town import FOLDS, KINDS, MUNICIPALITY
from village_console.archive.database import enter, open_database, village_name
from village_console.archive.sink import Changes, Sink
from village_console.archive.tables import FACTS, OF_SUBJECTS, Table
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal

PEOPLE = 10_000
"""Each with two facts, listed and received, and two rows, a person and a stay."""
ROUNDS = 3
_EVERY = (FACTS, *OF_SUBJECTS)


def measure() -> list[Measured]:
    """The same rows, in the same server that syncs what it confirms, with the same keys and indexes, in turns."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        running_postgres(durable=True) as server,
        closing(new_console(Path(name), 1)) as journal,
    ):
        fill(journal, PEOPLE)
        return _measured(server, journal)


def _measured(server: Postgres, journal: Journal) -> list[Measured]:
    village = village_name(journal.village)
    full = prepared(server, [village])
    everything = seconds(lambda: _sink(full, journal).level())
    rows = {table: _rows(full, table) for table in _EVERY}
    facts, told = len(rows[FACTS]), sum(len(rows[table]) for table in OF_SUBJECTS)

    def ours(_n: int) -> float:
        sink = _sink(prepared(server, [village]), journal)
        return facts / seconds(lambda: sink._level_facts(lambda _done, _of: None))

    def whole(_n: int) -> float:
        sink = _sink(prepared(server, [village]), journal)
        return (facts + told) / seconds(sink.level)

    def copied(tables: Iterable[Table]) -> float:
        database = prepared(server, [village])
        _sink(database, journal)
        wanted = list(tables)
        return sum(len(rows[table]) for table in wanted) / seconds(lambda: _copy(database, wanted, rows))

    figures = in_turns(ROUNDS, ours, lambda _n: copied([FACTS]), whole, lambda _n: copied(_EVERY))
    of_facts, peer_of_facts, of_all, peer_of_all = map(median, figures)
    again = seconds(lambda: _sink(full, journal).level())
    return [
        Measured("archive_facts", of_facts, peer_of_facts, "facts/s", f"median of {ROUNDS}: {facts:,} facts out of the encrypted"
                 " journal, checked against what lies there, with row security; peer: COPY of the same rows by the keeper"),
        Measured("archive", of_all, peer_of_all, "rows/s", f"the same with {told:,} rows folded from the facts at every moment"
                 " of theirs; peer: COPY of all these rows, folded before"),
        Measured("archive_again", again, everything, "s", "a sink that starts and finds everything in its place: every subject"
                 " is folded and compared; peer: the first time"),
    ]  # fmt: skip


def _sink(dsn: str, journal: Journal) -> Sink:
    database = open_database(dsn)
    owner = enter(database, village_name(journal.village), MUNICIPALITY, "役場", journal.purpose)
    return Sink(journal, Catalogue(KINDS, FOLDS), database, owner, Changes(journal, lambda: None))


def _columns(table: Table) -> Any:
    return SQL(", ").join(map(Identifier, ("record", "village", *table.columns)))


def _rows(dsn: str, table: Table) -> list[tuple[Any, ...]]:
    with as_role(dsn, "admin") as admin:
        return admin.execute(SQL("SELECT {} FROM {}").format(_columns(table), table.where)).fetchall()


def _copy(dsn: str, tables: Iterable[Table], rows: dict[Table, list[tuple[Any, ...]]]) -> None:
    with psycopg.connect(dsn) as admin, admin.cursor() as cursor:
        for table in tables:
            with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(table.where, _columns(table))) as copy:
                for row in rows[table]:
                    copy.write_row(row)
