"""Who knows what until when: counted by chains, shown by clocks, and not known where nobody has said anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.carriers import SHELTERS, Shelf, ShelfCarrier, new_console
from tests.conftest import EVENING, HandClock
from tests.town import listed
from village_console.journal.admission import signed
from village_console.journal.journal import Journal
from village_console.sync import desk
from village_console.sync.known import Console, consoles, shelters_behind
from village_console.sync.meeting import Meeting
from village_console.sync.own import Place, own_word
from village_console.village.ids import ARCHIVE

HALF_AN_HOUR = 1800.0


class Village:
    """Three consoles at three shelters, one clock, one store."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.shelf = HandClock(), Shelf()
        self.hall = new_console(folder, 1, clock=self.clock)
        self.school = new_console(folder, 2, self.hall, self.clock)
        self.annex = new_console(folder, 3, self.hall, self.clock)
        self.meetings = {j.device: Meeting(j, ShelfCarrier(self.shelf, j.device)) for j in self.all}

    @property
    def all(self) -> tuple[Journal, ...]:
        return self.hall, self.school, self.annex

    def meet(self, *journals: Journal) -> None:
        for _ in range(2):
            for journal in journals:
                self.meetings[journal.device].hold()

    def seen_by(self, journal: Journal, other: Journal) -> Console:
        return next(c for c in consoles(journal) if c.dev == other.device)

    def write(self, journal: Journal, count: int = 1) -> None:
        for n in range(count):
            journal.append(listed(n + 1, 1, "佐藤 ハル", "サトウ ハル"))


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path)
    yield made
    for journal in made.all:
        journal.close()


def test_of_a_console_that_never_said_anything_nothing_is_known(village: Village) -> None:
    found = village.seen_by(village.hall, village.school)
    assert (found.heard, found.not_arrived_here, found.not_arrived_there, found.knows) == (None, None, None, {})
    behind = shelters_behind(consoles(village.hall), "S1", village.clock.now(), HALF_AN_HOUR)
    assert [(b.shelter, b.until, b.missing) for b in behind] == [("S2", None, None), ("S3", None, None)]


def test_after_a_meeting_everybody_knows_of_everybody_until_now(village: Village) -> None:
    village.write(village.school, 3)
    village.meet(*village.all)
    for journal in village.all:
        for console in consoles(journal):
            assert (console.not_arrived_here, console.not_arrived_there) == (0, 0)
            assert console.knows == dict.fromkeys(("S1", "S2", "S3"), village.clock.now())
    assert shelters_behind(consoles(village.hall), "S1", village.clock.now(), HALF_AN_HOUR) == []


def test_an_archive_that_is_silent_leaves_nobody_in_doubt_and_is_no_shelter(village: Village, tmp_path: Path) -> None:
    founder = village.hall.village_seed
    assert founder is not None
    with closing(new_console(tmp_path / "town", 9, clock=village.clock)) as archive:
        village.hall.say(signed(own_word(archive, Place(9, ARCHIVE, "役場"), 2), founder))
    village.meet(*village.all)
    table = consoles(village.hall)
    assert {c.shelter: c.heard for c in table}[ARCHIVE] is None
    assert all(ARCHIVE not in c.knows for c in table)
    assert shelters_behind(table, "S1", village.clock.now(), HALF_AN_HOUR) == []


def test_for_a_console_that_is_alone_nothing_is_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Journal] = []

    def worked_out(journal: Journal) -> list[Console]:
        asked.append(journal)
        return []

    monkeypatch.setattr(desk, "consoles", worked_out)
    with closing(new_console(tmp_path, 1)) as alone:
        sync = desk.SyncDesk(alone, Place(1, "S1", SHELTERS[0]))
        assert (sync.table(), asked) == ([], [])
        new_console(tmp_path, 2, alone).close()
        sync.table()
        assert asked == [alone]


def test_this_console_comes_first_then_the_others_by_number(village: Village) -> None:
    village.meet(*village.all)
    assert [(c.number, c.is_own, c.name) for c in consoles(village.school)] == [
        (2, True, SHELTERS[1]), (1, False, SHELTERS[0]), (3, False, SHELTERS[2]),
    ]  # fmt: skip


def test_what_was_written_since_is_counted_in_both_directions(village: Village) -> None:
    village.meet(*village.all)
    village.clock.advance(minutes=10)
    village.write(village.hall, 2)
    assert village.seen_by(village.hall, village.school).not_arrived_there == 2
    village.meet(village.hall)
    village.meetings[village.school.device] = Meeting(village.school, ShelfCarrier(Shelf(), village.school.device))
    assert village.seen_by(village.school, village.hall).not_arrived_here == 0


def test_a_shelter_of_which_something_is_said_to_be_missing_is_behind_by_that_many(village: Village) -> None:
    village.meet(*village.all)
    village.clock.advance(minutes=5)
    village.write(village.school, 4)
    village.meet(village.school)
    village.shelf.purge()
    village.meetings[village.hall.device].hold()
    (behind,) = shelters_behind(consoles(village.hall), "S1", village.clock.now(), HALF_AN_HOUR)
    assert (behind.shelter, behind.name, behind.missing) == ("S2", SHELTERS[1], 4)
    village.meet(village.school, village.hall)
    assert shelters_behind(consoles(village.hall), "S1", village.clock.now(), HALF_AN_HOUR) == []


def test_a_shelter_that_is_silent_is_known_until_it_last_spoke(village: Village) -> None:
    village.meet(*village.all)
    village.clock.advance(minutes=31)
    (one, two) = shelters_behind(consoles(village.hall), "S1", village.clock.now(), HALF_AN_HOUR)
    assert (one.until, one.missing, two.until) == (EVENING, 0, EVENING)


def test_a_clock_that_is_ahead_makes_nothing_look_fresher(village: Village) -> None:
    village.meet(*village.all)
    village.school.clock = HandClock(EVENING + timedelta(days=400))
    village.write(village.school)
    village.meet(village.school, village.hall)
    knows = village.seen_by(village.hall, village.hall).knows
    assert knows["S2"] is not None
    assert knows["S2"] <= village.clock.now()
