"""`erase`, `incident`, `wipe`, `looks`, `why` and `report` as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.town import card_row, resident_row, write_csv
from village_console.__main__ import main
from village_console.cli.declared import moment
from village_console.cli.record import on_its_day
from village_console.journal.journal import Journal
from village_console.journal.key_file import read_or_make_key
from village_console.journal.undo import take_back
from village_console.records import drill_clock, open_journal
from village_console.register.rows import Resident
from village_console.settings import load_settings
from village_console.shelter.facts import Path as Way
from village_console.shelter.receive import Desk, receive
from village_console.village.ids import Operator, ShelterId, resident_id

SETTINGS = """
[site]
municipality = "015628"
shelter = "S1"
shelter_name = "公民館"
[devices]
token_ground = "条例 第3条"

[mode]
run_mode = "{mode}"
world = "physical"
incident = "flood"
"""
HARU, KEN = resident_id("015628", "0000001"), resident_id("015628", "0000002")
Output = pytest.CaptureFixture[str]
Run = Callable[..., int]


@pytest.fixture
def mode() -> str:
    return "real"


@pytest.fixture
def folder(tmp_path: Path, mode: str) -> Path:
    """A console with two residents, Haru received by card and then by mistake taken back and received again."""
    folder = tmp_path / "hall"
    folder.mkdir()
    (folder / "console.toml").write_text(SETTINGS.format(mode=mode), "utf-8")
    read_or_make_key(folder / "journal.key")
    town = tmp_path / "town"
    town.mkdir()
    haru = resident_row("0000001", 氏名="佐藤 ハル", 氏名カナ="サトウ ハル")
    ken = resident_row("0000002", 氏名="佐藤 健", 氏名カナ="サトウ ケン")
    write_csv(town / "residents.csv", [haru, ken])
    write_csv(town / "cards.csv", [card_row("0000001", 1)])
    assert main(["import", str(town), "--settings", str(folder / "console.toml")]) == 0
    with closing(opened(folder)) as journal:
        desk = Desk(ShelterId("S1"), 1)
        (first,) = receive(journal, desk, [HARU], Way.CARD)
        assert first.fact is not None
        take_back(journal, first.fact, "slip", Operator("tanaka"))
        receive(journal, desk, [HARU], Way.NAME)
    return folder


@pytest.fixture
def run(folder: Path, capsys: Output) -> Run:
    """Type a command for this console."""
    capsys.readouterr()

    def typed(*said: str) -> int:
        return main([*said, "--settings", str(folder / "console.toml")])

    return typed


def opened(folder: Path) -> Journal:
    settings = load_settings(folder / "console.toml")
    return open_journal(settings, folder, drill_clock(settings))


def looked(folder: Path) -> list[tuple[str, str]]:
    with closing(opened(folder)) as journal:
        return [(look.act, look.about) for look in journal.looks()]


# why, report


def test_why_tells_every_fact_with_what_became_of_it(run: Run, capsys: Output) -> None:
    assert run("why", "S1-0002") == 0
    lines = capsys.readouterr().out.splitlines()
    told = [line.split("  ", 2)[1:] for line in lines[1::2]]
    assert told == [
        ["有効", "台帳に ある  佐藤 ハル  昭和17年5月3日  上興部"],
        ["有効", "カード（my_number）が この方の ものになった"],
        ["取消", "S1 で 受け付けた  S1-0001（カード）"],
        ["有効", "取り消し  slip"],
        ["有効", "S1 で 受け付けた  S1-0002（名前）"],
    ]
    assert "    tanaka  この端末  " in lines[8]
    assert "    名乗りなし  この端末  " in lines[2]


@pytest.mark.parametrize("what", ["S1-0002", "0000001", "H0001", HARU, "household:015628/H0001"])
def test_why_takes_whatever_a_person_has_in_hand(run: Run, capsys: Output, what: str) -> None:
    assert run("why", what) == 0
    assert "S1-0002（名前）" in capsys.readouterr().out


def test_why_of_nothing_says_what_can_be_asked(run: Run, capsys: Output, folder: Path) -> None:
    assert run("why", "S1-9999") == 1
    assert "S1-9999 の記録は ありません" in capsys.readouterr().err
    assert looked(folder) == []


def test_why_is_a_look_at_the_person(run: Run, folder: Path) -> None:
    run("why", "S1-0002")
    assert looked(folder) == [("opened", HARU)]


def test_why_as_of_a_moment_before_knows_nothing(run: Run, capsys: Output) -> None:
    assert run("why", HARU, "--as-of", "2020-01-01T00:00") == 1
    assert capsys.readouterr().out == ""


def test_the_roster_now_and_before(run: Run, capsys: Output, folder: Path) -> None:
    assert run("report", "roster") == 0
    now = capsys.readouterr().out
    assert ("S1-0002  佐藤 ハル" in now, "1人  1世帯" in now) == (True, True)
    assert run("report", "roster", "--as-of", "2020-01-01T00:00") == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["0人  0世帯"]
    assert [act for act, _ in looked(folder)] == ["opened", "opened"]


def test_the_board_without_an_order_says_so(run: Run, capsys: Output) -> None:
    assert run("report", "stranded") == 0
    assert "避難指示は 出ていません" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "latest", "found"),
    [
        ("19:30", "2026-11-03T20:00", "2026-11-03T19:30"),
        ("19:30:15", "2026-11-03T18:50", "2026-11-03T19:30:15"),
        ("23:30", "2026-11-04T01:00", "2026-11-03T23:30"),
        ("2026-11-01T08:00", "2026-11-04T01:00", "2026-11-01T08:00"),
        ("2026-11-01 08:00", "2026-11-04T01:00", "2026-11-01T08:00"),
    ],
)
def test_a_time_of_the_day_is_of_the_nearer_day(said: str, latest: str, found: str) -> None:
    last, wanted = moment(latest), moment(found)
    assert on_its_day(moment(said), last) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["25:00", "half past seven", ""])
def test_what_is_no_time_is_refused_with_an_example(run: Run, capsys: Output, said: str) -> None:
    with pytest.raises(SystemExit) as left:
        run("why", HARU, "--as-of", said)
    assert left.value.code == 2
    assert "19:30" in capsys.readouterr().err


# looks


def test_looks_are_counted_by_operator_and_act(run: Run, capsys: Output, folder: Path) -> None:
    with closing(opened(folder)) as journal:
        for about in ("a", "b"):
            journal.note_look("opened", about, Operator("tanaka"))
        journal.note_look("printed", "roster of 1")
    assert run("looks") == 0
    lines = [line.rpartition("  最後 ")[0] or line for line in capsys.readouterr().out.splitlines()]
    assert lines == ["名乗りなし  開いた  1回", "名乗りなし  印刷  1回", "tanaka  開いた  2回", "全部で 4回"]
    assert run("looks", "--by", "tanaka", "--list") == 0
    assert [line.split("  ")[-2:] for line in capsys.readouterr().out.splitlines()[:-1]] == [
        ["開いた", "a"],
        ["開いた", "b"],
    ]


def test_looks_since_a_moment_to_come_are_none(run: Run, capsys: Output) -> None:
    assert run("looks", "--since", "2999-01-01T00:00") == 0
    assert capsys.readouterr().out == "全部で 0回\n"


# erase


def test_erasing_says_what_went_and_what_is_out_of_reach(run: Run, capsys: Output, folder: Path) -> None:
    assert run("incident", "export") == 0
    (folder / "journal.db.aside-1").touch()
    capsys.readouterr()
    assert run("erase", "--person", "0000001") == 0
    out = capsys.readouterr().out
    assert f"消しました  {HARU}  記録の番号 1  カード 1枚" in out
    assert "書き出し  flood.jsonl 6" in out
    assert "journal.db.aside-1" in out
    with closing(opened(folder)) as journal:
        assert list(journal.rows.all(Resident)) == [KEN]
    assert run("verify") == 0


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("--person", "0009999"), "記録は ありません"),
        (("--person", "0000002"), "--why に 言ってください"),
        (("--person", "0000001", "--why", "佐藤さんの求め"), "名前が 入っています"),
    ],
)
def test_what_is_not_erased_is_refused_with_its_reason(
    run: Run, capsys: Output, folder: Path, said: tuple[str, ...], why: str
) -> None:
    assert run("erase", *said) == 1
    assert why in capsys.readouterr().err
    with closing(opened(folder)) as journal:
        assert len(journal.rows.all(Resident)) == 2


# incident


def test_an_incident_from_export_to_nobody(run: Run, capsys: Output, folder: Path, tmp_path: Path) -> None:
    assert run("incident", "close") == 1
    assert "incident export" in capsys.readouterr().err
    (folder / "televisions.db").touch()
    out = tmp_path / "record.jsonl"
    assert run("incident", "export", "--out", str(out)) == 0
    assert {json.loads(line)["fact"].get("name") for line in out.read_text("utf-8").splitlines()} >= {"佐藤 ハル"}
    assert run("incident", "close", "--days", "2") == 0
    assert run("incident", "anonymise") == 1
    assert "あと 2日" in capsys.readouterr().err
    assert run("incident", "status") == 0
    assert "あと 2日" in capsys.readouterr().out
    assert run("incident", "reopen", "--why", "また 雨") == 0
    assert run("incident", "export", "--out", str(out)) == 0
    assert run("incident", "close", "--days", "0") == 0
    assert run("incident", "anonymise") == 0
    assert not (folder / "televisions.db").exists()
    capsys.readouterr()
    assert run("report", "roster") == 0
    assert "うち 名前を消した方 1人" in capsys.readouterr().out
    assert run("incident", "status") == 0
    assert "匿名に しました" in capsys.readouterr().out


def test_days_are_a_number_of_days(run: Run) -> None:
    with pytest.raises(SystemExit) as left:
        run("incident", "close", "--days", "-3")
    assert left.value.code == 2


# wipe


def test_a_real_record_is_not_wiped(run: Run, capsys: Output, folder: Path) -> None:
    assert run("wipe", "--name", "flood") == 1
    assert "本番の 記録は 消せません" in capsys.readouterr().err
    assert (folder / "journal.db").exists()


@pytest.mark.parametrize("mode", ["drill"])
def test_a_drill_is_wiped_by_its_name(run: Run, capsys: Output, folder: Path) -> None:
    assert run("wipe", "--name", "fire") == 1
    assert (folder / "journal.db").exists()
    assert run("wipe", "--name", "flood") == 0
    assert [path.name for path in folder.iterdir()] == ["console.toml"]
    assert "残っているもの  console.toml" in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["drill"])
def test_without_a_terminal_and_a_name_nothing_is_wiped(run: Run, folder: Path) -> None:
    assert run("wipe") == 1
    assert (folder / "journal.db").exists()


def test_a_real_record_behind_settings_that_were_changed_to_a_drill_is_not_wiped(
    run: Run, capsys: Output, folder: Path
) -> None:
    (folder / "console.toml").write_text(SETTINGS.format(mode="drill"), "utf-8")
    assert run("wipe", "--name", "flood") == 1
    assert "E203" in capsys.readouterr().err
    assert (folder / "journal.db").exists()
