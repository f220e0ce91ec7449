"""Perhaps the same person twice: said, never decided by itself, and a decision is kept and can be undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.town import listed, write_all
from village_console.journal.facts import ToldApart
from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.register.facts import ResidentListed
from village_console.register.rows import Resident
from village_console.register.twice import Twice, decide_twice, perhaps_twice
from village_console.village.ids import resident_id

BIRTH = date(1944, 9, 21)


def visitor(number: int, kana: str, name: str = "佐藤 はる", born: date | None = BIRTH) -> ResidentListed:
    fact = listed(900 + number, 900 + number, name, kana, birth=born)
    id_ = resident_id("visitors", f"V1-{number:04d}")
    return replace(fact, subject=id_, number=f"V1-{number:04d}")


def found(journal: Journal) -> list[Twice]:
    return perhaps_twice(journal.rows.all(Resident), journal.rows.all(ToldApart).values())


def names_found(journal: Journal, *facts: ResidentListed) -> list[tuple[str, str]]:
    write_all(journal, facts)
    return [(twice.one.number, twice.other.number) for twice in found(journal)]


HARU = listed(2, 1, "佐藤 ハル", "サトウ ハル", birth=BIRTH)


def test_somebody_entered_at_a_desk_who_reads_like_a_resident_may_be_one(journal: Journal) -> None:
    assert names_found(journal, HARU, visitor(1, "さとう はる")) == [("0000002", "V1-0001")]


def test_another_birth_date_is_another_person_and_an_unknown_one_may_be_anybody(journal: Journal) -> None:
    facts = (HARU, visitor(1, "サトウ ハル", born=date(1950, 1, 1)), visitor(2, "サトウ ハル", born=None))
    pairs = names_found(journal, *facts)
    assert pairs == [("0000002", "V1-0002"), ("V1-0001", "V1-0002")]


def test_two_whom_the_register_lists_are_two_people(journal: Journal) -> None:
    assert names_found(journal, HARU, listed(3, 2, "佐藤 春", "サトウ ハル", birth=BIRTH)) == []


def test_entries_without_any_name_are_not_compared(journal: Journal) -> None:
    assert names_found(journal, visitor(1, "", ""), visitor(2, "", "")) == []


def test_whoever_is_decided_to_be_one_is_one_and_can_become_two_again(journal: Journal) -> None:
    names_found(journal, HARU, visitor(1, "サトウ ハル"))
    (twice,) = found(journal)
    written = decide_twice(journal, twice, same=True, why="asked")
    assert (len(journal.rows.all(Resident)), found(journal)) == (1, [])
    take_back(journal, written, "slip")
    assert (len(journal.rows.all(Resident)), len(found(journal))) == (2, 1)


def test_whoever_is_decided_to_be_two_is_not_asked_about_again(journal: Journal) -> None:
    names_found(journal, HARU, visitor(1, "サトウ ハル"))
    (twice,) = found(journal)
    written = decide_twice(journal, twice, same=False, why="asked")
    assert found(journal) == []
    take_back(journal, written, "slip")
    assert len(found(journal)) == 1
