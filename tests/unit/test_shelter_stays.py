"""Where a person stays: registered, out for a while, gone, elsewhere; and what a tap then means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path as File

import pytest

from tests.town import EVENING, listed, open_journal, person, set_clock, write_all
from village_console.journal.journal import Journal
from village_console.shelter.facts import (
    CameBack,
    EvacueeReceived,
    Path,
    Place,
    PlaceOfStayTold,
    SpaceAssigned,
    StayEnded,
    WentOut,
)
from village_console.shelter.receive import Desk, receive
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rows import NO_RECEIPT, Outing, Stay
from village_console.shelter.rules import OUT_LONG, PersonState, Room, Verdict, room_for
from village_console.shelter.views import Presence
from village_console.village.ids import ShelterId
from village_console.village.shelters import ShelterPlace

S1, S2 = ShelterId("S1"), ShelterId("S2")
HALL = ShelterPlace("中央公民館", 5)
SCHOOL = ShelterPlace("小学校", None)
PEOPLE = [
    listed(1, 1, "佐藤 正一", "サトウ ショウイチ", relation="世帯主"),
    listed(2, 1, "佐藤 ハル", "サトウ ハル"),
    listed(3, 1, "佐藤 健", "サトウ ケン"),
    listed(4, 2, "山﨑 トミ子", "ヤマザキ トミコ"),
]
AWAY = [place for place in Place if place is not Place.SHELTER]


@pytest.fixture
def journal(tmp_path: File) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    write_all(journal, PEOPLE)
    yield journal
    journal.close()


@pytest.fixture
def desk(journal: Journal) -> ReceptionDesk:
    return ReceptionDesk(journal, Desk(S1, 1, {S1: HALL, S2: SCHOOL}))


@pytest.fixture
def school(journal: Journal) -> ReceptionDesk:
    """Another shelter's desk that knows all that this one knows."""
    return ReceptionDesk(journal, Desk(S2, 1, {S1: HALL, S2: SCHOOL}))


def told(journal: Journal, number: int) -> list[object]:
    """What was written about a person after the register."""
    return [recorded.fact for recorded in journal.facts_about(person(number))][1:]


def stay(journal: Journal, number: int) -> Stay:
    found = journal.rows.one(Stay, person(number))
    assert found is not None
    return found


def test_somebody_who_is_in_goes_out_and_stays_registered(desk: ReceptionDesk, journal: Journal) -> None:
    desk.receive(person(1))
    answer = desk.go_out(person(1))
    assert answer.verdict is Verdict.WENT_OUT
    assert told(journal, 1)[1:] == [WentOut(subject=person(1), shelter=S1)]
    assert (desk.state_of(person(1)), stay(journal, 1).shelter) == (PersonState.OUT, S1)
    assert desk.presence() == Presence(people=1, households=1, out=1)


@pytest.mark.parametrize("by", ["tap", "key"])
def test_somebody_who_is_out_comes_back_with_a_tap_or_a_key(desk: ReceptionDesk, journal: Journal, by: str) -> None:
    first = desk.receive(person(1))
    desk.go_out(person(1))
    answer = desk.receive(person(1), Path.CARD) if by == "tap" else desk.go_out(person(1))
    assert (answer.verdict, answer.stay) == (Verdict.CAME_BACK, first.stay)
    assert told(journal, 1)[2:] == [CameBack(subject=person(1), shelter=S1)]
    assert desk.state_of(person(1)) is PersonState.HERE
    assert desk.receive(person(1)).verdict is Verdict.ALREADY_HERE


def test_nobody_goes_out_of_a_shelter_in_which_they_are_not(desk: ReceptionDesk, journal: Journal) -> None:
    receive(journal, Desk(S2, 1), [person(4)], Path.NAME)
    assert [desk.go_out(person(n)).verdict for n in (1, 4)] == [Verdict.NOT_HERE] * 2
    assert told(journal, 1) == []


def test_somebody_who_went_out_and_was_received_elsewhere_is_out_nowhere(
    desk: ReceptionDesk, school: ReceptionDesk, journal: Journal
) -> None:
    desk.receive(person(1))
    desk.go_out(person(1))
    school.receive(person(1), moving_from=S1)
    assert school.state_of(person(1)) is PersonState.HERE
    desk.receive(person(1), moving_from=S2)
    assert desk.state_of(person(1)) is PersonState.HERE
    assert journal.rows.one(Outing, person(1)) is not None


