"""The verb that keeps an archive (保存): follows the journal day and night, waits for its database for ever, loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import psycopg

from village_console.archive.database import AWAY, Database, RecordIsTakenError, enter, open_database, village_name
from village_console.archive.reached import first_line, in_sentences
from village_console.archive.sink import Changes, Sink
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal
from village_console.village.errors import ArchiveRefusedError
from village_console.village.progress import Progress

LOOK_EVERY = 30.0
"""Seconds after which the journal is looked at although it has told nothing: what no row tells of is heard of by nobody."""
GATHER = 0.2
"""Seconds in which what is written one after another is left to gather."""
SHORTEST, LONGEST = 1.0, 30.0
"""Seconds until a database that is away is tried again."""


class Standing(StrEnum):
    """How the archive stands."""

    LEVEL = "level"
    """All that the journal holds lies there."""
    AWAY = "away"
    """The database does not answer, or has no room; it is tried again."""
    TAKEN = "taken"
    """Another process writes this village's record."""


@dataclass(frozen=True, slots=True)
class State:
    """What may be told."""

    standing: Standing
    facts: int = 0
    """That were laid there since the start."""
    said: str = ""
    """The database's own words."""


@dataclass(frozen=True, slots=True)
class Site:
    """Whose archive it is, and where."""

    dsn: str
    municipality: str
    name: str


class Keeper:
    """Follows one journal."""

    def __init__(
        self, journal: Journal, catalogue: Catalogue, site: Site, tell: Callable[[State], None], progress: Progress
    ) -> None:
        """Nothing is opened. `tell` hears of every change of the standing, and of facts that were laid there."""
        self._journal, self._catalogue, self._site, self._tell = journal, catalogue, site, tell
        self._progress = progress
        self._wanted = threading.Event()
        self._changes = Changes(journal, self._wanted.set)
        self._database: Database | None = None
        self._sink: Sink | None = None
        self._facts = 0
        self._failures = 0

    def once(self) -> int:
        """Bring it into line and leave; how many facts were new there.

        Raises:
            VillageError: it cannot be done; what was committed stands.
        """
        try:
            with in_sentences():
                self._level()
        finally:
            self._close()
        return self._facts

    def run(self, end: threading.Event) -> None:
        """Follow the journal until `end` is set; raises VillageError for what does not mend itself."""
        threading.Thread(target=lambda: (end.wait(), self._wanted.set()), daemon=True).start()
        try:
            while not end.is_set():
                self._wanted.clear()
                if self._stands():
                    self._failures = 0
                    self._wanted.wait(LOOK_EVERY)
                    end.wait(GATHER)
                else:
                    end.wait(min(SHORTEST * 2**self._failures, LONGEST))
                    self._failures = min(self._failures + 1, 10)
        finally:
            self._close()

    def _stands(self) -> bool:
        try:
            self._level()
        except RecordIsTakenError:
            self._close()
            self._tell(State(Standing.TAKEN))
            return False
        except AWAY as error:
            self._close()
            self._tell(State(Standing.AWAY, self._facts, first_line(error)))
            return False
        except psycopg.Error as error:
            raise ArchiveRefusedError(said=first_line(error)) from error
        self._tell(State(Standing.LEVEL, self._facts))
        return True

    def _level(self) -> None:
        if self._sink is None:
            self._sink = self._opened()
        before = self._sink.new_facts
        try:
            self._sink.level(self._progress)
        finally:
            self._facts += self._sink.new_facts - before

    def _opened(self) -> Sink:
        database = self._database = open_database(self._site.dsn)
        village = village_name(self._journal.village)
        owner = enter(database, village, self._site.municipality, self._site.name, self._journal.purpose)
        return Sink(self._journal, self._catalogue, database, owner, self._changes)

    def _close(self) -> None:
        self._sink = None
        if self._database is not None:
            self._database.close()
            self._database = None
