"""The kept board after any history is the board that the rule makes of the rows from nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import EVENING, home, person, resident
from village_console.register.households import Household, households
from village_console.shelter.facts import Path
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Level, Means, Reason, Said, about
from village_console.stranded.kept_board import KeptBoard, KeptBoards
from village_console.stranded.rows import Clearance, Evidence, Order, Told
from village_console.stranded.views import Known, board, union
from village_console.viewing.facts import TvState
from village_console.village.ids import FactHash, HouseholdId, OrderId, ShelterId, TelevisionId

SETTLEMENTS = ("上藻", "東興", "札滑")
HOMES, MEMBERS = 3, 2
NO_HASH = FactHash("")
PEOPLE = [
    resident(10 * h + n, h, settlement=SETTLEMENTS[h % 3], needs_evacuation_support=(h + n) % 4 == 0)
    for h in range(HOMES)
    for n in range(MEMBERS)
]
NEWCOMER = resident(99, 1)
ORDERS = [
    Order(OrderId("order:1-1"), Level.EVACUATION_ORDER, (), EVENING, NO_HASH),
    Order(OrderId("order:1-2"), Level.EMERGENCY_SAFETY_MEASURES, ("上藻",), EVENING, NO_HASH),
]
STRANGER = person(77)
"""Checked in, and in no register."""


@dataclass
class Rows:
    """What the journal would hold; like there, a mapping is replaced when a row in it changes."""

    order: Order = ORDERS[0]
    households: dict[HouseholdId, Household] = field(default_factory=lambda: households(PEOPLE))
    tables: dict[str, dict[Any, Any]] = field(
        default_factory=lambda: {"stays": {}, "evidence": {}, "clearances": {}, "asked": {}, "told": {}, "hazards": {}}
    )
    dark: frozenset[str] = frozenset()

    def put(self, table: str, key: Any, value: Any) -> None:
        self.tables[table] = {k: v for k, v in self.tables[table].items() if k != key}
        if value is not None:
            self.tables[table][key] = value

    def known(self) -> Known:
        return known_of(self.households, self.tables, self.dark)


def known_of(homes: dict[HouseholdId, Household], tables: dict[str, dict[Any, Any]], dark: frozenset[str]) -> Known:
    return Known(
        homes, tables["stays"], tables["evidence"], tables["clearances"], tables["asked"], tables["told"], dark,
        tables["hazards"],
    )  # fmt: skip


Step = Callable[[Rows], None]
NUMBERS = st.integers(0, HOMES - 1)


def stay(number: int, here: bool) -> Step:
    key = STRANGER if number == 77 else person(number)
    value = Stay(key, ShelterId("S1"), "S1-0001", EVENING, Path.CARD, NO_HASH) if here else None
    return lambda rows: rows.put("stays", key, value)


def evidence(order: Order, h: int, state: TvState | None) -> Step:
    value = Evidence(order.id, home(h), TelevisionId("tv"), state, None, 1) if state else None
    return lambda rows: rows.put("evidence", about(order.id, home(h)), value)


def clearance(order: Order, h: int, cleared: bool) -> Step:
    value = Clearance(order.id, home(h), Reason.MET, EVENING, NO_HASH) if cleared else None
    return lambda rows: rows.put("clearances", about(order.id, home(h)), value)


def asked(h: int, agreed: bool | None) -> Step:
    return lambda rows: rows.put("asked", home(h), agreed)


def told(h: int, what: Said | None) -> Step:
    value = (Told(Means.PHONE, what, EVENING, NO_HASH),) if what else None
    return lambda rows: rows.put("told", home(h), value)


def dark(settlement: str) -> Step:
    return lambda rows: setattr(rows, "dark", rows.dark ^ {settlement})


def hazard(settlement: str, minutes: int | None) -> Step:
    at = None if minutes is None else EVENING + timedelta(minutes=minutes)
    return lambda rows: rows.put("hazards", settlement, at)


def other_order(order: Order) -> Step:
    return lambda rows: setattr(rows, "order", order)


def register(people: Sequence[Any]) -> Step:
    return lambda rows: setattr(rows, "households", households(people))


STEPS = st.one_of(
    st.builds(stay, st.sampled_from([77, *(10 * h + n for h in range(HOMES) for n in range(MEMBERS))]), st.booleans()),
    st.builds(evidence, st.sampled_from(ORDERS), NUMBERS, st.sampled_from([*TvState, None])),
    st.builds(clearance, st.sampled_from(ORDERS), NUMBERS, st.booleans()),
    st.builds(asked, NUMBERS, st.sampled_from([True, False, None])),
    st.builds(told, NUMBERS, st.sampled_from([*Said, None])),
    st.builds(dark, st.sampled_from(SETTLEMENTS)),
    st.builds(hazard, st.sampled_from(SETTLEMENTS), st.sampled_from([10, 30, None])),
    st.builds(other_order, st.sampled_from(ORDERS)),
    st.builds(register, st.sampled_from([PEOPLE, [*PEOPLE, NEWCOMER], PEOPLE[:MEMBERS]])),
)


@given(st.lists(st.lists(STEPS, max_size=3), max_size=12))
def test_a_kept_board_is_what_the_rule_makes_from_nothing(history: list[list[Step]]) -> None:
    rows, kept = Rows(), KeptBoard()
    for steps in history:
        for step in steps:
            step(rows)
        assert kept.under(rows.order, rows.known()) == board(rows.order, rows.known())


@given(st.lists(st.lists(STEPS, max_size=3), max_size=8))
def test_kept_boards_of_two_orders_are_their_union_worked_out_anew(history: list[list[Step]]) -> None:
    rows, kept = Rows(), KeptBoards()
    for steps in history:
        for step in steps:
            step(rows)
        known = rows.known()
        assert kept.under(ORDERS, known) == union(ORDERS, [board(order, known) for order in ORDERS], known)


@given(st.lists(STEPS, max_size=12))
def test_nobody_who_is_presumed_under_some_order_is_left_out_of_all_of_them(history: list[Step]) -> None:
    rows = Rows()
    for step in history:
        step(rows)
    known = rows.known()
    boards = [board(order, known) for order in ORDERS]
    whole = union(ORDERS, boards, known)
    listed = {row.household.id for row in (*whole.stranded, *whole.cannot_tell, *whole.cleared)}
    assert listed == {row.household.id for b in boards for row in (*b.stranded, *b.cannot_tell, *b.cleared)}


@given(st.lists(STEPS, max_size=12))
def test_a_board_about_which_nothing_has_changed_is_the_very_same(history: list[Step]) -> None:
    rows, kept = Rows(), KeptBoard()
    for step in history:
        step(rows)
    first = kept.under(rows.order, rows.known())
    again = known_of(rows.households, {name: dict(table) for name, table in rows.tables.items()}, rows.dark)
    assert kept.under(replace(rows.order), again) is first


@pytest.mark.parametrize(
    ("said", "taken_back"),
    [
        (stay(0, here=True), stay(0, here=False)),
        (evidence(ORDERS[0], 0, TvState.ON), evidence(ORDERS[0], 0, None)),
        (clearance(ORDERS[0], 0, cleared=True), clearance(ORDERS[0], 0, cleared=False)),
        (asked(0, agreed=True), asked(0, agreed=None)),
        (told(0, Said.NEEDS_HELP), told(0, None)),
    ],
    ids=["stay", "evidence", "clearance", "agreement", "word"],
)
def test_what_is_taken_back_leaves_the_board_as_it_was(said: Step, taken_back: Step) -> None:
    rows, kept = Rows(), KeptBoard()
    before = kept.under(rows.order, rows.known())
    said(rows)
    assert kept.under(rows.order, rows.known()) != before
    taken_back(rows)
    assert kept.under(rows.order, rows.known()) == before
