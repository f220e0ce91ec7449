"""The verbs of an incident's end and of its beginning again."""

from __future__ import annotations

from village_console.incident.facts import IncidentClosed, IncidentReopened, incident_subject
from village_console.incident.rows import State
from village_console.incident.rules import CloseVerdict, may_close
from village_console.incident.written import facts_in, incident_of, last_exported
from village_console.journal.journal import Journal
from village_console.village.ids import NOT_SIGNED_IN, Operator


def close(journal: Journal, days: int, by: Operator = NOT_SIGNED_IN) -> CloseVerdict:
    """Close the incident (閉じる): everything has been exported, and the days begin to count."""
    looks = journal.looks()
    with journal.writing(by, "incident") as draft:
        verdict = may_close(incident_of(journal), last_exported(looks), facts_in(journal))
        if verdict is CloseVerdict.CLOSED:
            draft.append(IncidentClosed(subject=incident_subject(journal.purpose.incident), days=days))
    return verdict


def reopen(journal: Journal, why: str, by: Operator = NOT_SIGNED_IN) -> bool:
    """Open it again: nothing will be anonymised; false when it is open. What was erased before does not come back."""
    with journal.writing(by, "incident") as draft:
        incident = incident_of(journal)
        if incident is None or incident.state is State.OPEN:
            return False
        draft.append(IncidentReopened(subject=incident_subject(journal.purpose.incident), why=why))
    return True
