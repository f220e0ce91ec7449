"""As of a past moment a console knows what a fresh one would that took in only what had arrived by then."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.town import listed
from village_console.journal.envelope import Link, milliseconds
from village_console.journal.facts import FactTakenBack, PersonErased, PersonsMerged, merge_subject
from village_console.journal.journal import Journal
from village_console.journal.undo import correct, take_back
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.village.ids import ShelterId

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker

Journals = Callable[[], AbstractContextManager["JournalMaker"]]
WHERE = ("S1", "S2")
PEOPLE = (1, 2, 3)

steps = st.lists(
    st.tuples(
        st.sampled_from(["list", "receive", "undo", "undo", "correct", "merge", "unmerge", "erase", "meet", "meet"]),
        st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3),
    ),
    min_size=4, max_size=24,
)  # fmt: skip
"""What is done, at which console, to whom, with whom, and how many seconds pass before."""


def subject(number: int) -> str:
    return listed(PEOPLE[number], 1, "", "").subject


def act(journals: list[Journal], step: tuple[str, int, int, int, int]) -> None:
    """Do one step."""
    what, at, person, other, _ = step
    if what == "meet":
        links = journals[other].owed(journals[at].have()) if at != other else []
        journals[at].take_in(links[: 1 + person * 2], journals[other].keys_for(links))
    else:
        ACTS[what](journals[at], subject(person), other)


def list_(journal: Journal, who: str, n: int) -> None:
    number = next(number for number in PEOPLE if listed(number, 1, "", "").subject == who)
    journal.append(listed(number, 1, f"人{n}", "ヒト"))


def receive(journal: Journal, who: str, n: int) -> None:
    place = ShelterId(WHERE[n % 2])
    journal.append(EvacueeReceived(subject=who, shelter=place, receipt=f"{place}-1", path=Path.NAME))


def undo(journal: Journal, who: str, n: int) -> None:
    facts = journal.facts_about(who)
    if facts:
        take_back(journal, facts[-1 - n % len(facts)].hash, "slip")


def correct_(journal: Journal, who: str, _n: int) -> None:
    for r in [r for r in journal.facts_about(who) if isinstance(r.fact, EvacueeReceived)][-1:]:
        correct(journal, r.hash, {"shelter": "S3"}, "heard wrongly")


def merge(journal: Journal, who: str, n: int) -> None:
    if who != subject(n):
        fact = PersonsMerged(subject=merge_subject(who, subject(n)), one=who, other=subject(n), why="same")
        journal.append(fact)


def unmerge(journal: Journal, who: str, n: int) -> None:
    for r in journal.facts_about(merge_subject(who, subject(n)))[-1:]:
        if not isinstance(r.fact, FactTakenBack):
            take_back(journal, r.hash, "two after all")


def erase(journal: Journal, who: str, _n: int) -> None:
    journal.append(PersonErased(subject=who, why="asked"))


ACTS: dict[str, Callable[[Journal, str, int], None]] = {
    "list": list_, "receive": receive, "undo": undo, "correct": correct_, "merge": merge, "unmerge": unmerge,
    "erase": erase,
}  # fmt: skip


def arrived_by(journal: Journal, moment: datetime) -> list[Link]:
    """What lay in a journal's file by then, as it lies there now."""
    query = "SELECT previous, body, sealed, sealed_sha, sig FROM facts WHERE arrived <= ? ORDER BY id"
    rows: Any = journal._store.connection.execute(query, (milliseconds(moment),)).fetchall()
    return [Link(*map(bytes, row)) for row in rows]


@settings(max_examples=60, deadline=None)
@given(history=steps, skew=st.integers(-3, 3))
def test_as_of_is_what_had_arrived_by_then(
    journals: Journals, history: list[tuple[str, int, int, int, int]], skew: int
) -> None:
    with journals() as make_journal:
        clock: HandClock = make_journal.clock  # type: ignore[assignment]
        consoles = [make_journal(f"{name}.db") for name in "abc"]
        for one in consoles:
            for other in consoles:
                one.admit(other.public_key)
        moments = {clock.now()}
        for step in history:
            clock.advance(seconds=step[4] + (skew if step[1] == 2 else 0))
            act(consoles, step)
            moments.add(clock.now())
        for n, console in enumerate(consoles):
            for m, moment in enumerate(sorted(moments)):
                fresh = make_journal(f"fresh-{n}-{m}.db")
                for other in consoles:
                    fresh.admit(other.public_key)
                links = arrived_by(console, moment)
                fresh.take_in(links, console.keys_for(list(console.links())))
                assert console.as_of(moment).everything() == fresh.rows.everything()
                fresh.close()
            assert console.as_of(max(moments)).everything() == console.rows.everything()
