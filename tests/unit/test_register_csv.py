"""A town's files are read as towns write them; what is put right is reported, what is wrong is named with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.town import MUNICIPALITY, card_row, home, person, resident_row, write_csv
from village_console.register.csv_table import Repair, RepairReport, read_table
from village_console.register.facts import ResidentListed, Sex
from village_console.register.import_register import read_cards, read_residents
from village_console.register.tokens import card_token, serial_bytes
from village_console.village.errors import TownFileIsWrongError
from village_console.village.ids import ResidentId

KEY = b"k" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "residents.csv"


def anything(_kind: str) -> bool:
    """A town that may make a token of every card."""
    return True


def read(path: Path) -> tuple[list[ResidentListed], list[Repair]]:
    report = RepairReport()
    return read_residents(path, MUNICIPALITY, report), report.repairs


def problem_of(path: Path) -> dict[str, Any]:
    """What reading a file of residents is refused with."""
    with pytest.raises(TownFileIsWrongError) as refused:
        read(path)
    return refused.value.values


def test_a_line_becomes_a_fact(path: Path) -> None:
    write_csv(path, [resident_row(要支援="1", 電話番号="0158-00-1811")])
    facts, repairs = read(path)
    assert facts == [
        ResidentListed(
            subject=person(1), household=home(1), number="0000001", name="佐藤 正一", kana="サトウ ショウイチ",
            birth=date(1942, 5, 3), sex=Sex.MALE, relation="世帯主", settlement="上興部", address="上興部12番地",
            phone="0158-00-1811", needs_evacuation_support=True,
        )
    ]  # fmt: skip
    assert repairs == []


def test_columns_are_found_by_name_in_any_order(path: Path, tmp_path: Path) -> None:
    row, other = resident_row(), tmp_path / "other.csv"
    write_csv(path, [row])
    write_csv(other, [dict(reversed(row.items()))])
    assert path.read_text("utf-8") != other.read_text("utf-8")
    assert read(path)[0] == read(other)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_any_encoding_that_towns_use_is_read(path: Path, encoding: str) -> None:
    write_csv(path, [resident_row(氏名="髙橋 﨑男")], encoding)
    assert [fact.name for fact in read(path)[0]] == ["髙橋 﨑男"]


def test_a_name_is_kept_as_it_is_written(path: Path) -> None:
    names = ["葛\U000e0100西 トシ", "神\u3000\ufa19", "が\u304b\u3099", "𠮷田 清"]
    write_csv(path, [resident_row(f"{n:07d}", 氏名=name) for n, name in enumerate(names, start=1)])
    assert [fact.name for fact in read(path)[0]] == names


def test_full_width_headers_and_spaces_around_cells_do_no_harm(path: Path) -> None:
    write_csv(path, [{f" {column} ": f" {value} " for column, value in resident_row().items()}])
    assert read(path)[0][0].name == "佐藤 正一"


def test_empty_lines_are_passed_over(path: Path) -> None:
    write_csv(path, [resident_row()])
    path.write_text(path.read_text("utf-8") + "\n,,,,\n", "utf-8")
    assert len(read(path)[0]) == 1


def test_columns_that_nobody_needs_may_be_absent_or_there(path: Path) -> None:
    short = {column: value for column, value in resident_row().items() if column not in {"住所", "電話番号", "要支援"}}
    write_csv(path, [short | {"備考": "何か"}])
    (fact,) = read(path)[0]
    assert (fact.address, fact.phone, fact.needs_evacuation_support) == ("", "", False)


@pytest.mark.parametrize(("given", "meant"), [("123", "0000123"), ("0000123", "0000123"), ("１２３", "0000123")])
def test_leading_zeros_that_a_spreadsheet_lost_come_back(path: Path, given: str, meant: str) -> None:
    write_csv(path, [resident_row(given)])
    facts, repairs = read(path)
    assert [fact.number for fact in facts] == [meant]
    assert repairs == ([] if given == meant else [Repair("residents.csv", 2, "leading_zeros", given, meant)])


def test_kana_in_another_form_is_put_right_and_reported(path: Path) -> None:
    write_csv(path, [resident_row(氏名カナ="ｻﾄｳ しょういち")])
    facts, repairs = read(path)
    assert facts[0].kana == "サトウ ショウイチ"
    assert repairs == [Repair("residents.csv", 2, "kana_form", "ｻﾄｳ しょういち", "サトウ ショウイチ")]


@pytest.mark.parametrize("given", ["不詳", "S17.2.30", "1942", "H99"])
def test_a_birth_date_that_cannot_be_read_is_unknown_and_reported(path: Path, given: str) -> None:
    write_csv(path, [resident_row(生年月日=given)])
    facts, repairs = read(path)
    assert facts[0].birth is None
    assert repairs == [Repair("residents.csv", 2, "birth_unknown", given, "")]


def test_a_birth_date_that_is_not_given_is_unknown_and_needs_no_report(path: Path) -> None:
    write_csv(path, [resident_row(生年月日="")])
    facts, repairs = read(path)
    assert (facts[0].birth, repairs) == (None, [])


def test_a_sex_that_cannot_be_read_is_unknown_and_reported(path: Path) -> None:
    write_csv(path, [resident_row(性別="?"), resident_row("0000002", 性別="")])
    facts, repairs = read(path)
    assert [fact.sex for fact in facts] == [Sex.UNKNOWN, Sex.UNKNOWN]
    assert repairs == [Repair("residents.csv", 2, "sex_unknown", "?", "")]


@pytest.mark.parametrize(
    ("column", "written", "near"),
    [("氏名カナ", "氏名カタカナ", "氏名カタカナ"), ("住民番号", "住民票番号", "住民票番号"), ("集落", "ほか", "")],
)
def test_a_missing_column_names_the_one_that_was_probably_meant(
    path: Path, column: str, written: str, near: str
) -> None:
    write_csv(path, [{written if name == column else name: value for name, value in resident_row().items()}])
    assert problem_of(path) == {
        "path": "residents.csv", "line": 1, "problem": "missing_column", "column": column, "found": near,
    }  # fmt: skip


def test_a_number_that_stands_twice_names_both_lines(path: Path) -> None:
    write_csv(path, [resident_row("0000001"), resident_row("0000002"), resident_row("1")])
    assert problem_of(path) == {
        "path": "residents.csv", "line": 4, "problem": "number_twice", "found": "0000001", "first": 2,
    }  # fmt: skip


@pytest.mark.parametrize("column", ["氏名", "世帯番号", "集落"])
def test_a_cell_that_must_not_be_empty_is_named_with_its_line(path: Path, column: str) -> None:
    write_csv(path, [resident_row(), resident_row("0000002", **{column: " "})])
    assert problem_of(path) == {"path": "residents.csv", "line": 3, "problem": "empty_cell", "column": column}


@pytest.mark.parametrize("given", ["", "12a", "H1", "-1"])
def test_a_register_number_that_is_none_is_named_with_its_line(path: Path, given: str) -> None:
    write_csv(path, [resident_row(given)])
    assert problem_of(path) == {
        "path": "residents.csv", "line": 2, "problem": "not_a_number", "column": "住民番号", "found": given,
    }  # fmt: skip


def test_a_line_with_more_cells_than_headers_is_refused(path: Path) -> None:
    write_csv(path, [resident_row()])
    path.write_text(path.read_text("utf-8").rstrip() + ",何か,また\n", "utf-8")
    assert problem_of(path) == {"path": "residents.csv", "line": 2, "problem": "too_many_cells", "found": 13}


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    assert problem_of(path) == {"path": "residents.csv", "line": 0, "problem": "no_file"}


def test_a_file_that_is_not_text_is_named(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04\x81 \x81 ")
    assert problem_of(path) == {"path": "residents.csv", "line": 0, "problem": "not_text"}


def test_an_empty_file_lacks_its_first_column(path: Path) -> None:
    path.write_bytes(b"")
    assert problem_of(path)["problem"] == "missing_column"


def test_a_quote_that_is_never_closed_swallows_nobody(path: Path) -> None:
    row = resident_row() | {"備考": "電話は昼"}
    write_csv(path, [row, row | {"住民番号": "0000002"}, row | {"住民番号": "0000003"}])
    path.write_text(path.read_text("utf-8").replace("電話は昼", '"電話は昼', 1), "utf-8")
    with pytest.raises(TownFileIsWrongError) as broken:
        read(path)
    assert (broken.value.values["problem"], broken.value.values["line"]) == ("broken_quote", 2)


def test_a_line_gives_an_absent_column_as_empty(path: Path) -> None:
    path.write_text("氏名,集落\n佐藤\n", "utf-8")
    (line,) = read_table(path, ["氏名"])
    assert (line["氏名"], line["集落"], line["住所"]) == ("佐藤", "", "")


def test_a_card_is_bound_to_its_resident_by_a_token(tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    write_csv(path, [card_row("0000001", 0x0123_4567)])
    (fact,) = read_cards(path, MUNICIPALITY, KEY, {person(1)}, RepairReport(), anything)
    token = card_token(KEY, "my_number", "VILLAGE-CONSOLE-DRILL", serial_bytes(0x0123_4567))
    assert (fact.subject, fact.resident, fact.kind) == (f"card:{token}", person(1), "my_number")


def test_a_card_of_nobody_is_left_out_and_reported(tmp_path: Path) -> None:
    path, report = tmp_path / "cards.csv", RepairReport()
    write_csv(path, [card_row("0000001", 5), card_row("0000002", 6)])
    bound = read_cards(path, MUNICIPALITY, KEY, {person(1)}, report, anything)
    assert [fact.resident for fact in bound] == [person(1)]
    assert report.repairs == [Repair("cards.csv", 3, "card_of_nobody", "0000002", "")]


def test_a_card_that_may_be_no_token_is_left_out_before_its_number_is_read(tmp_path: Path) -> None:
    path, report = tmp_path / "cards.csv", RepairReport()
    write_csv(path, [card_row("0000001", 5) | {"シリアル番号": "not even a number"}])
    assert read_cards(path, MUNICIPALITY, KEY, {person(1)}, report, lambda kind: kind != "my_number") == []
    assert report.repairs == [Repair("cards.csv", 2, "card_without_ground", "my_number", "")]


def test_a_serial_that_is_no_hex_number_is_named_with_its_line(tmp_path: Path) -> None:
    path, nobody = tmp_path / "cards.csv", set[ResidentId]()
    write_csv(path, [card_row("0000001", 5) | {"シリアル番号": "xyz"}])
    with pytest.raises(TownFileIsWrongError) as refused:
        read_cards(path, MUNICIPALITY, KEY, nobody | {person(1)}, RepairReport(), anything)
    assert refused.value.values == {
        "path": "cards.csv", "line": 2, "problem": "not_a_number", "column": "シリアル番号", "found": "xyz",
    }  # fmt: skip
