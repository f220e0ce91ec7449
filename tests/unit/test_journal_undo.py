"""Undo takes a fact back by another fact; what others were built upon is corrected, not undone."""

from __future__ import annotations

import pytest

from tests.town import HARU, KEN, received, registered
from village_console.journal.facts import FactTakenBack, Recorded
from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.register.facts import ResidentListed
from village_console.register.rows import Resident
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.rows import Stay
from village_console.village.ids import FactHash, Operator


def undo(journal: Journal, recorded: Recorded[EvacueeReceived | ResidentListed | FactTakenBack]) -> FactHash:
    """Take back a fact of which the test knows that it may be."""
    taken = take_back(journal, recorded.hash, "slip")
    assert taken is not None
    return taken.hash


def shelter_of(journal: Journal, person: str = HARU) -> str | None:
    stay = journal.rows.one(Stay, person)
    return stay.shelter if stay else None


def test_a_fact_that_is_taken_back_is_void_and_still_there(journal: Journal) -> None:
    stay = journal.append(received())
    taken = take_back(journal, stay.hash, "wrong person", Operator("tanaka"), "reception/1")
    assert taken is not None
    assert (taken.fact, taken.by) == (FactTakenBack(subject=HARU, target=stay.hash, why="wrong person"), "tanaka")
    assert shelter_of(journal) is None
    assert journal.facts_about(HARU) == [stay, taken]


def test_undo_reaches_back_to_what_stood_before(journal: Journal) -> None:
    journal.append(received(shelter="S1"))
    undo(journal, journal.append(received(shelter="S2")))
    assert shelter_of(journal) == "S1"


def test_nothing_is_taken_back_twice(journal: Journal) -> None:
    stay = journal.append(received())
    undo(journal, stay)
    assert take_back(journal, stay.hash, "slip") is None
    assert len(journal.facts_about(HARU)) == 2


def test_an_undo_of_an_undo_brings_the_fact_back(journal: Journal) -> None:
    stay = journal.append(received())
    taken = undo(journal, stay)
    assert take_back(journal, taken, "not a slip") is not None
    assert shelter_of(journal) == "S1"
    row = journal.rows.one(Stay, HARU)
    assert row is not None
    assert row.fact == stay.hash


def test_undo_can_go_to_and_fro(journal: Journal) -> None:
    last = journal.append(received()).hash
    seen: list[str | None] = []
    for _ in range(6):
        taken = take_back(journal, last, "slip")
        assert taken is not None
        last = taken.hash
        seen.append(shelter_of(journal))
    assert seen == [None, "S1"] * 3


def test_what_came_back_can_be_taken_back_again(journal: Journal) -> None:
    stay = journal.append(received())
    take_back(journal, undo(journal, stay), "not a slip")
    undo(journal, stay)
    assert shelter_of(journal) is None


def test_a_fact_that_something_stands_upon_is_not_taken_back(journal: Journal) -> None:
    below = journal.append(received(shelter="S1"))
    above = journal.append(received(shelter="S2"))
    assert take_back(journal, below.hash, "slip") is None
    undo(journal, above)
    undo(journal, below)
    assert shelter_of(journal) is None


def test_nor_when_an_undone_undo_lies_between_the_two(journal: Journal) -> None:
    below = journal.append(received(shelter="S1"))
    take_back(journal, undo(journal, below), "not a slip")
    journal.append(received(shelter="S2"))
    assert take_back(journal, below.hash, "slip") is None


def test_an_undo_that_something_was_built_upon_is_not_undone(journal: Journal) -> None:
    taken = undo(journal, journal.append(received(shelter="S1")))
    journal.append(received(shelter="S2"))
    assert take_back(journal, taken, "slip") is None
    assert shelter_of(journal) == "S2"


def test_an_undo_of_an_undo_is_refused_once_it_was_undone_itself(journal: Journal) -> None:
    taken = undo(journal, journal.append(received()))
    again = take_back(journal, taken, "not a slip")
    assert again is not None
    assert take_back(journal, taken, "slip") is None
    assert take_back(journal, again.hash, "a slip after all") is not None
    assert shelter_of(journal) is None


def test_other_rows_of_the_same_person_do_not_stand_in_the_way(journal: Journal) -> None:
    stay = journal.append(received())
    journal.append(registered(HARU, "佐藤 ハル"))
    taken = undo(journal, stay)
    journal.append(registered(HARU, "佐藤 春"))
    assert take_back(journal, taken, "not a slip") is not None
    assert shelter_of(journal) == "S1"


def test_undo_of_one_row_leaves_the_others_of_the_same_person_alone(journal: Journal) -> None:
    journal.append(registered())
    undo(journal, journal.append(received()))
    assert journal.rows.one(Resident, HARU) is not None
    assert shelter_of(journal) is None


def test_other_people_do_not_stand_in_the_way(journal: Journal) -> None:
    stay = journal.append(received(HARU))
    journal.append(received(KEN))
    undo(journal, stay)
    assert (shelter_of(journal, HARU), shelter_of(journal, KEN)) == (None, "S1")


@pytest.mark.parametrize("facts", [0, 3])
def test_there_is_nothing_to_undo_under_an_unknown_hash(journal: Journal, facts: int) -> None:
    for _ in range(facts):
        journal.append(received())
    assert take_back(journal, FactHash("ab" * 32), "slip") is None
    assert journal.verify() == facts


def test_a_listing_that_is_taken_back_uncovers_the_one_before(journal: Journal) -> None:
    journal.append(registered(HARU, "佐藤 ハル"))
    undo(journal, journal.append(registered(HARU, "佐籐 ハル")))
    row = journal.rows.one(Resident, HARU)
    assert row is not None
    assert row.name == "佐藤 ハル"
