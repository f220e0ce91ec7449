"""`sync stick` and `sync status` as they are typed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.town import listed
from village_console.__main__ import main
from village_console.journal.admission import signed
from village_console.journal.journal import Journal
from village_console.records import open_journal
from village_console.settings import load_settings
from village_console.sync.own import Place, admit_itself, own_word
from village_console.village.clock import Clock
from village_console.words import Language, Words

WORDS = Words(Language.ENGLISH)


class Hall:
    """The folder of a console, worked by commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        assert main(["init", str(folder), "--unattended"]) == 0

    def open(self) -> Journal:
        return open_journal(load_settings(self.folder / "console.toml"), self.folder, Clock())

    def sync(self, *words: object) -> int:
        return main(["sync", *map(str, words), "--settings", str(self.folder / "console.toml")])

    def write(self, count: int) -> None:
        with closing(self.open()) as journal:
            for n in range(count):
                journal.append(listed(n, 1, "佐藤 ハル", "サトウ ハル"))


@pytest.fixture
def halls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[Hall, Hall]:
    """The village's first console with three facts, and one that it has admitted."""
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", "en")
    first, second = Hall(tmp_path / "first"), Hall(tmp_path / "second")
    with closing(first.open()) as one, closing(second.open()) as other:
        admit_itself(one, Place(1, "S0", "？"))
        seed = one.village_seed
        assert seed is not None
        one.say(signed(own_word(other, Place(2, "S2", "school")), seed))
        other.join(one.village, None, [m.admitted for m in one.members().values() if m.admitted])
    first.write(3)
    (tmp_path / "stick").mkdir()
    capsys.readouterr()
    return first, second


def test_a_stick_brings_two_consoles_together(
    halls: tuple[Hall, Hall], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = halls
    stick = tmp_path / "stick"
    assert first.sync("stick", stick) == 0
    (bundle,) = stick.rglob("*.bundle")
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        WORDS.say("sync.came", new=0, known=0),
        WORDS.say("sync.written", count=5, path=bundle, size="0.0"),
    ]
    assert said.err == WORDS.say("cli.sync.writing", done=5, of=5) + "\n"
    assert second.sync("stick", stick) == 0
    said = capsys.readouterr()
    assert said.out.startswith(WORDS.say("sync.came", new=5, known=0) + "\n")
    assert WORDS.say("cli.sync.reading", done=2, of=2) in said.err
    assert second.sync("stick", stick) == 0
    assert WORDS.say("sync.nothing_to_write") in capsys.readouterr().out
    with closing(first.open()) as one, closing(second.open()) as other:
        assert one.have() == other.have()


def test_status_tells_who_is_known_until_when(
    halls: tuple[Hall, Hall], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = halls
    assert first.sync("status") == 0
    never = capsys.readouterr().out
    assert never.startswith("No. 2  school  ")
    assert WORDS.say("sync.never_heard") in never
    second.sync("stick", tmp_path / "stick")
    first.sync("stick", tmp_path / "stick")
    capsys.readouterr()
    assert first.sync("status") == 0
    heard = capsys.readouterr().out
    assert "known until 20" in heard
    assert WORDS.say("sync.way.stick") in heard


def test_a_console_alone_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", "en")
    hall = Hall(tmp_path / "hall")
    capsys.readouterr()
    assert hall.sync("status") == 0
    assert capsys.readouterr().out == WORDS.say("sync.alone") + "\n"


def test_a_stranger_is_told_what_to_do_and_writes_nothing(
    halls: tuple[Hall, Hall], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path / "stick"
    halls[0].sync("stick", stick)
    stranger = Hall(tmp_path / "stranger")
    capsys.readouterr()
    before = sorted(stick.rglob("*"))
    assert stranger.sync("stick", stick) == 1
    assert capsys.readouterr().err == WORDS.say("sync.refused.other_village", path=stick) + "\n"
    assert sorted(stick.rglob("*")) == before


def test_a_damaged_bundle_is_named_with_what_to_do_and_status_1(
    halls: tuple[Hall, Hall], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = halls
    first.sync("stick", tmp_path / "stick")
    (bundle,) = (tmp_path / "stick").rglob("*.bundle")
    bundle.write_bytes(bundle.read_bytes()[:-1])
    capsys.readouterr()
    assert second.sync("stick", tmp_path / "stick") == 1
    assert WORDS.say("sync.unfit.damaged", name=f"{bundle.parent.name}/{bundle.name}") in capsys.readouterr().err


def test_no_stick_is_two_lines_and_status_1(
    halls: tuple[Hall, Hall], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"
    assert halls[0].sync("stick", nowhere) == 1
    what, do = WORDS.explain("E721", {"path": nowhere})
    assert capsys.readouterr().err == f"E721  {what}\n      {do}\n"


def test_without_a_place_it_tells_where_sticks_are(
    halls: tuple[Hall, Hall], capsys: pytest.CaptureFixture[str]
) -> None:
    assert halls[0].sync("stick") == 1
    assert capsys.readouterr().err.startswith(WORDS.say("sync.which") + "\n  ")


@pytest.mark.parametrize("verb", ["stick", "status"])
def test_an_open_desk_is_said(
    halls: tuple[Hall, Hall], tmp_path: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [verb, tmp_path / "stick"] if verb == "stick" else [verb]
    with closing(halls[0].open()):
        assert halls[0].sync(*words) == 1
    assert capsys.readouterr().err.startswith("E103")
