"""What was written, exported and printed of an incident: what its verbs decide by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from village_console.incident.facts import IncidentReopened, incident_subject
from village_console.incident.rows import Incident
from village_console.journal.audit import Look
from village_console.journal.envelope import milliseconds
from village_console.journal.facts import PersonErased
from village_console.journal.journal import Journal
from village_console.village.ids import FactHash

_CHANGES_NOTHING = (PersonErased.__name__, IncidentReopened.__name__)
_CARRIERS = ("printed", "exported")
_STORED = "stored"


def incident_of(journal: Journal) -> Incident | None:
    """The journal's own incident; None while nothing was said of it."""
    return journal.rows.one(Incident, incident_subject(journal.purpose.incident))


def facts_in(journal: Journal) -> int:
    """How many facts of all consoles are here."""
    return sum(chain.count for chain in journal.have().values())


def last_exported(looks: Iterable[Look]) -> int | None:
    """How many facts the last finished export held that people can read; None when there was none."""
    counts = [look.about.rpartition(" ")[2] for look in looks if look.act == _STORED]
    return next((int(count) for count in reversed(counts) if count.isdecimal()), None)


def written_since(journal: Journal, closing: FactHash) -> int:
    """How many facts came to this console after one, erasures and re-openings apart."""
    count = 0
    for envelope, recorded in reversed(journal.every_fact()):
        if recorded is not None and recorded.hash == closing:
            break
        count += envelope.kind not in _CHANGES_NOTHING
    return count


def carriers(looks: Iterable[Look], since: datetime) -> tuple[Look, ...]:
    """Prints and exports from a moment on: out of reach of any erasure."""
    return tuple(look for look in looks if look.act in _CARRIERS and look.at >= milliseconds(since))
