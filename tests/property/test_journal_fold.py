"""In whatever order facts arrive, they fold to the same row."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.town import HARU, received, registered
from village_console.journal.facts import Fact, Recorded
from village_console.journal.journal import Journal
from village_console.journal.rows import fold_subject
from village_console.journal.standing import heads, standing
from village_console.journal.undo import take_back
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

Journals = Callable[[], AbstractContextManager["JournalMaker"]]


@dataclass(frozen=True)
class TakeBack:
    """Take back one of the facts so far, counted from the newest."""

    back: int


STEPS = st.lists(
    st.sampled_from(["S1", "S2", "S3"]).map(lambda shelter: received(HARU, shelter))
    | st.sampled_from(["佐藤 ハル", "佐藤 春"]).map(lambda name: registered(HARU, name))
    | st.integers(0, 3).map(TakeBack),
    max_size=12,
)


def history(journal: Journal, steps: list[Fact | TakeBack]) -> list[Recorded[Any]]:
    """Play the steps at a desk; what comes of them are the facts about one resident."""
    for step in steps:
        facts = journal.facts_about(HARU)
        if isinstance(step, Fact):
            journal.append(step)
        elif step.back < len(facts):
            take_back(journal, facts[-1 - step.back].hash, "slip")
    return journal.facts_about(HARU)


@given(st.data(), STEPS)
@settings(max_examples=120, deadline=None)
def test_any_order_of_arrival_folds_to_the_same_row(
    journals: Journals, data: st.DataObject, steps: list[Fact | TakeBack]
) -> None:
    with journals() as make_journal:
        journal = make_journal()
        facts = history(journal, steps)
        shuffled = data.draw(st.permutations(facts))
        folded = fold_subject(make_journal.catalogue, HARU, shuffled)
        assert folded == fold_subject(make_journal.catalogue, HARU, facts)
        in_journal = [journal.rows.folded(row, HARU) for row in (Resident, Stay)]
        assert [value for _, value in folded] == [value for value in in_journal if value.heads]


@given(st.data(), STEPS)
@settings(max_examples=60, deadline=None)
def test_what_stands_and_what_is_a_head_does_not_depend_on_the_order(
    journals: Journals, data: st.DataObject, steps: list[Fact | TakeBack]
) -> None:
    with journals() as make_journal:
        facts = history(make_journal(), steps)
        shuffled = data.draw(st.permutations(facts))
        assert standing(shuffled) == standing(facts)
        assert heads(shuffled) == heads(facts)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_one_console_alone_is_never_in_conflict_with_itself(journals: Journals, steps: list[Fact | TakeBack]) -> None:
    with journals() as make_journal:
        journal = make_journal()
        facts = history(journal, steps)
        assert journal.rows.conflicts() == []
        assert journal.verify() == len(facts)
