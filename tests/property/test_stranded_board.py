"""The board of any town is what somebody would find who went from person to person with the rule in hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tests.town import EVENING, home, person, resident
from village_console.register.households import households
from village_console.shelter.facts import Path
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Level, Reason, about
from village_console.stranded.rows import Clearance, Evidence, Order
from village_console.stranded.views import Board, BoardRow, Known, board
from village_console.viewing.facts import TvState
from village_console.village.ids import FactHash, OrderId, ShelterId, TelevisionId

ID, NO_HASH = OrderId("order:1-1"), FactHash("")
SETTLEMENTS = ("上藻", "東興", "札滑")


@dataclass(frozen=True)
class Home:
    """All that decides about one household."""

    settlement: str
    checked_in: tuple[bool, ...]
    needs_support: tuple[bool, ...]
    tv: TvState | None
    asked: bool | None
    cleared: bool


HOMES = st.builds(
    Home,
    st.sampled_from(SETTLEMENTS),
    st.lists(st.booleans(), min_size=1, max_size=4).map(tuple),
    st.tuples(*[st.booleans()] * 4),
    st.sampled_from([*TvState, None]),
    st.sampled_from([True, False, None]),
    st.booleans(),
)
TOWNS = st.lists(HOMES, max_size=12)
ORDERED = st.frozensets(st.sampled_from(SETTLEMENTS)).map(lambda names: tuple(sorted(names)))


def board_of(town: list[Home], ordered: tuple[str, ...]) -> Board:
    people = [
        resident(10 * h + n, h, settlement=place.settlement, needs_evacuation_support=place.needs_support[n])
        for h, place in enumerate(town)
        for n in range(len(place.checked_in))
    ]
    known = Known(
        households(people),
        {
            person(10 * h + n): Stay(person(10 * h + n), ShelterId("S1"), "", EVENING, Path.CARD, NO_HASH)
            for h, place in enumerate(town)
            for n, here in enumerate(place.checked_in)
            if here
        },
        {
            about(ID, home(h)): Evidence(ID, home(h), TelevisionId("tv"), place.tv, None, 1)
            for h, place in enumerate(town)
            if place.tv
        },
        {
            about(ID, home(h)): Clearance(ID, home(h), Reason.MET, EVENING, NO_HASH)
            for h, place in enumerate(town)
            if place.cleared
        },
        {home(h): place.asked for h, place in enumerate(town) if place.asked is not None},
    )
    return board(Order(ID, Level.EVACUATION_ORDER, ordered, EVENING, NO_HASH), known)


def by_hand(town: list[Home], ordered: tuple[str, ...]) -> dict[str, set[int]]:
    """Person by person: who is missing under this order, on which list."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for h, place in enumerate(town):
        for n, here in enumerate(place.checked_in):
            if here or (ordered and place.settlement not in ordered):
                continue
            if place.cleared:
                found["cleared"].add(10 * h + n)
            elif place.tv == "on":
                found["stranded"].add(10 * h + n)
            else:
                found["cannot tell"].add(10 * h + n)
    return found


def missing(rows: tuple[BoardRow, ...]) -> set[int]:
    return {int(member.number) for row in rows for member in row.missing}


@given(TOWNS, ORDERED)
def test_the_board_is_what_the_rule_says_of_each_person(town: list[Home], ordered: tuple[str, ...]) -> None:
    found, expected = board_of(town, ordered), by_hand(town, ordered)
    assert missing(found.stranded) == expected["stranded"]
    assert missing(found.cannot_tell) == expected["cannot tell"]
    assert missing(found.cleared) == expected["cleared"]
    assert found.people == len(expected["stranded"])


@given(TOWNS, ORDERED)
def test_no_household_stands_twice_and_none_stands_for_nobody(town: list[Home], ordered: tuple[str, ...]) -> None:
    found = board_of(town, ordered)
    rows = [*found.stranded, *found.cannot_tell, *found.cleared]
    assert len({row.household.id for row in rows}) == len(rows)
    assert all(row.missing for row in rows)
    assert all(len(row.missing) + len(row.arrived) == len(row.household.members) for row in rows)
    assert all((row.blind is None) == (row.evidence is not None and row.evidence.state is TvState.ON) for row in rows)
    assert sum(found.blind_counts.values()) == len(found.cannot_tell)


@given(TOWNS, ORDERED)
def test_nobody_who_needs_support_stands_below_somebody_who_does_not(
    town: list[Home], ordered: tuple[str, ...]
) -> None:
    for rows in (board_of(town, ordered).stranded, board_of(town, ordered).cannot_tell):
        needs = [any(member.needs_evacuation_support for member in row.missing) for row in rows]
        assert needs == sorted(needs, reverse=True)


@given(TOWNS, ORDERED, st.data())
def test_one_more_who_checks_in_takes_one_off_the_board_at_most(
    town: list[Home], ordered: tuple[str, ...], data: st.DataObject
) -> None:
    absent = [(h, n) for h, place in enumerate(town) for n, here in enumerate(place.checked_in) if not here]
    if not absent:
        return
    h, n = data.draw(st.sampled_from(absent))
    place = town[h]
    after = Home(
        place.settlement, (*place.checked_in[:n], True, *place.checked_in[n + 1 :]), place.needs_support, place.tv,
        place.asked, place.cleared,
    )  # fmt: skip
    was, now = (
        missing(board_of(town, ordered).stranded),
        missing(board_of([*town[:h], after, *town[h + 1 :]], ordered).stranded),
    )
    assert was - now == was & {10 * h + n}
    assert now <= was