@pytest.mark.parametrize("place", Place)
def test_a_departure_ends_the_stay_and_keeps_where_to(desk: ReceptionDesk, journal: Journal, place: Place) -> None:
    received = desk.receive(person(1)).stay
    answer = desk.depart(person(1), [person(1)], place)
    assert answer.verdict is Verdict.DEPARTED
    assert told(journal, 1)[1:] == [StayEnded(subject=person(1), shelter=S1, destination=place)]
    assert received is not None
    now = stay(journal, 1)
    assert (now.shelter, now.place, now.left, now.receipt) == (None, place, S1, received.receipt)
    assert desk.presence() == Presence(0, 0)
    assert desk.state_of(person(1)) is PersonState.AWAY


def test_a_household_leaves_together_in_one_act_that_is_taken_back_whole(desk: ReceptionDesk) -> None:
    desk.receive(person(1))
    desk.receive_companions(person(1), [person(2), person(3)])
    act = desk.depart(person(1), [person(1), person(2), person(3)], Place.RELATIVES)
    assert (len(act.facts), len(act.people)) == (3, 2)
    assert desk.presence().people == 0
    assert desk.last_undoable() is act
    desk.undo(act, "they stay")
    assert desk.presence() == Presence(3, 1)


@pytest.mark.parametrize("place", AWAY)
def test_somebody_who_never_came_can_be_known_to_be_elsewhere(
    desk: ReceptionDesk, journal: Journal, place: Place
) -> None:
    assert desk.depart(person(4), [person(4)], place).verdict is Verdict.PLACE_TOLD
    assert told(journal, 4) == [PlaceOfStayTold(subject=person(4), place=place)]
    assert (stay(journal, 4).place, stay(journal, 4).receipt, stay(journal, 4).path) == (place, NO_RECEIPT, Path.TOLD)


def test_another_shelters_stay_is_not_ended_from_here(desk: ReceptionDesk, school: ReceptionDesk) -> None:
    school.receive(person(4))
    answer = desk.depart(person(4), [person(4)], Place.HOME)
    assert (answer.verdict, answer.facts, school.presence().people) == (Verdict.NOT_HERE, (), 1)


def test_whoever_has_left_is_received_again_under_a_new_number(desk: ReceptionDesk) -> None:
    desk.receive(person(1))
    desk.depart(person(1), [person(1)], Place.HOME)
    answer = desk.receive(person(1), Path.CARD)
    assert answer.stay is not None
    assert (answer.verdict, answer.stay.receipt) == (Verdict.RECEIVED, "S1-0002")


def test_somebody_at_another_shelter_moves_only_when_asked(desk: ReceptionDesk, school: ReceptionDesk) -> None:
    school.receive(person(4))
    asked = desk.receive(person(4), Path.CARD)
    assert (asked.verdict, asked.shelter, asked.facts) == (Verdict.ELSEWHERE, "小学校", ())
    moved = desk.receive(person(4), moving_from=S2)
    assert moved.stay is not None
    assert (moved.verdict, moved.stay.shelter) == (Verdict.MOVED, S1)
    assert (school.presence().people, desk.presence().people) == (0, 1)
    assert school.state_of(person(4)) is PersonState.ELSEWHERE


def test_somebody_who_has_moved_on_since_the_question_is_not_moved_from_there(
    desk: ReceptionDesk, school: ReceptionDesk, journal: Journal
) -> None:
    school.receive(person(4))
    hall3 = ReceptionDesk(journal, Desk(ShelterId("S3"), 1))
    hall3.receive(person(4), moving_from=S2)
    assert desk.receive(person(4), moving_from=S2).verdict is Verdict.ELSEWHERE


def test_a_move_that_is_taken_back_leaves_the_person_where_they_were(
    desk: ReceptionDesk, school: ReceptionDesk
) -> None:
    school.receive(person(4))
    desk.undo(desk.receive(person(4), moving_from=S2), "another person")
    assert (school.presence().people, desk.presence().people) == (1, 0)


