"""A journal of the past: reads as of then, writes nothing, and leaves the one that goes on as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.conftest import EVENING
from tests.town import person, received
from village_console.journal.journal import Journal
from village_console.journal.past import PastJournal
from village_console.journal.undo import take_back
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.rows import Stay
from village_console.village.errors import PastIsReadOnlyError

if TYPE_CHECKING:
    from tests.conftest import HandClock

HARU, KEN = person(1), person(2)


@pytest.fixture
def past(journal: Journal, clock: HandClock) -> PastJournal:
    """Haru is here; ten minutes later Ken came, and Haru's reception was taken back."""
    haru = journal.append(received(HARU))
    clock.advance(minutes=10)
    journal.append(received(KEN))
    take_back(journal, haru.hash, "slip")
    return PastJournal(journal, EVENING + timedelta(minutes=5))


def test_rows_facts_and_clock_are_those_of_then(past: PastJournal, journal: Journal) -> None:
    assert set(past.rows.all(Stay)) == {HARU}
    assert [r.fact.subject for r in past.last_of(EvacueeReceived, 10)] == [HARU]
    assert len(past.facts_about(HARU)) == 1
    assert past.clock.now() == EVENING + timedelta(minutes=5)
    assert set(journal.rows.all(Stay)) == {KEN}


def test_a_fact_that_came_later_is_not_found(past: PastJournal, journal: Journal) -> None:
    (later,) = journal.facts_about(KEN)
    (earlier, _) = journal.facts_about(HARU)
    assert journal.find(later.hash) is not None
    assert past.find(later.hash) is None
    assert past.find(earlier.hash) is not None


def test_nothing_can_be_written(past: PastJournal, journal: Journal) -> None:
    count = len(journal.every_fact())
    for write in (
        lambda: past.append(received(KEN)),
        lambda: past.admit(journal.public_key),
        lambda: past.take_in(journal.links()),
    ):
        with pytest.raises(PastIsReadOnlyError) as refused:
            write()
        assert refused.value.values == {"at": "18:07"}
    assert len(journal.every_fact()) == count


def test_a_look_is_written_now_and_says_at_what(past: PastJournal, journal: Journal) -> None:
    past.note_look("opened", "roster")
    (look,) = journal.looks()
    assert look.about == "roster as of 2026-11-03T18:07:11"
    assert look.at == round((EVENING + timedelta(minutes=10)).timestamp() * 1000)


def test_closing_it_leaves_the_file_open(past: PastJournal, journal: Journal) -> None:
    past.close()
    assert journal.append(received(HARU)).fact.subject == HARU


def test_a_journal_began_with_its_first_fact(journal: Journal, clock: HandClock) -> None:
    assert journal.began() is None
    journal.append(received(HARU))
    clock.advance(minutes=1)
    journal.append(received(KEN))
    assert journal.began() == EVENING


def test_the_desk_writes_while_the_past_is_folded(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 8):
        journal.append(received(person(number)))
    monkeypatch.setattr("village_console.journal.journal.BATCH", 1)
    rows = journal.as_of(journal.clock.now())
    assert len(rows.all(Stay)) == 7
