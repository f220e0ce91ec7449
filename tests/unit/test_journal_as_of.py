"""Every row as it was known here at a past moment: by when facts came, not by when they were written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.conftest import EVENING
from tests.town import listed, person, received
from village_console.journal.facts import PersonErased, PersonsMerged, merge_subject
from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker

HARU, KEN = person(1), person(2)
MINUTE = timedelta(minutes=1)


def where(journal: Journal, who: str, minutes: float) -> str | None:
    stay = journal.as_of(EVENING + minutes * MINUTE).one(Stay, who)
    return stay.shelter if stay else None


def test_a_moment_includes_what_came_in_that_very_millisecond(journal: Journal, clock: HandClock) -> None:
    for milliseconds in range(1, 400):
        clock.set(EVENING + timedelta(milliseconds=milliseconds))
        written = journal.append(received(HARU))
        stay = journal.as_of(written.arrived).one(Stay, HARU)
        assert stay is not None
        assert stay.fact == written.hash


def test_before_anything_came_nothing_was_known(journal: Journal) -> None:
    journal.append(received(HARU))
    assert where(journal, HARU, -1) is None


def test_what_was_taken_back_later_still_stood_then(journal: Journal, clock: HandClock) -> None:
    stay = journal.append(received(HARU))
    clock.advance(minutes=10)
    take_back(journal, stay.hash, "slip")
    assert (where(journal, HARU, 9), where(journal, HARU, 10)) == ("S1", None)


def test_what_was_written_elsewhere_counts_from_when_it_came(make_journal: JournalMaker, clock: HandClock) -> None:
    here, there = make_journal("here.db"), make_journal("there.db")
    here.admit(there.public_key)
    there.append(received(HARU, "S2"))
    clock.advance(minutes=30)
    here.take_in(there.owed(here.have()))
    assert (where(there, HARU, 1), where(here, HARU, 29), where(here, HARU, 30)) == ("S2", None, "S2")


def test_two_persons_were_two_before_they_were_found_to_be_one(journal: Journal, clock: HandClock) -> None:
    journal.append(received(HARU))
    journal.append(received(KEN, "S2"))
    clock.advance(minutes=10)
    journal.append(PersonsMerged(subject=merge_subject(HARU, KEN), one=HARU, other=KEN, why="same"))
    before, after = journal.as_of(EVENING + 9 * MINUTE), journal.as_of(EVENING + 10 * MINUTE)
    assert len(before.all(Stay)) == 2
    assert len(after.all(Stay)) == 1
    assert before.aliases.members(HARU) == {HARU}


def test_an_erased_name_does_not_come_back_with_the_past(journal: Journal, clock: HandClock) -> None:
    journal.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    journal.append(received(HARU))
    clock.advance(minutes=10)
    journal.append(PersonErased(subject=HARU, why="asked"))
    past = journal.as_of(EVENING + MINUTE)
    assert past.one(Resident, HARU) is None
    assert past.one(Stay, HARU) is not None, "that somebody was here still adds up"


def test_the_facts_of_a_subject_can_be_had_as_of_a_moment_too(journal: Journal, clock: HandClock) -> None:
    stay = journal.append(received(HARU))
    clock.advance(minutes=10)
    taken = take_back(journal, stay.hash, "slip")
    assert journal.everything_about(HARU, EVENING + 9 * MINUTE) == [stay]
    assert journal.everything_about(HARU) == [stay, taken]
