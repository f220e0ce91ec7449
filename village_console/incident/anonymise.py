"""The verb that anonymises an incident (匿名化): everybody's personal fields go, what happened and to how many stays.

Residents of the register are no exception: the laptop's copy was taken for this incident, the register itself is the town
hall's, and nothing is kept that the purpose no longer needs (個人情報保護法 61条). A next incident imports it anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from village_console.incident.facts import IncidentAnonymised, incident_subject
from village_console.incident.rules import AnonymiseVerdict, may_anonymise
from village_console.incident.written import incident_of, written_since
from village_console.journal.facts import PersonErased
from village_console.journal.journal import Journal
from village_console.register.rows import Resident
from village_console.register.tokens import token_key_name
from village_console.village.ids import NOT_SIGNED_IN, Operator
from village_console.village.progress import Progress

TELL_EVERY = 50


@dataclass(frozen=True, slots=True)
class Anonymised:
    """What came of it."""

    verdict: AnonymiseVerdict
    people: int = 0


def anonymise(journal: Journal, by: Operator = NOT_SIGNED_IN, progress: Progress | None = None) -> Anonymised:
    """Erase everybody in one transaction, and the key that ties cards to their tokens."""
    with journal.writing(by, "incident") as draft:
        incident = incident_of(journal)
        since = written_since(journal, incident.fact) if incident else 0
        verdict = may_anonymise(incident, journal.clock.now(), since)
        if verdict is not AnonymiseVerdict.ANONYMISED:
            return Anonymised(verdict)
        people = len(journal.rows.all(Resident))
        subjects = [*journal.sealed_subjects(), token_key_name(journal.purpose.incident)]
        for n, subject in enumerate(subjects, start=1):
            draft.append(PersonErased(subject=subject, why="anonymised"))
            if progress and (n % TELL_EVERY == 0 or n == len(subjects)):
                progress(n, len(subjects))
        draft.append(IncidentAnonymised(subject=incident_subject(journal.purpose.incident), people=people))
    return Anonymised(verdict, people)
