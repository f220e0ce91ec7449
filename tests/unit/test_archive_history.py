"""What held when: in the desks' own time, and as it became known to the archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.town import EVENING, FOLDS, KINDS, clock_at, listed, open_journal, person, received, set_clock
from village_console.archive.history import Span, StayThen, history, linked
from village_console.journal.facts import Catalogue, Fact
from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.shelter.facts import Place, StayEnded
from village_console.village.ids import FactHash, ShelterId

HARU = person(1)


class Two:
    """A desk that writes, and an archive that hears of it when somebody brings it; minutes after 18:00."""

    def __init__(self, folder: Path) -> None:
        self.desk_clock, self.archive_clock = clock_at(), clock_at()
        self.desk = open_journal(folder / "desk", self.desk_clock)
        self.archive = open_journal(folder / "archive", self.archive_clock)
        self.archive.admit(self.desk.public_key)

    def write(self, minute: int, fact: Fact) -> FactHash:
        set_clock(self.desk_clock, EVENING + timedelta(minutes=minute))
        return self.desk.append(fact).hash

    def bring(self, minute: int, journal: Journal | None = None) -> None:
        set_clock(self.archive_clock, EVENING + timedelta(minutes=minute))
        source = journal or self.desk
        self.archive.take_in(source.owed(self.archive.have()), source.keys_held())

    def spans(self) -> set[Span]:
        found = history(Catalogue(KINDS, FOLDS), self.archive.everything_about(HARU))
        for span in found:
            assert span.stretch.end is None or span.stretch.start < span.stretch.end
            assert span.replaced is None or span.heard < span.replaced
        return found

    def where(self, at: int, known: int = 10_000) -> str | None:
        """Where Haru was, as it was known at a minute."""
        moment, by = EVENING + timedelta(minutes=at), EVENING + timedelta(minutes=known)
        found = [one.stretch.value for one in self.spans() if _holds(one, moment, by)]
        assert len(found) <= 1
        value = found[0] if found else None
        assert value is None or isinstance(value, StayThen)
        return None if value is None else value.shelter or value.place


def _holds(span: Span, at: datetime, known: datetime) -> bool:
    written = span.stretch.start <= at and (span.stretch.end is None or at < span.stretch.end)
    return written and span.heard <= known and (span.replaced is None or known < span.replaced)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    with closing(made.desk), closing(made.archive):
        yield made


def left(shelter: str) -> StayEnded:
    return StayEnded(subject=HARU, shelter=ShelterId(shelter), destination=Place.HOME)


def test_a_person_is_where_the_desks_had_written_it_by_then(two: Two) -> None:
    two.write(10, received(HARU, "S1"))
    two.write(40, left("S1"))
    two.bring(50)
    assert [two.where(minute) for minute in (9, 10, 39, 40)] == [None, "S1", "S1", "home"]


def test_what_came_late_changes_the_past_and_what_was_told_before_can_still_be_found(two: Two, tmp_path: Path) -> None:
    other_clock = clock_at(EVENING + timedelta(minutes=20))
    with closing(open_journal(tmp_path / "other", other_clock)) as other:
        two.archive.admit(other.public_key)
        other.append(received(HARU, "S2"))
        two.write(30, received(HARU, "S1"))
        two.bring(35)
        assert [two.where(minute) for minute in (25, 30)] == [None, "S1"]
        two.bring(60, other)
    assert [two.where(minute) for minute in (19, 25, 30)] == [None, "S2", "S1"]
    assert [two.where(minute, known=40) for minute in (25, 30)] == [None, "S1"]
    assert two.where(30, known=34) is None


def test_a_desk_whose_clock_is_ahead_wrote_no_later_than_it_came_here(two: Two) -> None:
    two.write(600, received(HARU, "S1"))
    two.bring(15)
    assert [two.where(minute) for minute in (14, 15)] == [None, "S1"]


def test_a_reception_that_was_taken_back_stood_until_then(two: Two) -> None:
    taken = two.write(10, received(HARU, "S1"))
    set_clock(two.desk_clock, EVENING + timedelta(minutes=20))
    assert take_back(two.desk, taken, "slip")
    two.bring(30)
    assert [two.where(minute) for minute in (10, 19, 20)] == ["S1", "S1", None]


def test_the_same_facts_give_the_same_spans_whatever_their_order(two: Two) -> None:
    two.write(5, listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    for minute, shelter in enumerate(("S1", "S2", "S1"), start=10):
        two.write(minute, received(HARU, shelter))
        two.bring(minute + 1)
    facts = two.archive.everything_about(HARU)
    assert history(Catalogue(KINDS, FOLDS), facts[::-1]) == two.spans()


def test_who_is_linked_by_a_chain_is_one_class() -> None:
    classes = linked([("a", "b"), ("c", "d"), ("b", "c"), ("x", "y")])
    assert set(classes.values()) == {frozenset("abcd"), frozenset("xy")}
