"""The files a town would give hold what the village holds, to the last character."""

import csv
from pathlib import Path

import pytest

from device_sim.places import municipalities_folder
from device_sim.population import Village
from device_sim.population.registers import CARDS, RESIDENTS, TELEVISIONS, table, write_registers, write_whole

FOLDER = municipalities_folder() / "015628_nishiokoppe"


@pytest.fixture(scope="module")
def village() -> Village:
    return Village.grow(FOLDER, 1)


@pytest.fixture(scope="module")
def town(village: Village, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drill") / "town"
    write_registers(village, folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_headers_are_those_of_the_wire_contract(town: Path) -> None:
    named = "住民番号 世帯番号 氏名 氏名カナ 生年月日 性別 続柄 集落 住所 電話番号 要支援"
    assert " ".join(rows(town / "residents.csv")[0]) == named
    assert " ".join(RESIDENTS) == named
    assert tuple(rows(town / "televisions.csv")[0]) == TELEVISIONS
    assert tuple(rows(town / "cards.csv")[0]) == CARDS


def test_the_files_begin_with_a_byte_order_mark_and_end_lines_as_rfc_4180_says(town: Path) -> None:
    for name in ("residents.csv", "televisions.csv", "cards.csv"):
        content = (town / name).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == content.count(b"\r\n")
        assert content.endswith(b"\r\n")


def test_every_resident_comes_back_as_written(village: Village, town: Path) -> None:
    homes = {person.number: home for home in village.households for person in home.members}
    people = {person.number: person for person in village.residents}
    read = rows(town / "residents.csv")
    assert len(read) == 1000
    for row in read:
        person, home = people[row["住民番号"]], homes[row["住民番号"]]
        assert (row["氏名"], row["氏名カナ"]) == (person.name, person.kana)
        assert (row["生年月日"], row["性別"]) == (person.birth.isoformat(), person.sex)
        assert (row["世帯番号"], row["続柄"], row["集落"]) == (home.number, person.relation, home.settlement)
        assert (row["住所"], row["電話番号"]) == (home.address, home.telephone)
        assert row["要支援"] == ("1" if person.needs_evacuation_support else "")


def test_a_character_beyond_the_basic_plane_and_a_variation_selector_survive(town: Path) -> None:
    names = [row["氏名"] for row in rows(town / "residents.csv")]
    assert any(name.startswith("\U00020bb7田 ") for name in names)
    assert any(name.startswith("葛\U000e0100西 ") for name in names)


def test_every_television_and_card_comes_back_as_written(village: Village, town: Path) -> None:
    assert [tuple(row.values()) for row in rows(town / "televisions.csv")] == [
        (tv.device, tv.household, tv.registrant, "あり" if tv.disaster_consent else "なし")
        for tv in village.televisions
    ]
    assert [tuple(row.values()) for row in rows(town / "cards.csv")] == [
        (card.resident, "my_number", card.issuer, card.serial) for card in village.cards
    ]


def test_a_value_with_a_comma_or_a_quote_is_quoted() -> None:
    assert table(("甲", "乙"), [("あ,い", 'う"え')]) == '\ufeff甲,乙\r\n"あ,い","う""え"\r\n'.encode()


def test_a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["cards.csv"]
