"""`sync` on the command line: a stick carried between two consoles, and who is known until when."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.town import listed
from village_console.__main__ import main
from village_console.children import free_ports
from village_console.cli import sync as cli_sync
from village_console.init import NewConsole, make_console
from village_console.journal.keys.printed import code_words, new_code
from village_console.records import open_journal
from village_console.settings import load_settings
from village_console.sync.desk import SyncDesk
from village_console.sync.discovery import Finder, OpenWindow
from village_console.sync.own import Place
from village_console.village.clock import Clock
from village_console.village.ids import ARCHIVE
from village_console.words import Words


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two consoles of one village, the second let in by the first; their settings."""
    stick, code, found = tmp_path / "stick", new_code(), list[Path]()
    stick.mkdir()
    for number, (shelter, name) in enumerate((("S1", "中央公民館"), ("S2", "小学校")), start=1):
        path = make_console(tmp_path / shelter, NewConsole("015628", shelter, name), Words())
        assert path is not None
        path.write_text(path.read_text("utf-8").replace("console = 1", f"console = {number}"), "utf-8")
        found.append(path)
    journals = [open_journal(load_settings(path), path.parent, Clock()) for path in found]
    hall, school = (
        SyncDesk(journal, Place(n, f"S{n}", name))
        for n, (journal, name) in enumerate(zip(journals, ("中央公民館", "小学校"), strict=True), start=1)
    )
    assert school.ask(stick, code) is None
    assert hall.let_in(stick, hall.asking(stick)[0], code, may_admit=False) is None
    school.answered(stick, code)
    journals[0].append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    for journal in journals:
        journal.close()
    return found[0], found[1]


def test_a_stick_brings_what_the_other_wrote_and_status_tells_until_when(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall, school = map(str, two)
    for settings in (hall, school, hall):
        assert main(["sync", "stick", str(tmp_path / "stick"), "--settings", settings]) == 0
    said = capsys.readouterr().out
    assert "件 受け取り" in said
    assert main(["sync", "status", "--settings", school]) == 0
    told = capsys.readouterr().out
    assert "1番 中央公民館" in told
    assert "こちらに 届いていない分 0" in told


def test_a_stick_of_another_village_is_refused_whole_with_its_reason(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_console(tmp_path / "other", NewConsole("015628", "S9", "よその 村"), Words())
    assert other is not None
    assert main(["sync", "stick", str(tmp_path / "stick"), "--settings", str(two[0])]) == 0
    capsys.readouterr()
    before = sorted(path.name for path in (tmp_path / "stick").rglob("*.bundle"))
    assert main(["sync", "stick", str(tmp_path / "stick"), "--settings", str(other)]) == 1
    assert "別の村" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "stick").rglob("*.bundle")) == before


def test_no_stick_is_a_sentence_and_no_folder_a_usage(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", "stick", str(tmp_path / "nowhere"), "--settings", str(two[0])]) == 1
    assert "E721" in capsys.readouterr().err
    assert main(["sync", "stick", "--settings", str(two[0])]) == 2


def test_no_desk_is_opened_where_an_archive_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = make_console(tmp_path / "archive", NewConsole("015628", ARCHIVE, "役場"), Words())
    assert main(["desk", "--headless", "--settings", str(settings)]) == 1
    assert "E776" in capsys.readouterr().err


def hears(monkeypatch: pytest.MonkeyPatch, found: list[OpenWindow]) -> None:
    """The network tells of these anchors."""

    def told(_finder: Finder) -> list[OpenWindow]:
        return found

    def nothing(_finder: Finder) -> None: ...

    monkeypatch.setattr(Finder, "start", nothing)
    monkeypatch.setattr(Finder, "windows", told)


def test_whom_nobody_lets_in_is_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = str(make_console(tmp_path / "S1", NewConsole("015628", "S1", "中央公民館"), Words()))
    monkeypatch.setattr(cli_sync, "FOUND_WITHIN", 0.0)
    hears(monkeypatch, [])
    assert main(["sync", "join", "--settings", settings]) == 1
    assert "--at" in capsys.readouterr().err
    nobody = f"127.0.0.1:{free_ports(1)[0]}"
    for typed, sentence in (("", ""), (" ".join(code_words(new_code(), "japanese")), "返事が ありません")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert main(["sync", "join", "--at", nobody, "--settings", settings]) == 1
        assert sentence in capsys.readouterr().err


def test_of_several_anchors_one_has_to_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = str(make_console(tmp_path / "S1", NewConsole("015628", "S1", "中央公民館"), Words()))
    found = [
        OpenWindow(((f"192.168.1.{n}", 4477),), n, name, same_purpose=n < 3)
        for n, name in enumerate(("公民館", "小学校", "役場"), 1)
    ]
    hears(monkeypatch, found)
    assert main(["sync", "join", "--settings", settings]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[1:] == [
        "1番 公民館  192.168.1.1:4477", "2番 小学校  192.168.1.2:4477", "3番 役場  192.168.1.3:4477  別の用",
        Words().say("cli.sync.several"),
    ]  # fmt: skip