def test_every_act_is_taken_back_one_after_another_with_its_reason(desk: ReceptionDesk, journal: Journal) -> None:
    desk.receive(person(1))
    desk.assign(person(1), "B-04")
    desk.go_out(person(1))
    desk.go_out(person(1))
    desk.depart(person(1), [person(1)], Place.CAR)
    desk.depart(person(4), [person(4)], Place.HOME)
    undone: list[Verdict] = []
    while (act := desk.last_undoable()) is not None:
        undone.append(act.verdict)
        assert desk.undo(act, "slip").verdict is Verdict.UNDONE
    assert undone == [
        Verdict.PLACE_TOLD, Verdict.DEPARTED, Verdict.CAME_BACK, Verdict.WENT_OUT, Verdict.SPACE_ASSIGNED, Verdict.RECEIVED,
    ]  # fmt: skip
    assert journal.rows.all(Stay) == journal.rows.all(Outing) == {}


def test_an_act_upon_which_another_was_built_is_not_shown_as_taken_back(desk: ReceptionDesk) -> None:
    came = desk.receive(person(1))
    left = desk.depart(person(1), [person(1)], Place.HOME)
    assert (desk.stands(came), desk.may_be_undone(came)) == (True, False)
    desk.undo(left, "slip")
    assert (desk.stands(left), desk.may_be_undone(came)) == (False, True)


def test_after_a_restart_the_desk_knows_what_each_act_was(
    desk: ReceptionDesk, school: ReceptionDesk, journal: Journal
) -> None:
    school.receive(person(4))
    acts = [
        desk.receive(person(1)),
        desk.go_out(person(1)),
        desk.receive(person(1)),
        desk.assign(person(1), "B-04"),
        desk.depart(person(1), [person(1)], Place.RELATIVES),
        desk.depart(person(2), [person(2)], Place.HOME),
        desk.receive(person(4), moving_from=S2),
    ]
    again = ReceptionDesk(journal, desk.desk).acts[: len(acts)]
    assert [act.verdict for act in again] == [act.verdict for act in reversed(acts)]
    assert [act.facts for act in again] == [act.facts for act in reversed(acts)]


def test_a_space_is_given_to_somebody_who_is_here_and_gone_with_the_stay(desk: ReceptionDesk, journal: Journal) -> None:
    assert desk.assign(person(1), "B-04").verdict is Verdict.NOT_HERE
    desk.receive(person(1))
    answer = desk.assign(person(1), "B-04")
    assert (answer.verdict, desk.space_of(person(1))) == (Verdict.SPACE_ASSIGNED, "B-04")
    assert told(journal, 1)[1:] == [SpaceAssigned(subject=person(1), shelter=S1, space="B-04")]
    desk.assign(person(1), "C-01")
    assert desk.space_of(person(1)) == "C-01"


def test_another_shelters_space_is_none_here(desk: ReceptionDesk, school: ReceptionDesk) -> None:
    school.receive(person(1))
    school.assign(person(1), "B-04")
    assert (school.space_of(person(1)), desk.space_of(person(1))) == ("B-04", None)


@pytest.mark.parametrize(
    ("people", "capacity", "room"),
    [
        (0, 5, Room.FREE), (3, 5, Room.FREE), (4, 5, Room.CROWDED), (5, 5, Room.FULL), (9, 5, Room.FULL),
        (0, 0, Room.FULL), (900, None, Room.UNKNOWN),
    ],
)  # fmt: skip
def test_a_shelter_is_free_crowded_full_or_nobody_knows(people: int, capacity: int | None, room: Room) -> None:
    assert room_for(people, capacity) is room


def test_every_shelter_of_the_list_is_counted_this_one_first(desk: ReceptionDesk, school: ReceptionDesk) -> None:
    for number in (1, 2, 3, 4):
        desk.receive(person(number))
    school.receive(person(4), moving_from=S1)
    assert [(f.shelter, f.people, f.capacity, f.room) for f in school.fullness()] == [
        (S2, 1, None, Room.UNKNOWN), (S1, 3, 5, Room.FREE),
    ]  # fmt: skip
    assert desk.own_fullness() == desk.fullness()[0]


