"""A clerk finds a person by whatever part of the name can be typed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.town import home, resident
from village_console.register.households import NameIndex, households

TOWN = [
    resident(1, 1, "佐藤 正一", "サトウ ショウイチ", birth=date(1942, 5, 3), relation="世帯主"),
    resident(2, 1, "佐藤 ハル", "サトウ ハル", birth=date(1944, 9, 21)),
    resident(3, 2, "伊佐 佳乃", "イサ ヨシノ", birth=date(1980, 1, 1)),
    resident(4, 3, "𠮷田 清", "ヨシダ キヨシ", birth=date(1950, 7, 7)),
    resident(5, 4, "葛\U000e0100西 トシ", "カサイ トシ", birth=date(1947, 1, 19)),
    resident(6, 5, "大野\u3000一", "オオノ ハジメ", birth=None),
    resident(7, 6, "グエン・ティ・ミン・チャウ", "グエン ティ ミン チャウ", birth=date(1998, 6, 15)),
    resident(8, 7, "ジョン スミス", "ジョン スミス", birth=date(1990, 2, 2)),
]
INDEX = NameIndex({person.id: person for person in TOWN})


def found(text: str) -> list[int]:
    """The numbers of the residents whom a text finds, best first."""
    return [int(person.number) for person in INDEX.find(text)]


@pytest.mark.parametrize("text", ["サトウ", "さとう", "ｻﾄｳ", "佐藤", "satou", "sato", "SATO", "ｓａｔｏ"])
def test_every_way_of_writing_a_family_name_finds_the_family(text: str) -> None:
    assert found(text) == [1, 2]


@pytest.mark.parametrize("text", ["s17.5.3", "S17.5.3", "昭和17年5月3日", "1942-05-03", "19420503", "1942/5/3"])
def test_a_birth_date_finds_whoever_was_born_then(text: str) -> None:
    assert found(text) == [1]


def test_several_words_must_all_match() -> None:
    assert found("sato ha") == [2]
    assert found("佐藤 S17.5.3") == [1]
    assert found("さとう\u3000はる") == [2]
    assert found("sato kiyoshi") == []


@pytest.mark.parametrize(
    ("text", "people"), [("s", []), ("sa", [1, 2, 3, 5]), ("sat", [1, 2, 3, 5]), ("sato h", [1, 2]), ("sato ha", [2])]
)
def test_half_typed_romaji_finds_what_has_been_said_so_far(text: str, people: list[int]) -> None:
    assert found(text) == people


def test_those_whose_name_begins_so_come_first() -> None:
    assert found("yoshi") == [4, 3]


@pytest.mark.parametrize("text", ["𠮷田", "𠮷", "yoshida", "ヨシダ"])
def test_a_kanji_beyond_sixteen_bits_is_found(text: str) -> None:
    assert found(text) == [4]


@pytest.mark.parametrize("text", ["葛\U000e0100西", "葛西", "葛西トシ", "葛\U000e0101西", "kasai"])
def test_a_variant_is_found_with_and_without_its_selector(text: str) -> None:
    assert found(text) == [5]


@pytest.mark.parametrize("text", ["大野一", "大野", "oono", "ono", "オオノ", "おーの"])
def test_a_name_is_found_whatever_space_stands_in_it_and_however_long_its_vowels(text: str) -> None:
    assert found(text) == [6]


@pytest.mark.parametrize("text", ["グエン", "ティミン", "guen", "チャウ", "chau"])
def test_a_foreign_name_is_found_without_its_dots(text: str) -> None:
    assert found(text) == [7]


@pytest.mark.parametrize("text", ["", " ", "\u3000", "-", "ー"])
def test_nothing_said_finds_nobody(text: str) -> None:
    assert found(text) == []


def test_a_household_has_its_head_first_and_then_the_eldest() -> None:
    group = households(
        [
            resident(1, 1, relation="子", birth=date(1970, 1, 1)),
            resident(2, 1, relation="母", birth=None),
            resident(3, 1, relation="世帯主", birth=date(1995, 1, 1)),
            resident(4, 1, relation="父", birth=date(1940, 1, 1)),
            resident(5, 2, relation="", settlement="上藻"),
        ]
    )
    assert [int(member.number) for member in group[home(1)].members] == [3, 4, 1, 2]
    assert group[home(1)].head.number == "0000003"
    assert {id_: household.settlement for id_, household in group.items()} == {home(1): "上興部", home(2): "上藻"}
