"""Names are typical, old and young, and include the characters that break programs."""

from collections import Counter

import pytest

from device_sim.places import municipalities_folder
from device_sim.population import Village
from device_sim.population.names import NameLists

FOLDER = municipalities_folder() / "015628_nishiokoppe"
KATSUSHIKA_WITH_SELECTOR = "葛\U000e0100西"


@pytest.fixture(scope="module", params=[1, 2, 3, 4])
def village(request: pytest.FixtureRequest) -> Village:
    return Village.grow(FOLDER, request.param)


@pytest.mark.parametrize("surname", ["髙橋", "山﨑", "\U00020bb7田", KATSUSHIKA_WITH_SELECTOR])
def test_awkward_surnames_are_always_there(village: Village, surname: str) -> None:
    assert any(person.name.startswith(f"{surname} ") for person in village.residents)


def test_the_plain_forms_of_awkward_surnames_live_in_the_village_too(village: Village) -> None:
    assert any(person.name.startswith("高橋 ") for person in village.residents)


def test_the_longest_name_is_a_dairy_workers(village: Village) -> None:
    worker = next(person for person in village.residents if person.name == "グエン・ティ・ミン・チャウ")
    assert worker.kana == "グエン ティ ミン チャウ"
    home = next(home for home in village.households if worker in home.members)
    assert {person.relation for person in home.members} == {"世帯主", "同居人"}


def test_family_and_given_name_stand_apart_by_a_half_width_space(village: Village) -> None:
    for person in village.residents:
        assert "\u3000" not in person.name + person.kana
        assert person.name.count(" ") == (0 if "・" in person.name else 1)


def test_kana_is_full_width_katakana(village: Village) -> None:
    for person in village.residents:
        assert all("ァ" <= letter <= "ヶ" or letter in " ー" for letter in person.kana), person.kana


def test_some_people_have_the_same_name_but_not_many(village: Village) -> None:
    names = Counter(person.name for person in village.residents)
    doubles = sum(count - 1 for count in names.values())
    assert 5 <= doubles <= 50


def test_names_fit_the_time_of_birth(village: Village) -> None:
    given = {person.name.split(" ")[-1]: person.birth.year for person in village.residents}
    for name, years in {"ハル": (1900, 1937), "陽葵": (2006, 2030), "節子": (1935, 1951)}.items():
        assert name not in given or years[0] <= given[name] <= years[1]


def test_every_year_has_given_names_for_women_and_men() -> None:
    lists = NameLists.load(FOLDER)
    for year in range(1926, 2030):
        assert len({entry.sex for entry in lists.given if year in entry.years}) == 2


def test_no_list_names_anything_twice() -> None:
    lists = NameLists.load(FOLDER)
    assert len({surname.name.written for surname in lists.surnames}) == len(lists.surnames)
    assert len({name.written for name, _ in lists.foreign}) == len(lists.foreign)
