"""What a prefecture asks (問い合わせ): the functions of the database as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from village_console.archive.database import Database, check_prepared

_COUNTS = """
    SELECT coalesce(v.name, c.village) || '  ' || c.shelter || ' ' || c.name, c.people, c.gone_out, c.unnamed, c.disputed,
        c.not_known_since, c.never_heard
    FROM village_archive.counts_at(%s, 'infinity', %s) c LEFT JOIN village_archive.villages v USING (village)
"""
_NEEDS = """
    SELECT coalesce(v.name, n.village) || '  ' || n.shelter || ' ' || n.name, n.code, n.urgency, n.open, n.nobodys,
        n.first_until, n.not_known_since, n.never_heard
    FROM village_archive.needs_at(%s, 'infinity', %s) n LEFT JOIN village_archive.villages v USING (village)
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many are registered at one shelter; None: not known."""

    place: str
    people: int | None
    gone_out: int | None
    """Of them, for a while."""
    unnamed: int | None
    """Of them, only counted."""
    disputed: int
    """Of whom desks have said different things."""
    not_known_since: datetime | None
    """The shelter is silent: the figures are those of then."""
    never_heard: bool


@dataclass(frozen=True, slots=True)
class Open:
    """Needs of one code at one shelter that nobody has met; without a code: none is known there."""

    place: str
    code: str | None
    urgency: str | None
    open: int | None
    nobodys: int | None
    """Of them nobody looks after."""
    first_until: datetime | None
    not_known_since: datetime | None
    never_heard: bool


def counts_at(database: Database, at: datetime, run_mode: str) -> list[Count]:
    """Every shelter that the asking role may see, at a moment; raises ArchiveIsNotPreparedError."""
    return [Count(*row) for row in _asked(database, _COUNTS, (at, run_mode))]


def needs_at(database: Database, at: datetime, run_mode: str) -> list[Open]:
    """What was needed there, at a moment; raises ArchiveIsNotPreparedError."""
    return [Open(*row) for row in _asked(database, _NEEDS, (at, run_mode))]


def _asked(database: Database, query: LiteralString, values: Sequence[object]) -> list[tuple[Any, ...]]:
    check_prepared(database)
    return database.execute(query, values).fetchall()
