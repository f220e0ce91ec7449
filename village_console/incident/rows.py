"""Row of an incident: whether it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from village_console.incident.facts import IncidentAnonymised, IncidentClosed, IncidentReopened
from village_console.journal.facts import Fold, Recorded
from village_console.village.ids import FactHash


class State(StrEnum):
    """How far an incident has come; one about which nothing was written is open."""

    OPEN = "open"
    CLOSED = "closed"
    ANONYMISED = "anonymised"


_STATE = {IncidentClosed: State.CLOSED, IncidentReopened: State.OPEN, IncidentAnonymised: State.ANONYMISED}


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident (災害) or drill (訓練)."""

    state: State
    since: datetime
    days: int
    """For how long personal fields stay after closing; 0 unless it is closed."""
    fact: FactHash
    """What made it so."""


def fold_incident(facts: Sequence[Recorded[Any]]) -> Incident:
    """The newest word holds."""
    last: Recorded[Any] = facts[-1]
    return Incident(_STATE[type(last.fact)], last.wall, getattr(last.fact, "days", 0), last.hash)


FOLDS = (
    Fold(
        Incident, (IncidentClosed, IncidentReopened, IncidentAnonymised), fold_incident,
        says=lambda incident: (incident.state, incident.days),
    ),
)  # fmt: skip