def test_the_roster_says_who_is_out(desk: ReceptionDesk) -> None:
    for number in (1, 2, 4):
        desk.receive(person(number))
    desk.go_out(person(2))
    desk.depart(person(4), [person(4)], Place.HOME)
    assert [(e.resident.id, e.state) for e in desk.roster()] == [
        (person(1), PersonState.HERE), (person(2), PersonState.OUT),
    ]  # fmt: skip


@pytest.mark.parametrize("place", Place)
def test_whoever_left_for_nobody_knows_where_or_has_not_arrived_is_asked_about(
    desk: ReceptionDesk, place: Place
) -> None:
    desk.receive(person(1))
    desk.depart(person(1), [person(1)], place)
    asked = [one.resident.id for one in desk.follow_ups()]
    assert asked == ([person(1)] if place in (Place.UNKNOWN, Place.SHELTER) else [])
    assert desk.to_be_asked() == len(asked)


def test_arriving_at_the_other_shelter_ends_the_asking(desk: ReceptionDesk, school: ReceptionDesk) -> None:
    desk.receive(person(1))
    desk.depart(person(1), [person(1)], Place.SHELTER)
    assert [one.resident.id for one in desk.follow_ups()] == [person(1)]
    assert school.follow_ups() == []
    assert school.receive(person(1)).verdict is Verdict.RECEIVED
    assert desk.follow_ups() == []


def test_somebody_out_for_long_is_asked_about_and_only_then(desk: ReceptionDesk, journal: Journal) -> None:
    desk.receive(person(1))
    desk.go_out(person(1))
    set_clock(journal.clock, EVENING + OUT_LONG - timedelta(minutes=1))
    assert (desk.follow_ups(), desk.to_be_asked()) == ([], 0)
    set_clock(journal.clock, EVENING + OUT_LONG)
    assert [(one.resident.id, one.state, one.since) for one in desk.follow_ups()] == [
        (person(1), PersonState.OUT, EVENING)
    ]
    assert desk.to_be_asked() == 1


@pytest.mark.parametrize(
    ("place", "accounted"),
    [
        (Place.HOME, False), (Place.CAR, True), (Place.RELATIVES, True), (Place.FACILITY, True), (Place.OUTSIDE, True),
        (Place.SHELTER, False), (Place.UNKNOWN, False),
    ],
)  # fmt: skip
def test_only_who_is_known_to_be_out_of_the_home_is_accounted_for(
    desk: ReceptionDesk, journal: Journal, place: Place, accounted: bool
) -> None:
    desk.receive(person(1))
    assert stay(journal, 1).accounted_for
    desk.depart(person(1), [person(1)], place)
    assert stay(journal, 1).accounted_for is accounted
    desk.depart(person(4), [person(4)], place)
    assert stay(journal, 4).accounted_for is accounted


def test_companions_who_are_out_or_have_left_are_received_as_what_they_are(
    desk: ReceptionDesk, journal: Journal
) -> None:
    for number in (1, 2, 3):
        desk.receive(person(number))
    desk.go_out(person(2))
    desk.depart(person(3), [person(3)], Place.HOME)
    states = {c.resident.id: c.state for c in desk.household_of(person(1))}
    assert states == {person(1): PersonState.HERE, person(2): PersonState.OUT, person(3): PersonState.AWAY}
    answer = desk.receive_companions(person(1), [person(2), person(3)])
    assert len(answer.facts) == len(answer.people) == 2
    assert told(journal, 2)[-1] == CameBack(subject=person(2), shelter=S1)
    assert told(journal, 3)[-1] == EvacueeReceived(
        subject=person(3), shelter=S1, receipt="S1-0004", path=Path.COMPANION
    )


def test_somebody_whom_the_register_does_not_list_stays_without_harm(desk: ReceptionDesk, journal: Journal) -> None:
    receive(journal, Desk(S1, 1), [person(77)], Path.CARD)
    assert desk.presence() == Presence(people=1, households=0)
    assert (desk.roster(), desk.follow_ups(), desk.household_of(person(77))) == ([], [], ())
    assert desk.state_of(person(77)) is PersonState.HERE
    assert ReceptionDesk(journal, desk.desk).acts[0].resident is None
