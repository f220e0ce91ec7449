"""Receptions that were written on paper: their own time, nothing later overwritten, undone like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path as File

import pytest

from tests.town import EVENING, clock_at, listed, open_journal, person, set_clock
from village_console.journal.journal import Journal
from village_console.shelter.facts import EvacueeReceived, Path, Place
from village_console.shelter.paper import moment_of
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rows import Stay
from village_console.shelter.rules import Verdict
from village_console.village.ids import ShelterId

HARU = person(1)
EARLIER = EVENING - timedelta(hours=2)


@pytest.fixture
def journal(tmp_path: File) -> Iterator[Journal]:
    opened = open_journal(tmp_path, clock_at())
    opened.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    yield opened
    opened.close()


@pytest.fixture
def desk(journal: Journal) -> ReceptionDesk:
    return ReceptionDesk(journal, Desk(ShelterId("S1"), 1))


def stay_of(journal: Journal) -> Stay:
    stay = journal.rows.one(Stay, HARU)
    assert stay
    return stay


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("1759", EVENING - timedelta(minutes=1)),
        ("18:00", EVENING),
        ("１７：３０", EVENING - timedelta(minutes=30)),
        ("930", EVENING.replace(hour=9, minute=30)),
        ("1801", EVENING - timedelta(days=1) + timedelta(minutes=1)),
    ],
)
def test_a_time_of_day_is_the_last_one_that_has_been(written: str, means: datetime) -> None:
    assert moment_of(written, EVENING) == means


@pytest.mark.parametrize("written", ["", "18", "2400", "1860", "abcd", "181000"])
def test_what_is_no_time_of_day_is_no_moment(written: str) -> None:
    assert moment_of(written, EVENING) is None


def test_the_time_on_paper_and_the_time_of_entering_are_both_kept(journal: Journal, desk: ReceptionDesk) -> None:
    assert desk.receive_from_paper(HARU, EARLIER).verdict is Verdict.RECEIVED
    (recorded,) = journal.last_of(EvacueeReceived, 1)
    assert (recorded.fact.at, recorded.wall) == (EARLIER, EVENING)
    assert (stay_of(journal).since, stay_of(journal).path) == (EARLIER, Path.PAPER)


def test_a_reception_without_paper_is_of_the_moment(journal: Journal, desk: ReceptionDesk) -> None:
    desk.receive(HARU)
    assert stay_of(journal).since == EVENING


def test_nobody_is_received_twice_from_paper(desk: ReceptionDesk) -> None:
    verdicts = [desk.receive_from_paper(HARU, EARLIER).verdict for _ in range(2)]
    assert verdicts == [Verdict.RECEIVED, Verdict.ALREADY_HERE]


def test_paper_does_not_bring_back_somebody_who_is_out(desk: ReceptionDesk) -> None:
    desk.receive(HARU)
    desk.go_out(HARU)
    assert desk.receive_from_paper(HARU, EARLIER).verdict is Verdict.ALREADY_HERE
    assert desk.presence().out == 1


def test_a_departure_after_the_time_on_paper_stands(journal: Journal, desk: ReceptionDesk) -> None:
    desk.receive(HARU)
    desk.depart(HARU, [HARU], Place.HOME)
    assert desk.receive_from_paper(HARU, EARLIER).verdict is Verdict.KNOWN_LATER
    assert stay_of(journal).place is Place.HOME


def test_somebody_who_had_left_before_the_time_on_paper_is_received(journal: Journal, desk: ReceptionDesk) -> None:
    desk.receive(HARU)
    desk.depart(HARU, [HARU], Place.HOME)
    set_clock(journal.clock, EVENING + timedelta(hours=3))
    assert desk.receive_from_paper(HARU, EVENING + timedelta(hours=1)).verdict is Verdict.RECEIVED


def test_undo_takes_a_line_of_paper_back_and_a_restart_remembers_it(journal: Journal, desk: ReceptionDesk) -> None:
    desk.receive_from_paper(HARU, EARLIER)
    again = ReceptionDesk(journal, desk.desk)
    assert again.undo(again.acts[0], "行ちがい").verdict is Verdict.UNDONE
    assert journal.rows.one(Stay, HARU) is None
