"""Who lives together fits together."""

from itertools import pairwise

import pytest

from device_sim.places import municipalities_folder
from device_sim.population import Household, Resident, Sex, Village

FOLDER = municipalities_folder() / "015628_nishiokoppe"
SEEDS = range(1, 9)


@pytest.fixture(scope="module", params=SEEDS)
def village(request: pytest.FixtureRequest) -> Village:
    return Village.grow(FOLDER, request.param)


def age(village: Village, person: Resident) -> int:
    return person.age_on(village.town.register_date)


def of(home: Household, *relations: str) -> list[Resident]:
    return [person for person in home.members if person.relation in relations]


def test_every_home_has_one_head_and_names_the_head_first(village: Village) -> None:
    for home in village.households:
        assert of(home, "世帯主") == [home.members[0]]
        assert home.head is home.members[0]


def test_a_head_is_grown_up(village: Village) -> None:
    assert all(age(village, home.head) >= 20 for home in village.households)


def test_husband_and_wife_are_of_about_the_same_age(village: Village) -> None:
    for home in village.households:
        for spouse in of(home, "妻", "夫"):
            assert abs(age(village, spouse) - age(village, home.head)) <= 8
            assert spouse.sex is home.head.sex.other


def test_nobody_has_two_spouses(village: Village) -> None:
    assert all(len(of(home, "妻", "夫")) <= 1 for home in village.households)


def test_parents_are_20_years_older_than_their_children_at_least(village: Village) -> None:
    for home in village.households:
        for child in of(home, "子"):
            for parent in of(home, "世帯主", "妻", "夫"):
                assert 20 <= age(village, parent) - age(village, child) <= 50


def test_father_and_mother_are_a_generation_older_than_the_head(village: Village) -> None:
    for home in village.households:
        for parent in of(home, "父", "母"):
            assert 20 <= age(village, parent) - age(village, home.head) <= 45


def test_grandchildren_are_younger_than_their_parents(village: Village) -> None:
    for home in village.households:
        for grandchild in of(home, "孫"):
            parents = of(home, "子", "子の妻", "子の夫")
            assert parents
            assert all(age(village, parent) - age(village, grandchild) >= 20 for parent in parents)


def test_the_words_for_relations_fit_the_sex(village: Village) -> None:
    women, men = {"妻", "母", "妻の母", "子の妻"}, {"夫", "父", "子の夫"}
    for person in village.residents:
        assert person.relation not in (men if person.sex is Sex.WOMAN else women)


def test_brothers_and_sisters_are_not_born_within_nine_months(village: Village) -> None:
    for home in village.households:
        births = sorted(person.birth for person in of(home, "子"))
        assert all((later - earlier).days > 270 for earlier, later in pairwise(births))


def test_no_child_lives_without_a_grown_up(village: Village) -> None:
    assert all(max(age(village, person) for person in home.members) >= 20 for home in village.households)


def test_the_home_shares_a_surname_apart_from_a_wifes_mother_and_workers_from_abroad(village: Village) -> None:
    for home in village.households:
        if of(home, "同居人"):
            continue
        surnames = {person.name.split(" ")[0] for person in home.members if person.relation != "妻の母"}
        assert len(surnames) == 1


def test_no_two_people_of_a_home_have_the_same_name(village: Village) -> None:
    for home in village.households:
        assert len({person.name for person in home.members}) == len(home.members)


def test_date_of_birth_and_age_agree(village: Village) -> None:
    day = village.town.register_date
    assert all(person.birth <= day for person in village.residents)
