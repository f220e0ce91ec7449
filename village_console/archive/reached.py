"""A database that somebody waits for: whatever is wrong with it is a sentence."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import psycopg

from village_console.archive.database import AWAY, Database, RecordIsTakenError, open_database
from village_console.village.errors import ArchiveIsAwayError, ArchiveIsInUseError, ArchiveRefusedError


@contextmanager
def in_sentences() -> Generator[None]:
    """What the database says as errors of ours.

    Raises:
        ArchiveIsAwayError: it does not answer, or has no room.
        ArchiveIsInUseError: another process writes this village's record.
        ArchiveRefusedError: it does not do what it is asked.
    """
    try:
        yield
    except RecordIsTakenError as error:
        raise ArchiveIsInUseError(village=error) from error
    except AWAY as error:
        raise ArchiveIsAwayError(said=first_line(error)) from error
    except psycopg.Error as error:
        raise ArchiveRefusedError(said=first_line(error)) from error


@contextmanager
def reached(dsn: str) -> Generator[Database]:
    """An open connection until the block ends; raises what `in_sentences` raises."""
    with in_sentences():
        database = open_database(dsn)
        try:
            yield database
        finally:
            database.close()


def first_line(error: psycopg.Error) -> str:
    """What the database said, without the hints behind it."""
    return next(iter(str(error).splitlines()), type(error).__name__)
