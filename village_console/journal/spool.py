"""The spool (印刷の待ち): every paper of the receipt printer from asked for to printed, on disk before its first byte is sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from village_console.journal.envelope import instant, milliseconds
from village_console.village.clock import Clock


class JobState(StrEnum):
    """How far a paper has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    """Every byte was handed over; the printer has not said that it is done."""
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    """Nobody knows whether it came out: a person looks, and decides."""
    VOID = "void"


UNDECIDED = (JobState.QUEUED, JobState.SENDING, JobState.SENT, JobState.UNCERTAIN)
_UNFINISHED = (JobState.SENDING, JobState.SENT)
_SELECT = "SELECT id, state, kind, people, about, document, made, issue, instead_of FROM spool"


@dataclass(frozen=True, slots=True)
class Job:
    """One paper."""

    id: int
    """Never used twice, whatever restarts: it is also the printer's ticket."""
    state: JobState
    kind: str
    """The table of its words."""
    people: int
    about: str
    document: bytes
    """Empty once nobody needs it any more: no names lie about in the file."""
    made: datetime
    issue: int
    """0: the first; n: 再発行 第n回."""
    instead_of: int | None
    """The job that was declared void for this one."""


class Spool:
    """Jobs of one console. Every change is committed when the method returns; any thread may call."""

    def __init__(
        self, connection: sqlite3.Connection, committing: Callable[[], AbstractContextManager[None]], clock: Clock
    ) -> None:
        """Nothing is read yet."""
        self._connection, self._committing, self._clock = connection, committing, clock

    def queue(self, document: bytes, kind: str, people: int, about: str) -> Job:
        """Take a paper in."""
        with self._committing():
            return self._insert(Job(0, JobState.QUEUED, kind, people, about, document, self._clock.now(), 0, None))

    def reissue(self, job: Job, document: bytes) -> Job:
        """Declare a job void and take in what is printed in its place, in one step."""
        with self._committing():
            self._set(job.id, JobState.VOID)
            now = self._clock.now()
            return self._insert(
                replace(job, state=JobState.QUEUED, document=document, made=now, issue=job.issue + 1, instead_of=job.id)
            )

    def move(self, job: int, state: JobState) -> None:
        """Write how far a job has come; where it ends its document goes."""
        with self._committing():
            self._set(job, state)

    def recover(self) -> list[Job]:
        """After a start: what was being sent when the console stopped may have come out or not."""
        with self._committing():
            self._connection.execute(
                "UPDATE spool SET state = ? WHERE state IN (?, ?)", (JobState.UNCERTAIN, *_UNFINISHED)
            )
        return self.waiting(JobState.UNCERTAIN)

    def waiting(self, *states: JobState) -> list[Job]:
        """Jobs in these states, the oldest first."""
        marks = ", ".join("?" * len(states))
        with self._committing():
            query = f"{_SELECT} WHERE state IN ({marks}) ORDER BY id"
            return [_job(row) for row in self._connection.execute(query, states)]

    def last(self, limit: int) -> list[Job]:
        """The newest jobs, newest first."""
        with self._committing():
            return [_job(row) for row in self._connection.execute(f"{_SELECT} ORDER BY id DESC LIMIT ?", (limit,))]

    def find(self, job: int) -> Job | None:
        """A job by its number."""
        with self._committing():
            row = self._connection.execute(f"{_SELECT} WHERE id = ?", (job,)).fetchone()
        return _job(row) if row else None

    def forget_papers(self) -> None:
        """After an erasure, inside its transaction: papers that may name whoever was erased are made anew or not at all."""
        done = (JobState.PRINTED, JobState.VOID)
        self._connection.execute(
            "UPDATE spool SET state = ?, document = x'' WHERE state NOT IN (?, ?)", (JobState.VOID, *done)
        )

    def _insert(self, job: Job) -> Job:
        cursor = self._connection.execute(
            "INSERT INTO spool (state, kind, people, about, document, made, issue, instead_of) VALUES (?,?,?,?,?,?,?,?)",
            (
                job.state,
                job.kind,
                job.people,
                job.about,
                job.document,
                milliseconds(job.made),
                job.issue,
                job.instead_of,
            ),
        )
        return replace(job, id=int(cursor.lastrowid or 0))

    def _set(self, job: int, state: JobState) -> None:
        self._connection.execute("UPDATE spool SET state = ? WHERE id = ?", (state, job))
        if state not in UNDECIDED:
            self._connection.execute("UPDATE spool SET document = x'' WHERE id = ?", (job,))


def _job(row: tuple[int, str, str, int, str, bytes, int, int, int | None]) -> Job:
    id_, state, kind, people, about, document, made, issue, instead_of = row
    return Job(id_, JobState(state), kind, people, about, bytes(document), instant(made), issue, instead_of)
