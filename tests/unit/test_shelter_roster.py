"""The roster has everybody who is here, in the order of their names, and whoever a clerk asks for."""

from __future__ import annotations

import pytest

from tests.town import EVENING, person, resident
from village_console.register.households import NameIndex
from village_console.register.rows import Resident
from village_console.shelter.facts import Path
from village_console.shelter.rows import Stay
from village_console.shelter.rules import Known, PersonState, Verdict, may_receive, person_state
from village_console.shelter.views import People, Presence, presence, roster
from village_console.village.ids import FactHash, ShelterId

S1, S2 = ShelterId("S1"), ShelterId("S2")
TOWN: dict[str, Resident] = {
    r.id: r
    for r in [
        resident(1, 1, "山﨑 トミ子", "ヤマザキ トミコ", settlement="上藻"),
        resident(2, 2, "佐藤\u3000ハル", "さとう はる", settlement="上興部"),
        resident(3, 2, "佐藤 健", "サトウ ケン", settlement="上興部"),
        resident(4, 3, "葛\U000e0100西 トシ", "カサイ トシ", settlement="札滑"),
        resident(5, 4, "赤井 空", "アカイ ソラ", settlement="東興"),
    ]
}


def stay(number: int, receipt: str, shelter: ShelterId = S1) -> Stay:
    return Stay(person(number), shelter, receipt, EVENING, Path.CARD, FactHash(f"{number:064x}"))


STAYS: dict[str, Stay] = {
    s.resident: s
    for s in [stay(1, "S1-0001"), stay(2, "S1-0002"), stay(3, "S1-0003"), stay(4, "S1-0004"), stay(5, "S2-0001", S2)]
}


def shown(words: str = "") -> list[str]:
    return [entry.stay.receipt for entry in roster(People(TOWN, STAYS, {}), S1, NameIndex(TOWN), words)]


def test_everybody_here_stands_in_the_order_of_kana_whatever_its_form() -> None:
    assert shown() == ["S1-0004", "S1-0003", "S1-0002", "S1-0001"]


def test_people_of_one_name_stand_in_the_order_in_which_they_came() -> None:
    twins: dict[str, Resident] = {r.id: r for r in [resident(1, 1), resident(2, 2)]}
    stays: dict[str, Stay] = {s.resident: s for s in [stay(2, "S1-0007"), stay(1, "S1-0012")]}
    assert [entry.resident.id for entry in roster(People(twins, stays, {}), S1, NameIndex(twins))] == [
        person(2),
        person(1),
    ]


@pytest.mark.parametrize(
    ("words", "receipts"),
    [
        ("上興部", ["S1-0003", "S1-0002"]),
        ("佐藤ハル", ["S1-0002"]),
        ("はる", ["S1-0002"]),
        ("haru", ["S1-0002"]),
        ("葛西", ["S1-0004"]),
        ("葛\U000e0100西", ["S1-0004"]),
        ("0003", ["S1-0003"]),
        ("上興部 けん", ["S1-0003"]),
        ("上藻\u3000やま", ["S1-0001"]),
        ("上藻 はる", []),
        ("赤井", []),
        (" ", ["S1-0004", "S1-0003", "S1-0002", "S1-0001"]),
        ("上藻 y", ["S1-0001"]),
        ("k", ["S1-0004", "S1-0003", "S1-0002", "S1-0001"]),
    ],
)
def test_all_words_of_a_filter_must_occur_in_a_line(words: str, receipts: list[str]) -> None:
    assert shown(words) == receipts


def test_somebody_whom_the_register_no_longer_lists_is_counted_but_not_named() -> None:
    unlisted = People(TOWN, {**STAYS, person(9): stay(9, "S1-0009")}, {})
    assert presence(unlisted, S1) == Presence(people=5, households=3)
    assert len(roster(unlisted, S1, NameIndex(TOWN))) == 4


@pytest.mark.parametrize(
    ("where", "verdict", "state"),
    [
        (None, Verdict.RECEIVED, PersonState.NOT_YET),
        (stay(1, "S1-0001", S1), Verdict.ALREADY_HERE, PersonState.HERE),
        (stay(1, "S2-0001", S2), Verdict.ELSEWHERE, PersonState.ELSEWHERE),
    ],
)
def test_where_somebody_is_decides_what_may_be_done(where: Stay | None, verdict: Verdict, state: PersonState) -> None:
    assert (may_receive(Known(where), S1), person_state(Known(where), S1)) == (verdict, state)
