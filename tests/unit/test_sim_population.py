"""A grown village feels like the village it stands for."""

from collections import Counter
from pathlib import Path

import pytest

from device_sim.places import municipalities_folder
from device_sim.population import Household, Resident, Sex, Village, read_shelters

FOLDER = municipalities_folder() / "015628_nishiokoppe"


@pytest.fixture(scope="module", params=[1, 2, 3])
def village(request: pytest.FixtureRequest) -> Village:
    return Village.grow(FOLDER, request.param)


def age(village: Village, person: Resident) -> int:
    return person.age_on(village.town.register_date)


def ages(village: Village) -> list[int]:
    return [age(village, person) for person in village.residents]


def test_the_village_has_exactly_the_people_and_homes_asked_for(village: Village) -> None:
    assert len(list(village.residents)) == 1000
    assert len(village.households) == 480
    assert len(village.televisions) == 304


def test_about_38_percent_are_65_or_older(village: Village) -> None:
    old = sum(value >= 65 for value in ages(village))
    assert 0.36 <= old / 1000 <= 0.40


def test_children_are_few_but_there(village: Village) -> None:
    children = sum(value < 15 for value in ages(village))
    assert 0.06 <= children / 1000 <= 0.13


def test_nobody_is_older_than_99(village: Village) -> None:
    assert max(ages(village)) <= 99
    assert min(ages(village)) >= 0


def test_women_and_men_are_about_as_many(village: Village) -> None:
    women = sum(person.sex is Sex.WOMAN for person in village.residents)
    assert 0.47 <= women / 1000 <= 0.57


def test_a_quarter_of_the_homes_has_one_person(village: Village) -> None:
    alone = [home for home in village.households if len(home.members) == 1]
    assert 0.24 <= len(alone) / 480 <= 0.26


def test_about_70_elderly_people_live_alone(village: Village) -> None:
    alone = [home.head for home in village.households if len(home.members) == 1]
    assert 65 <= sum(age(village, head) >= 65 for head in alone) <= 75


def test_there_are_old_couples_and_homes_of_three_generations(village: Village) -> None:
    couples = [home for home in village.households if len(home.members) == 2 and is_old_couple(village, home)]
    three = [home for home in village.households if generations(home) == {"child", "head", "parent"}]
    assert len(couples) >= 60
    assert len(three) >= 8
    assert any(person.relation == "孫" for person in village.residents)


def is_old_couple(village: Village, home: Household) -> bool:
    return home.members[1].relation in {"妻", "夫"} and all(age(village, person) >= 65 for person in home.members)


def generations(home: Household) -> set[str]:
    names = {"世帯主": "head", "子": "child", "父": "parent", "母": "parent", "妻の母": "parent"}
    return {names[person.relation] for person in home.members if person.relation in names}


def test_about_8_percent_need_support_and_most_of_them_are_very_old(village: Village) -> None:
    flagged = [age(village, person) for person in village.residents if person.needs_evacuation_support]
    assert 60 <= len(flagged) <= 105
    assert sum(value >= 75 for value in flagged) > 0.85 * len(flagged)


def test_every_settlement_is_lived_in_and_the_largest_is_nishiokoppe_proper(village: Village) -> None:
    homes = Counter(home.settlement for home in village.households)
    assert set(homes) == {settlement.name for settlement in village.town.settlements}
    assert len(homes) == 10
    assert homes.most_common(2)[0][0] == "西興部"
    assert homes.most_common(2)[1][0] == "上興部"


def test_an_address_begins_with_the_settlement_and_is_nobody_elses(village: Village) -> None:
    assert all(home.address.startswith(home.settlement) for home in village.households)
    assert all(home.address.endswith("番地") for home in village.households)
    assert len({home.address for home in village.households}) == 480


def test_telephone_numbers_are_ones_that_nobody_can_have(village: Village) -> None:
    known = [home.telephone for home in village.households if home.telephone]
    assert all(number.startswith("0158-00-") and len(number) == 12 for number in known)
    assert len(known) == len(set(known))
    assert 0.88 <= len(known) / 480 <= 0.98


def test_numbers_of_people_and_homes_are_unique_and_well_formed(village: Village) -> None:
    people = [person.number for person in village.residents]
    assert len(set(people)) == 1000
    assert all(len(number) == 7 and number.isdigit() for number in people)
    assert [home.number for home in village.households[:2]] == ["H0001", "H0002"]


def test_seven_in_ten_hold_a_card_and_no_baby_does(village: Village) -> None:
    by_number = {person.number: person for person in village.residents}
    holders = [by_number[card.resident] for card in village.cards]
    assert 0.68 <= len(holders) / 1000 <= 0.71
    assert all(age(village, holder) >= 1 for holder in holders)
    assert {card.issuer for card in village.cards} == {"VILLAGE-CONSOLE-DRILL"}


def test_card_serials_are_small_hexadecimal_numbers_without_doubles(village: Village) -> None:
    serials = [int(card.serial, 16) for card in village.cards]
    assert len(set(serials)) == len(serials)
    assert all(0x1000 <= serial < 0xF000 for serial in serials)


def test_televisions_stand_in_different_homes_and_are_numbered_from_one(village: Village) -> None:
    assert len({tv.household for tv in village.televisions}) == 304
    assert [tv.device for tv in village.televisions[:2]] == ["stb-0001", "stb-0002"]
    assert round(sum(tv.disaster_consent for tv in village.televisions) / 304, 2) == 0.92


def test_a_television_was_signed_for_by_a_grown_up_of_the_home(village: Village) -> None:
    homes = {home.number: home for home in village.households}
    for tv in village.televisions:
        registrant = next(person for person in homes[tv.household].members if person.number == tv.registrant)
        assert age(village, registrant) >= 20


def test_device_numbers_do_not_follow_household_numbers(village: Village) -> None:
    same = sum(int(tv.device[4:]) == int(tv.household[1:]) for tv in village.televisions)
    assert same < 10


def test_the_same_seed_grows_the_same_village() -> None:
    assert Village.grow(FOLDER, 7) == Village.grow(FOLDER, 7)


def test_another_seed_grows_another_village() -> None:
    assert Village.grow(FOLDER, 7).households != Village.grow(FOLDER, 8).households


def test_more_televisions_do_not_change_who_lives_where() -> None:
    few, many = Village.grow(FOLDER, 7, tv_homes=10), Village.grow(FOLDER, 7, tv_homes=400)
    assert few.households == many.households
    assert few.cards == many.cards


def test_a_small_village_can_be_grown_too() -> None:
    village = Village.grow(FOLDER, 4, residents=100, households=48, tv_homes=20)
    assert len(list(village.residents)) == 100


def test_too_many_people_for_the_homes_are_refused() -> None:
    with pytest.raises(ValueError, match="3000 residents do not fit into 480 households"):
        Village.grow(FOLDER, 1, residents=3000)


def test_the_list_of_shelters_begins_with_the_community_hall() -> None:
    shelters = read_shelters(FOLDER)
    assert (shelters[0].number, shelters[0].name, shelters[0].settlement) == ("S1", "中央公民館", "西興部")
    assert all(20 <= shelter.capacity <= 300 for shelter in shelters)


def test_every_settlement_has_a_shelter(village: Village) -> None:
    assert {shelter.settlement for shelter in read_shelters(FOLDER)} == {s.name for s in village.town.settlements}


def test_the_data_says_that_everybody_is_invented() -> None:
    assert "INVENTED" in Path(FOLDER / "town.toml").read_text(encoding="utf-8")
