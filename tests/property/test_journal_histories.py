"""Whatever people do at the desk, a stay is what a child with pencil and rubber would have on paper."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.rows import Stay
from village_console.village.ids import FactHash, ShelterId

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

Journals = Callable[[], AbstractContextManager["JournalMaker"]]
PEOPLE = ("resident:haru", "resident:ken", "resident:misaki")


@dataclass(frozen=True)
class Receive:
    """A reception; a second one is a move."""

    person: int
    shelter: str


@dataclass(frozen=True)
class TakeBack:
    """Undo, or undo of undo: any fact of a person, counted from the newest."""

    person: int
    back: int


@dataclass(frozen=True)
class Entry:
    """One line of the paper."""

    hash: FactHash
    shelter: str | None
    target: FactHash | None = None


@dataclass
class Paper:
    """Every line about one person, from the first to the last."""

    entries: list[Entry] = field(default_factory=list[Entry])

    def stands(self, entry: Entry) -> bool:
        """A line stands unless a line that stands crosses it out."""
        return not any(other.target == entry.hash and self.stands(other) for other in self.entries)

    def receptions(self) -> list[Entry]:
        """The receptions that stand."""
        return [entry for entry in self.entries if entry.shelter and self.stands(entry)]

    def stay(self) -> tuple[str | None, FactHash] | None:
        """The last one holds."""
        receptions = self.receptions()
        return (receptions[-1].shelter, receptions[-1].hash) if receptions else None

    def may_cross_out(self, entry: Entry) -> bool:
        """The last reception that stands; of crossings-out only the very last line."""
        return entry in (self.receptions()[-1:] if entry.shelter else self.entries[-1:])


def play(journal: Journal, papers: dict[str, Paper], step: Receive | TakeBack) -> None:
    """Do the same in the journal and on paper; both must refuse the same."""
    person = PEOPLE[step.person]
    paper = papers[person]
    if isinstance(step, Receive):
        fact = EvacueeReceived(
            subject=person, shelter=ShelterId(step.shelter), receipt=f"{step.shelter}-0001", path=Path.NAME
        )
        paper.entries.append(Entry(journal.append(fact).hash, step.shelter))
    elif step.back < len(paper.entries):
        entry = paper.entries[-1 - step.back]
        taken = take_back(journal, entry.hash, "slip")
        assert (taken is not None) == paper.may_cross_out(entry)
        if taken:
            paper.entries.append(Entry(taken.hash, None, entry.hash))


def stays(journal: Journal) -> dict[str, tuple[str | None, FactHash]]:
    return {person: (stay.shelter, stay.fact) for person, stay in journal.rows.all(Stay).items()}


PERSON = st.integers(0, len(PEOPLE) - 1)
STEPS = st.lists(
    st.builds(Receive, PERSON, st.sampled_from(["S1", "S2"])) | st.builds(TakeBack, PERSON, st.integers(0, 3)),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_stays_are_what_paper_and_rubber_would_show(journals: Journals, steps: list[Receive | TakeBack]) -> None:
    papers = {person: Paper() for person in PEOPLE}
    with journals() as make_journal:
        journal = make_journal()
        for step in steps:
            play(journal, papers, step)
            expected = {person: stay for person, paper in papers.items() if (stay := paper.stay())}
            assert stays(journal) == expected
        assert journal.verify() == sum(len(paper.entries) for paper in papers.values())
        before = stays(journal)
        journal.close()
        assert stays(make_journal()) == before
