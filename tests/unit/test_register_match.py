"""Whom a card's front may stand for: a person chooses, and is never shown somebody who has nothing in common with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import resident
from village_console.devices.ports import CardFace, FaceSex
from village_console.register.match import Candidate, NameMatch, fill_form

BIRTH, OTHER_DAY = date(1942, 5, 3), date(1950, 1, 1)
FACE = CardFace("佐藤\u3000花子", "北海道紋別郡西興部村字上興部１２番地の３", BIRTH, FaceSex.FEMALE)
HANAKO = resident(1, 1, "佐藤 花子", birth=BIRTH, address="上興部12番地の3")
STRANGER = resident(9, 9, "鈴木 一郎", birth=OTHER_DAY, address="中興部5番地")


def numbers(found: tuple[Candidate, ...]) -> list[int]:
    return [int(one.resident.number) for one in found]


def test_who_agrees_in_everything_is_the_only_candidate() -> None:
    namesake = replace(resident(2, 2, "佐藤 花子", birth=OTHER_DAY, address="中興部5番地"))
    found = fill_form(FACE, [STRANGER, namesake, HANAKO])
    assert found == (Candidate(HANAKO, NameMatch.WHOLE, birth=True, address=True),)
    assert found[0].agrees


def test_nobody_in_common_is_nobody() -> None:
    assert fill_form(FACE, [STRANGER]) == fill_form(FACE, []) == ()


@pytest.mark.parametrize(
    "less",
    [
        replace(STRANGER, birth=BIRTH),
        replace(STRANGER, address=HANAKO.address),
        replace(STRANGER, name="佐藤 一郎"),
        replace(STRANGER, name="佐藤 一郎", address=HANAKO.address),
    ],
    ids=["birth", "address", "family name", "family name and address"],
)
def test_too_little_in_common_is_nobody(less: object) -> None:
    assert fill_form(FACE, [less]) == ()  # type: ignore[list-item]


def test_the_cascade_goes_from_what_is_most_likely() -> None:
    moved = replace(HANAKO, address="中興部5番地")
    written_otherwise = replace(HANAKO, name="左藤 花子")
    both = replace(written_otherwise, address="中興部5番地")
    renamed = replace(HANAKO, name="鈴木 ハナ")
    other_birth = replace(HANAKO, birth=None)
    name_only = replace(other_birth, address="")
    ladder = [HANAKO, moved, written_otherwise, both, renamed, other_birth, name_only]
    people = [replace(one, number=f"{n:07d}") for n, one in enumerate(ladder, start=1)]
    for n in range(len(people)):
        assert numbers(fill_form(FACE, reversed(people[n:]))) == [n + 1]


def test_twins_at_one_address_are_told_apart_by_their_names() -> None:
    twin = replace(HANAKO, number="0000002", name="佐藤 月子")
    assert numbers(fill_form(FACE, [twin, HANAKO])) == [1]
    assert numbers(fill_form(replace(FACE, name="佐藤\u3000●子"), [twin, HANAKO])) == [1, 2], "both, and a person looks"


@pytest.mark.parametrize(
    ("card", "register"),
    [
        ("渡辺\u3000花子", "渡辺\U000e0102 花子"),
        ("渡辺\ufe00\u3000花子", "渡辺 花子"),
        ("NGUYEN\u3000THI", "Ｎｇｕｙｅｎ Ｔｈｉ"),
        ("佐藤花子", "佐藤 花子"),
        ("ｻﾄｳ\u3000ﾊﾅ", "サトウ ハナ"),
    ],
)
def test_a_name_is_the_same_whatever_form_its_characters_have(card: str, register: str) -> None:
    stored = replace(HANAKO, name=register)
    (found,) = fill_form(replace(FACE, name=card), [stored])
    assert found.name is NameMatch.WHOLE
    assert found.resident.name == register, "as the register has it"


@pytest.mark.parametrize(
    ("card", "register"),
    [("髙橋\u3000花子", "高橋 花子"), ("齋藤\u3000花子", "斎藤 花子"), ("佐藤\u3000花子", "鈴木 花子")],
)
def test_an_old_form_of_a_character_is_a_name_in_part_that_a_person_confirms(card: str, register: str) -> None:
    (found,) = fill_form(replace(FACE, name=card), [replace(HANAKO, name=register)])
    assert (found.name, found.agrees) == (NameMatch.PART, False)


@pytest.mark.parametrize(
    ("card", "register"),
    [
        ("北海道紋別郡西興部村字上興部１２番地の３", "上興部12-3"),
        ("北海道紋別郡西興部村字上興部１２番地の３", "西興部村上興部12番地3"),
        ("上興部１丁目２番３号", "上興部1-2-3"),
        ("上興部１２－３", "上興部12番地の3"),
        ("上興部 １２", "北海道紋別郡西興部村上興部12番地"),
        ("西興部村大字上興部字東１２", "西興部村上興部東12"),
    ],
)
def test_an_address_is_the_same_however_it_is_written(card: str, register: str) -> None:
    (found,) = fill_form(replace(FACE, address=card), [replace(HANAKO, address=register)])
    assert found.address


@pytest.mark.parametrize(
    ("card", "register"),
    [
        ("上興部１１２番地", "12番地"),
        ("上興部１２番地", "上興部13番地"),
        ("上興部１２番地", ""),
        ("上興部１２番地", "12番地の1"),
    ],
)
def test_an_address_that_only_looks_alike_is_another(card: str, register: str) -> None:
    (found,) = fill_form(replace(FACE, address=card), [replace(HANAKO, address=register)])
    assert not found.address


def test_a_birth_that_neither_knows_is_nothing_in_common() -> None:
    (found,) = fill_form(replace(FACE, birth=None), [replace(HANAKO, birth=None)])
    assert not found.birth


@given(st.text(max_size=20), st.text(max_size=40), st.none() | st.dates(), st.text(max_size=20), st.text(max_size=40))
def test_whatever_is_written_every_candidate_has_enough_in_common(
    name: str, address: str, birth: date | None, in_register: str, lives: str
) -> None:
    face = CardFace(name, address, birth, FaceSex.UNKNOWN)
    for one in fill_form(face, [HANAKO, replace(HANAKO, name=in_register, address=lives), STRANGER]):
        assert one.name is NameMatch.WHOLE or (one.birth and (one.address or one.name is NameMatch.PART))
