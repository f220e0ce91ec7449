"""What happens to an incident as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from village_console.journal.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Fact):
    """The incident is over (閉じる); after so many days its people may be anonymised; subject: the incident."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(Fact):
    """It is not over after all: the days are counted no longer."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAnonymised(Fact):
    """Everybody's personal fields were erased (匿名化); what happened, to how many and when, stays."""

    people: int
    """Of how many."""


def incident_subject(name: str) -> str:
    """The journal's subject for an incident."""
    return f"incident:{name}"
