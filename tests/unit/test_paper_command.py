"""`paper` as somebody types it: a PDF where they said, its hash, and the record of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.a4_papers import text_of
from tests.town import resident_row, write_csv
from village_console.__main__ import main
from village_console.journal.key_file import read_or_make_key
from village_console.paperwork.facts import PaperIssued
from village_console.records import drill_clock, open_journal
from village_console.settings import load_settings
from village_console.shelter.facts import Path as Way
from village_console.shelter.receive import Desk, receive
from village_console.village.ids import ShelterId, resident_id

SETTINGS = """
[site]
municipality = "015628"
shelter = "S1"
shelter_name = "公民館"
[mode]
run_mode = "real"
world = "physical"
incident = "flood"
"""
Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "hall"
    folder.mkdir()
    (folder / "console.toml").write_text(SETTINGS, "utf-8")
    read_or_make_key(folder / "journal.key")
    town = tmp_path / "town"
    town.mkdir()
    write_csv(
        town / "residents.csv",
        [resident_row("0000001", 氏名="佐藤 ハル"), resident_row("0000002", 氏名="葛\U000e01ef西 健")],
    )
    assert main(["import", str(town), "--settings", str(folder / "console.toml")]) == 0
    settings = load_settings(folder / "console.toml")
    with closing(open_journal(settings, folder, drill_clock(settings))) as journal:
        receive(journal, Desk(ShelterId("S1"), 1), [resident_id("015628", f"000000{n}") for n in (1, 2)], Way.CARD)
    return folder


def paper(folder: Path, *said: str) -> int:
    return main(["paper", *said, "--settings", str(folder / "console.toml")])


def issued(folder: Path) -> list[PaperIssued]:
    settings = load_settings(folder / "console.toml")
    with closing(open_journal(settings, folder, drill_clock(settings))) as journal:
        return [recorded.fact for recorded in journal.last_of(PaperIssued, 9)]


def test_a_roster_as_a_pdf_where_one_said(folder: Path, tmp_path: Path, capsys: Output) -> None:
    capsys.readouterr()
    out = tmp_path / "roster.pdf"
    assert paper(folder, "roster", "--order", "household", "--out", str(out)) == 0
    said = capsys.readouterr()
    (fact,) = issued(folder)
    assert fact.sha256 in said.out
    assert "印刷は されていません" in said.out
    assert (fact.people, fact.gaps) == (2, 1)
    assert said.err.splitlines() == ["字形なし  U+845B U+E01EF  S1-0002"]
    text = text_of(out)
    assert "佐藤 ハル" in text
    assert "訓練" not in text


def test_without_a_place_it_is_kept_beside_the_settings(folder: Path) -> None:
    assert paper(folder, "sheet", "--blank", "3") == 0
    (kept,) = (folder / "papers").iterdir()
    assert kept.name.startswith("sheet-")
    assert text_of(kept).count("いっしょに避難した") == 3


def test_the_sheet_of_a_person(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    assert paper(folder, "sheet", "--person", "0000001", "--out", str(out)) == 0
    assert "佐藤 ハル" in text_of(out)


@pytest.mark.parametrize(
    ("said", "answer"),
    [(("stranded",), "まだ 指示が ありません"), (("sheet", "--person", "X"), "X という方は いません")],
)
def test_what_cannot_be_laid_out_is_a_sentence_and_no_record(
    said: tuple[str, ...], answer: str, folder: Path, capsys: Output
) -> None:
    assert paper(folder, *said) == 1
    assert answer in capsys.readouterr().err
    assert issued(folder) == []


@pytest.mark.parametrize("count", ["0", "201", "x", "-1"])
def test_a_count_of_sheets_that_makes_no_sense_is_refused(count: str, folder: Path) -> None:
    with pytest.raises(SystemExit) as left:
        paper(folder, "sheet", f"--blank={count}")
    assert left.value.code == 2
    assert issued(folder) == []


def test_a_place_that_does_not_exist_is_a_numbered_error(folder: Path, tmp_path: Path, capsys: Output) -> None:
    assert paper(folder, "roster", "--out", str(tmp_path / "none" / "roster.pdf")) == 1
    assert "E604" in capsys.readouterr().err
