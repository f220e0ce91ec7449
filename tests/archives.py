"""A village whose archive is kept in a real PostgreSQL: desks, the archive's own journal, and the database to be asked."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.carriers import Shelf, ShelfCarrier, new_console
from tests.postgres import Postgres, as_role, prepared
from tests.town import DRILL, EVENING, FOLDS, KINDS, MUNICIPALITY, listed, person, set_clock
from village_console.archive.database import village_name
from village_console.archive.keep import Keeper, Site, State
from village_console.archive.tables import FACTS, OF_SUBJECTS, SHELTERS
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.sync.meeting import Meeting
from village_console.village.clock import Clock
from village_console.village.ids import ShelterId

TABLES = ("villages", "records", *(table.name for table in (FACTS, *OF_SUBJECTS, SHELTERS)), "apart")
CATALOGUE = Catalogue(KINDS, FOLDS)


class Village:
    """Two desks and an archive, which meet over a shelf."""

    def __init__(self, server: Postgres, folder: Path, dsn: str | None = None, purpose: Purpose = DRILL) -> None:
        self._ending = ExitStack()
        self.clocks = [Clock() for _ in range(3)]
        self.shelf = Shelf()
        self.journals: list[Journal] = []
        for number, clock in enumerate(self.clocks, start=1):
            founder = self.journals[0] if self.journals else None
            self.journals.append(new_console(folder, number, founder, clock, purpose))
            self._ending.callback(self.journals[-1].close)
        self.hall, self.school, self.archive = self.journals
        self.name = village_name(self.hall.village)
        self.role = f"village_{self.name}"
        self.dsn = dsn or prepared(server, [self.name])
        self.told: list[State] = []

    def at(self, minute: int) -> None:
        """All clocks stand so many minutes after 18:00."""
        for clock in self.clocks:
            set_clock(clock, EVENING + timedelta(minutes=minute))

    def keeper(self) -> Keeper:
        """Nothing remembered, as after a restart; in the village's own role."""
        site = Site(self.dsn.replace("user=admin", f"user={self.role}"), MUNICIPALITY, "役場")
        return Keeper(self.archive, CATALOGUE, site, self.told.append, lambda _done, _of: None)

    def keep(self) -> int:
        return self.keeper().once()

    def meet(self, *journals: Journal, rounds: int = 2) -> None:
        for _ in range(rounds):
            for journal in journals or self.journals:
                Meeting(journal, ShelfCarrier(self.shelf, journal.device)).hold()

    def close(self) -> None:
        self._ending.close()

    # Asking

    def ask(self, query: str, *values: Any, role: str | None = None) -> list[tuple[Any, ...]]:
        """What the database says to somebody: its keeper, or a role."""
        with as_role(self.dsn, role or "admin") as asked:
            return asked.execute(query.encode(), values).fetchall()

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that lies there, with the place of every row on the disk: a row that was written again has another."""
        order = "SELECT ctid, xmin::text, t.* FROM village_archive.{} t ORDER BY ctid"
        return {table: self.ask(order.format(table)) for table in TABLES}

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """The same without places, to compare two databases."""
        return {table: sorted(row[2:] for row in rows) for table, rows in self.everything().items()}


def receive(journal: Journal, number: int, shelter: str = "S1", name: str = "佐藤 花") -> None:
    """A person of the register comes."""
    with journal.writing() as draft:
        draft.append(listed(number, number, name, "サトウ ハナ"))
        draft.append(
            EvacueeReceived(
                subject=person(number), shelter=ShelterId(shelter), receipt=f"{shelter}-{number}", path=Way.NAME
            )
        )


def refused(dsn: str, role: str, query: str) -> str:
    """The class of the refusal that somebody gets who types this."""
    with as_role(dsn, role) as typed:
        try:
            typed.execute(query.encode())
        except psycopg.Error as error:
            return type(error).__name__
    return "allowed"
