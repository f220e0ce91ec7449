"""People who were only counted: totals, who is taken off, what undo gives back, what a restart remembers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.town import clock_at, listed, open_journal, person, write_all
from village_console.journal.journal import Journal
from village_console.register.facts import Sex
from village_console.shelter.facts import Place
from village_console.shelter.groups import CELLS, Band, CountGroup, band_of, best_band, key_of
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rules import Verdict
from village_console.shelter.views import Presence
from village_console.village.ids import ShelterId

TODAY = date(2026, 11, 3)
OLD_WOMEN, NOT_TOLD = key_of(Sex.FEMALE, Band.OLD), key_of(Sex.UNKNOWN, Band.UNKNOWN)
HARU, KEN = person(1), person(2)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path, clock_at())
    write_all(opened, [
        listed(1, 1, "佐藤 ハル", "サトウ ハル", sex=Sex.FEMALE, birth=date(1944, 9, 21)),
        listed(2, 1, "佐藤 健", "サトウ ケン", sex=Sex.MALE, birth=date(1971, 1, 19)),
    ])  # fmt: skip
    yield opened
    opened.close()


@pytest.fixture
def desk(journal: Journal) -> ReceptionDesk:
    return desk_of(journal)


def desk_of(journal: Journal, shelter: str = "S1", console: int = 1) -> ReceptionDesk:
    return ReceptionDesk(journal, Desk(ShelterId(shelter), console))


def left(desk: ReceptionDesk) -> list[dict[str, int]]:
    return [{key: n for key, n in one.left.items() if n} for one in desk.unnamed()]


@pytest.mark.parametrize(
    ("born", "band"),
    [(date(2026, 11, 3), Band.INFANT), (date(2020, 11, 4), Band.INFANT), (date(2020, 11, 3), Band.CHILD),
     (date(2011, 11, 3), Band.ADULT), (date(1961, 11, 4), Band.ADULT), (date(1961, 11, 3), Band.ELDER),
     (date(1951, 11, 4), Band.ELDER), (date(1951, 11, 3), Band.OLD), (None, Band.UNKNOWN)],
)  # fmt: skip
def test_a_birthday_decides_the_band(born: date | None, band: Band) -> None:
    assert band_of(born, TODAY) is band


def test_a_clerk_can_count_every_band_by_sex_and_those_of_whom_nothing_is_known() -> None:
    assert len(CELLS) == len(set(CELLS)) == 11


def test_the_nearest_band_is_taken_and_nobody_is_left_out() -> None:
    others = {key_of(Sex.FEMALE, Band.ADULT): 1, key_of(Sex.MALE, Band.OLD): 1}
    assert best_band({OLD_WOMEN: 1, NOT_TOLD: 1}, Sex.FEMALE, Band.OLD) == OLD_WOMEN
    assert best_band({OLD_WOMEN: 0, NOT_TOLD: 1}, Sex.FEMALE, Band.OLD) == NOT_TOLD
    assert best_band(others, Sex.FEMALE, Band.OLD) == key_of(Sex.FEMALE, Band.ADULT)
    assert best_band({key_of(Sex.MALE, Band.OLD): 1}, Sex.FEMALE, Band.OLD) == key_of(Sex.MALE, Band.OLD)
    assert best_band({OLD_WOMEN: 0}, Sex.FEMALE, Band.OLD) is None


def test_a_bus_of_thirty_is_in_the_total_and_in_how_full_the_shelter_is(desk: ReceptionDesk) -> None:
    answer = desk.count({OLD_WOMEN: 20, NOT_TOLD: 10})
    assert answer.verdict is Verdict.COUNTED
    assert desk.presence() == Presence(people=30, households=0, unnamed=30)
    assert desk.own_fullness().people == 30


def test_the_group_has_a_number_of_its_own(desk: ReceptionDesk, journal: Journal) -> None:
    first, second = desk.count({NOT_TOLD: 1}).group, desk_of(journal, console=2).count({NOT_TOLD: 1}).group
    assert first
    assert second
    assert (first.receipt, second.receipt) == ("S1-B001", "S1-2-B002")


def test_nobody_counted_writes_nothing(desk: ReceptionDesk, journal: Journal) -> None:
    assert desk.count({OLD_WOMEN: 0}).verdict is Verdict.NOBODY_COUNTED
    assert not journal.rows.all(CountGroup)


def test_one_who_is_received_by_name_is_taken_off_and_the_total_stays(desk: ReceptionDesk) -> None:
    desk.count({OLD_WOMEN: 2, NOT_TOLD: 1})
    desk.receive(HARU)
    assert desk.presence().people == 4
    assert desk.name_one(HARU).verdict is Verdict.NAMED
    assert left(desk) == [{OLD_WOMEN: 1, NOT_TOLD: 1}]
    assert desk.presence() == Presence(people=3, households=1, unnamed=2)


def test_nobody_is_taken_off_twice(desk: ReceptionDesk) -> None:
    desk.count({OLD_WOMEN: 2})
    desk.receive(HARU)
    verdicts = [desk.name_one(HARU).verdict for _ in range(2)]
    assert verdicts == [Verdict.NAMED, Verdict.ALREADY_NAMED]
    assert desk.presence().people == 2


def test_without_a_group_or_a_reception_nothing_is_taken_off(desk: ReceptionDesk) -> None:
    assert desk.name_one(HARU).verdict is Verdict.NOT_HERE
    desk.receive(HARU)
    assert desk.name_one(HARU).verdict is Verdict.NOBODY_LEFT


def test_undo_gives_the_one_back(desk: ReceptionDesk) -> None:
    desk.count({OLD_WOMEN: 2})
    desk.receive(HARU)
    taken = desk.name_one(HARU)
    assert desk.may_be_undone(taken)
    assert desk.undo(taken, "押し違い").verdict is Verdict.UNDONE
    assert (left(desk), desk.presence().people) == ([{OLD_WOMEN: 2}], 3)


def test_undoing_the_reception_alone_gives_the_one_back_as_well(desk: ReceptionDesk) -> None:
    desk.count({OLD_WOMEN: 2})
    received = desk.receive(HARU)
    desk.name_one(HARU)
    desk.undo(received, "人違い")
    assert desk.presence() == Presence(people=2, households=0, unnamed=2)
    desk.receive(HARU)
    assert desk.presence() == Presence(people=2, households=1, unnamed=1)


def test_undoing_one_does_not_wait_for_another_of_the_same_group(desk: ReceptionDesk) -> None:
    desk.count({NOT_TOLD: 5})
    for who in (HARU, KEN):
        desk.receive(who)
    first, _ = desk.name_one(HARU), desk.name_one(KEN)
    assert desk.undo(first, "押し違い").verdict is Verdict.UNDONE
    assert left(desk) == [{NOT_TOLD: 4}]


def test_whoever_leaves_again_is_no_more_of_the_group(desk: ReceptionDesk) -> None:
    desk.count({OLD_WOMEN: 1})
    desk.receive(HARU)
    desk.name_one(HARU)
    desk.depart(HARU, [HARU], Place.HOME)
    assert desk.presence().people == 0


def test_a_count_can_be_undone(desk: ReceptionDesk) -> None:
    answer = desk.count({OLD_WOMEN: 2})
    assert desk.last_undoable() is answer
    desk.undo(answer, "押し違い")
    assert desk.presence().people == 0


def test_counting_again_says_why_and_replaces_the_count(desk: ReceptionDesk, journal: Journal) -> None:
    group = desk.count({OLD_WOMEN: 30}).group
    assert group
    again = desk.count({OLD_WOMEN: 29}, group, "数えなおし").group
    assert again
    assert (again.receipt, desk.presence().people) == (group.receipt, 29)
    assert [fact.fact.why for fact in journal.facts_about(group.id)] == ["", "数えなおし"]


def test_a_group_of_another_shelter_is_not_counted_here(desk: ReceptionDesk, journal: Journal) -> None:
    desk_of(journal, "S2").count({NOT_TOLD: 7})
    desk.receive(HARU)
    assert desk.presence().people == 1
    assert desk.name_one(HARU).verdict is Verdict.NOBODY_LEFT


def test_after_a_restart_the_counts_are_among_the_last_acts(desk: ReceptionDesk, journal: Journal) -> None:
    desk.count({OLD_WOMEN: 2})
    desk.receive(HARU)
    desk.name_one(HARU)
    again = desk_of(journal)
    assert [act.verdict for act in again.acts] == [Verdict.NAMED, Verdict.RECEIVED, Verdict.COUNTED]
    assert again.acts[0].resident
    assert again.acts[0].group
    again.undo(again.acts[0], "押し違い")
    assert left(again) == [{OLD_WOMEN: 2}]
