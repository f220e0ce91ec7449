"""Tables of the archive's database that follow the village's record: only what differs is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.range import Range

from village_console.archive.history import NeedThen, Span, StayThen, UnnamedThen
from village_console.register.rows import Resident

Row = tuple[Any, ...]
SCHEMA = "village_archive"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are told by some subjects' facts; every one begins with the record and the village."""

    name: str
    columns: tuple[str, ...]
    """The subject first."""
    identity: int
    """So many columns from the first say which row it is."""

    @property
    def where(self) -> Identifier:
        """Its name in SQL."""
        return Identifier(SCHEMA, self.name)

    @property
    def subject(self) -> Identifier:
        """The column of the subject."""
        return Identifier(self.columns[0])

    @property
    def laid(self) -> Identifier:
        """The temporary table that rows are copied into first, empty again after a commit: COPY does not go with row security."""
        return Identifier(f"laid_{self.name}")


FACTS = Table("facts", (
    "hash", "dev", "inc", "seq", "kind", "subject", "written", "previous", "body", "sealed_sha", "sig",
), 1)  # fmt: skip
APART = Table("apart", ("hash",), 1)
PERSONS = Table("persons", (
    "person", "name", "kana", "birth", "sex", "settlement", "address", "household", "needs_evacuation_support",
), 1)  # fmt: skip
STAYS = Table("stays", ("person", "written", "heard", "place", "shelter", "since", "is_out", "disputed"), 3)
UNNAMED = Table("unnamed", ("counted", "written", "heard", "shelter", "people"), 3)
NEEDS = Table(
    "needs", ("need", "written", "heard", "person", "shelter", "code", "urgency", "until", "owner", "outcome"), 3
)
SHELTERS = Table("shelters", ("shelter", "name", "known_until", "lacking"), 1)
OF_SUBJECTS = (PERSONS, STAYS, UNNAMED, NEEDS)
LAID = (FACTS, APART, *OF_SUBJECTS, SHELTERS)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rows they are."""

    record: int
    village: str


def lay(connection: Connection[Any], table: Table, owner: Owner, rows: Iterable[Row]) -> int:
    """Put rows in that are not there yet; how many those were. Once for a table in an open transaction."""
    columns = SQL(", ").join(map(Identifier, ("record", "village", *table.columns)))
    with connection.cursor() as cursor:
        with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(table.laid, columns)) as copy:
            for row in rows:
                copy.write_row((owner.record, owner.village, *map(_plain, row)))
        taken = "INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT DO NOTHING"
        return cursor.execute(SQL(taken).format(table.where, columns, columns, table.laid)).rowcount


def bring_into_line(
    connection: Connection[Any], table: Table, owner: Owner, subjects: Collection[str] | None, wanted: set[Row]
) -> int:
    """Make the rows of these subjects (None: all of the record) what they should be; how many were touched."""
    columns = SQL(", ").join(map(Identifier, table.columns))
    query, values = SQL("SELECT {} FROM {} WHERE record = %s").format(columns, table.where), [owner.record]
    if subjects is not None:
        query = Composed([query, SQL(" AND {} = ANY(%s)").format(table.subject)])
        values = [owner.record, [_plain(subject) for subject in subjects]]
    wanted = {tuple(map(_plain, row)) for row in wanted}
    there: set[Row] = set(connection.execute(query, values).fetchall())
    gone, new = there - wanted, wanted - there
    if gone:
        same = SQL(" AND ").join(SQL("{} = %s").format(Identifier(name)) for name in table.columns[: table.identity])
        delete = SQL("DELETE FROM {} WHERE record = %s AND {}").format(table.where, same)
        with connection.cursor() as cursor:
            cursor.executemany(delete, [(owner.record, *row[: table.identity]) for row in gone])
    if new:
        lay(connection, table, owner, new)
    return len(gone) + len(new)


def person_row(person: str, listed: Resident) -> Row:
    """What a prefecture needs to find a person: neither telephone nor register number, and nothing anybody told of a need."""
    return (
        person, listed.name, listed.kana, listed.birth, listed.sex.value, listed.settlement, listed.address,
        listed.household, listed.needs_evacuation_support,
    )  # fmt: skip


def span_rows(spans: Iterable[Span]) -> Iterator[tuple[Table, Row]]:
    """Each span as a row of its table."""
    for span in spans:
        stretch = span.stretch
        when = (stretch.subject, _range(stretch.start, stretch.end), _range(span.heard, span.replaced))
        match stretch.value:
            case StayThen(place, shelter, since, is_out, disputed):
                yield STAYS, (*when, place, shelter, since, is_out, disputed)
            case UnnamedThen(shelter, people):
                yield UNNAMED, (*when, shelter, people)
            case NeedThen(person, shelter, code, urgency, until, owner, outcome):
                yield NEEDS, (*when, person, shelter, code, urgency, until, owner, outcome)


def _range(start: datetime, end: datetime | None) -> Range[datetime]:
    return Range(start, end)


def _plain(value: Any) -> Any:
    """PostgreSQL's text takes neither NUL nor half a character: one strange name must not stop a village's archive."""
    if isinstance(value, str) and not value.isascii():
        value = value.encode("utf-8", "replace").decode("utf-8")
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
