"""The rule of the source document, and the board that it makes of a town."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.town import EVENING, home, person, resident
from village_console.register.households import households
from village_console.register.rows import Resident
from village_console.shelter.facts import Path, Place
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Level, Reason, about
from village_console.stranded.rows import Clearance, Evidence, Order
from village_console.stranded.rules import Presumption, presume
from village_console.stranded.views import Blind, Board, BoardRow, Known, age_of, board
from village_console.viewing.facts import TvState
from village_console.village.ids import FactHash, HouseholdId, OrderId, ShelterId, TelevisionId

NO_HASH = FactHash("")
ORDER = Order(OrderId("order:1-1"), Level.EVACUATION_ORDER, (), EVENING, NO_HASH)
FAMILY = (resident(1, 1, relation="世帯主"), resident(2, 1))


def stay(number: int) -> Stay:
    return Stay(person(number), ShelterId("S1"), f"S1-{number:04d}", EVENING, Path.CARD, NO_HASH)


def evidence(household: HouseholdId, state: TvState) -> Evidence:
    return Evidence(ORDER.id, household, TelevisionId("tv"), state, EVENING, 1)


def clearance(household: HouseholdId) -> Clearance:
    return Clearance(ORDER.id, household, Reason.MET, EVENING, NO_HASH)


def board_of(
    *people: Resident,
    here: tuple[int, ...] = (),
    tv: dict[HouseholdId, TvState] | None = None,
    asked: dict[HouseholdId, bool] | None = None,
    cleared: tuple[HouseholdId, ...] = (),
    order: Order = ORDER,
) -> Board:
    """The board of a town in which everybody with evidence has agreed to be asked."""
    states = tv or {}
    return board(
        order,
        Known(
            households(people),
            {person(n): stay(n) for n in here},
            {about(ORDER.id, household): evidence(household, state) for household, state in states.items()},
            {about(ORDER.id, household): clearance(household) for household in cleared},
            dict.fromkeys(states, True) if asked is None else asked,
        ),
    )


def numbers(rows: tuple[BoardRow, ...]) -> list[list[int]]:
    """Who is missing in each row."""
    return [[int(member.number) for member in row.missing] for row in rows]


@pytest.mark.parametrize(
    ("tv", "checked_in", "presumption"),
    [
        (TvState.ON, False, Presumption.STRANDED),
        (TvState.OFF, False, Presumption.CANNOT_TELL),
        (TvState.SILENT, False, Presumption.CANNOT_TELL),
        (None, False, Presumption.CANNOT_TELL),
        (TvState.ON, True, Presumption.CHECKED_IN),
        (TvState.OFF, True, Presumption.CHECKED_IN),
        (TvState.SILENT, True, Presumption.CHECKED_IN),
        (None, True, Presumption.CHECKED_IN),
    ],
)
def test_the_rule(tv: TvState | None, checked_in: bool, presumption: Presumption) -> None:
    assert presume(tv, checked_in=checked_in) is presumption


def test_a_television_that_was_on_and_nobody_who_came_is_presumed_stranded() -> None:
    found = board_of(*FAMILY, tv={home(1): TvState.ON})
    assert (numbers(found.stranded), found.cannot_tell, found.cleared, found.people) == ([[1, 2]], (), (), 2)
    assert (found.stranded[0].blind, found.stranded[0].arrived) == (None, ())


def test_of_a_household_that_came_in_part_the_rest_is_presumed_stranded() -> None:
    found = board_of(*FAMILY, here=(1,), tv={home(1): TvState.ON})
    assert (numbers(found.stranded), found.people) == ([[2]], 1)
    assert found.stranded[0].arrived == (stay(1),)


def test_a_household_that_has_come_is_on_no_list() -> None:
    assert board_of(*FAMILY, here=(1, 2), tv={home(1): TvState.ON}) == Board(ORDER, (), (), ())


def test_whoever_came_to_another_shelter_has_come() -> None:
    assert board_of(resident(1, 1), here=(1,), tv={home(1): TvState.ON}).stranded == ()


def test_a_household_that_somebody_made_sure_of_is_set_apart() -> None:
    found = board_of(*FAMILY, tv={home(1): TvState.ON}, cleared=(home(1),))
    assert (found.stranded, found.cannot_tell, numbers(found.cleared), found.people) == ((), (), [[1, 2]], 0)
    assert found.cleared[0].clearance == clearance(home(1))


@pytest.mark.parametrize(
    ("tv", "asked", "blind"),
    [
        (TvState.OFF, True, Blind.OFF),
        (TvState.SILENT, True, Blind.SILENT),
        (None, True, Blind.SILENT),
        (None, False, Blind.NO_CONSENT),
        (None, None, Blind.NO_TELEVISION),
    ],
)
def test_whom_the_television_cannot_tell_of_is_in_the_second_list_with_the_reason(
    tv: TvState | None, asked: bool | None, blind: Blind
) -> None:
    found = board_of(*FAMILY, tv={} if tv is None else {home(1): tv}, asked={} if asked is None else {home(1): asked})
    assert (found.stranded, found.people, numbers(found.cannot_tell)) == ((), 0, [[1, 2]])
    assert found.cannot_tell[0].blind is blind
    assert found.blind_counts == Counter({blind: 1})


def test_silence_is_not_off() -> None:
    homes = [resident(1, 1), resident(2, 2)]
    found = board_of(*homes, tv={home(1): TvState.OFF, home(2): TvState.SILENT})
    assert found.blind_counts == Counter({Blind.OFF: 1, Blind.SILENT: 1})


def test_an_order_for_some_settlements_leaves_the_others_alone() -> None:
    homes = [resident(1, 1, settlement="上藻"), resident(2, 2, settlement="東興")]
    order = Order(ORDER.id, ORDER.level, ("上藻", "札滑"), EVENING, NO_HASH)
    states = {home(1): TvState.ON, home(2): TvState.ON}
    assert numbers(board_of(*homes, tv=states).stranded) == [[1], [2]]
    assert numbers(board_of(*homes, tv=states, order=order).stranded) == [[1]]


def test_evidence_under_another_order_is_no_evidence_under_this_one() -> None:
    later = Order(OrderId("order:1-2"), ORDER.level, (), EVENING, NO_HASH)
    found = board_of(*FAMILY, tv={home(1): TvState.ON}, cleared=(home(1),), order=later)
    assert (found.stranded, found.cleared, numbers(found.cannot_tell)) == ((), (), [[1, 2]])


def test_those_who_need_support_come_first_then_homes_that_nobody_left_then_by_settlement() -> None:
    people = [
        resident(1, 1, settlement="東興"),
        resident(2, 2, settlement="上藻"),
        resident(3, 3, settlement="札滑"),
        resident(4, 3, settlement="札滑"),
        resident(5, 4, settlement="札滑", needs_evacuation_support=True),
        resident(6, 4, settlement="札滑"),
        resident(7, 5, settlement="上藻", needs_evacuation_support=True),
        resident(8, 5, settlement="上藻"),
    ]
    states = {home(n): TvState.ON for n in range(1, 6)}
    assert numbers(board_of(*people, here=(4, 6, 7), tv=states).stranded) == [[5], [2], [1], [8], [3]]


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (3599, 59), (3600, 60), (-1, 0), (-3600, 0)]
)
def test_an_age_is_in_full_minutes_and_never_negative(seconds: int, minutes: int) -> None:
    assert age_of(EVENING, EVENING + timedelta(seconds=seconds)) == minutes


def test_the_age_of_what_was_never_heard_is_not_known() -> None:
    assert age_of(None, EVENING) is None


@pytest.mark.parametrize(
    ("place", "missing"),
    [
        (Place.HOME, [[1]]), (Place.UNKNOWN, [[1]]), (Place.SHELTER, [[1]]), (Place.CAR, []), (Place.RELATIVES, []),
        (Place.FACILITY, []), (Place.OUTSIDE, []),
    ],
)  # fmt: skip
def test_whoever_left_a_shelter_is_presumed_stranded_again_unless_known_to_be_out_of_the_home(
    place: Place, missing: list[list[int]]
) -> None:
    gone = replace(stay(1), shelter=None, place=place, left=ShelterId("S1"))
    people = (resident(1, 1),)
    known = Known(
        households(people),
        {person(1): gone},
        {about(ORDER.id, home(1)): evidence(home(1), TvState.ON)},
        {},
        {home(1): True},
    )
    found = board(ORDER, known)
    assert numbers(found.stranded) == missing
    assert all(row.arrived == () for row in found.stranded)


def test_a_family_of_which_one_went_home_again_has_one_missing_and_the_others_arrived() -> None:
    stays: dict[str, Stay] = {person(1): replace(stay(1), shelter=None, place=Place.HOME), person(2): stay(2)}
    known = Known(
        households(FAMILY), stays, {about(ORDER.id, home(1)): evidence(home(1), TvState.ON)}, {}, {home(1): True}
    )
    (row,) = board(ORDER, known).stranded
    assert ([m.number for m in row.missing], [s.resident for s in row.arrived]) == (["0000001"], [person(2)])
