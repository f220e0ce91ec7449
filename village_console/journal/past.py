"""A journal as it was known at a past moment (時点): everything can be read, nothing can be written."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn, TypeVar

from village_console.journal.facts import Fact, Recorded
from village_console.journal.journal import Journal, Listener
from village_console.village.clock import Clock
from village_console.village.errors import PastIsReadOnlyError
from village_console.village.ids import FactHash, Operator

F = TypeVar("F", bound=Fact)


class PastJournal(Journal):
    """Shares the open file with the journal it was made of; its clock stands at the moment."""

    def __init__(self, live: Journal, at: datetime) -> None:
        """Fold what had arrived by then; a village of a few thousand people takes a second."""
        vars(self).update(vars(live))
        self._live, self._at = live, at
        self.rows = live.as_of(at)
        self.clock = Clock()
        self.clock.drive(at.timestamp(), self.clock.monotonic(), 0)

    def writing(self, by: Operator | None = None, via: str = "") -> NoReturn:  # noqa: ARG002 -- the journal's shape
        """Refuse.

        Raises:
            PastIsReadOnlyError: always.
        """
        raise PastIsReadOnlyError(at=f"{self._at:%H:%M}")

    def listen(self, listener: Listener) -> None:
        """The past does not change."""

    def note_look(self, act: str, about: str, by: Operator | None = None) -> None:
        """A look at the past is a look now."""
        self._live.note_look(act, f"{about} as of {self._at:%Y-%m-%dT%H:%M:%S}", by)

    def everything_about(self, subject: str, arrived: datetime | None = None) -> list[Recorded[Any]]:
        """What had arrived by then."""
        return super().everything_about(subject, min(arrived or self._at, self._at))

    def last_of(self, kind: type[F], limit: int) -> list[Recorded[F]]:
        """The newest that had arrived by then, newest first."""
        with self._reading():
            return self._reader.last_of(kind, limit, self._at)

    def find(self, hash_: FactHash) -> Recorded[Any] | None:
        """The fact with this hash, if it had arrived by then and is understood."""
        found = super().find(hash_)
        return found if found is not None and found.arrived <= self._at else None

    def close(self) -> None:
        """The file belongs to the journal that goes on."""
