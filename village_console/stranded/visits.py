"""訪問: who goes where, and what they found. What a team has made sure of clears the home under every order in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from village_console.journal.facts import Fact, Recorded
from village_console.journal.journal import Journal
from village_console.journal.rows import Rows
from village_console.stranded.facts import (
    Found,
    HouseholdCleared,
    Means,
    Reason,
    Said,
    VisitAssigned,
    VisitReported,
    WordHeard,
    about,
    visit_to,
    word_of,
)
from village_console.stranded.rows import Order, Visit
from village_console.village.ids import FactHash, HouseholdId

_SURE: dict[Found, Reason] = {Found.MET: Reason.MET, Found.EMPTY: Reason.KNOWN_ABSENT}
_WORD: dict[Found, Said] = {
    Found.STAYS: Said.AT_HOME, Found.NO_ANSWER: Said.NO_ANSWER, Found.NEEDS_HELP: Said.NEEDS_HELP,
}  # fmt: skip


def hear(journal: Journal, household: HouseholdId, means: Means, what: Said, via: str = "stranded") -> FactHash:
    """Write what somebody said of a home."""
    return journal.append(word_heard(household, means, what), via=via).hash


def word_heard(household: HouseholdId, means: Means, what: Said) -> WordHeard:
    """What somebody said of a home, as a fact."""
    return WordHeard(subject=word_of(household), household=household, means=means, what=what)


def assign(journal: Journal, households: Iterable[HouseholdId], team: str, via: str = "stranded") -> list[FactHash]:
    """Ask a team to go to some homes, in one transaction."""
    with journal.writing(via=via) as draft:
        return [
            draft.append(VisitAssigned(subject=visit_to(home), household=home, team=team)).hash for home in households
        ]


def report(
    journal: Journal, household: HouseholdId, found: Found, orders: Sequence[Order], via: str = "stranded"
) -> list[FactHash]:
    """Write what a team found, and what follows from it: the home is cleared, or something was said of it."""
    facts: list[Fact] = [VisitReported(subject=visit_to(household), household=household, found=found)]
    if found in _SURE:
        facts += [
            HouseholdCleared(
                subject=about(order.id, household), order=order.id, household=household, reason=_SURE[found]
            )
            for order in orders
        ]
    else:
        facts.append(word_heard(household, Means.VISIT, _WORD[found]))
    with journal.writing(via=via) as draft:
        written: list[Recorded[Fact]] = [draft.append(fact) for fact in facts]
    return [recorded.hash for recorded in written]


def open_visits(rows: Rows) -> list[Visit]:
    """Visits from which nobody has reported back, by team, in the order in which they were assigned."""
    waiting = (visit for visit in rows.all(Visit).values() if visit.found is None)
    return sorted(waiting, key=lambda visit: (visit.team, visit.assigned_at, visit.household))
