"""A new console is whole, says what every key means, and harms nothing that is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from village_console.__main__ import main
from village_console.init import FILES, NewConsole, console_toml, make_console
from village_console.settings import Devices, Mode, Screen, Settings, Site, Sync, load_settings
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words

HALL = NewConsole("015628", "S1", '中央 "公民館"')


def keys(structs: Iterable[type[msgspec.Struct]]) -> set[str]:
    return {field.name for struct in structs for field in msgspec.structs.fields(struct)}


def test_a_new_console_is_real_and_has_no_device(tmp_path: Path) -> None:
    path = make_console(tmp_path / "hall", HALL, Words())
    assert path is not None
    assert path == tmp_path / "hall" / "console.toml"
    found = load_settings(path)
    assert found.site == Site("015628", "S1", '中央 "公民館"')
    assert (found.mode.run_mode, found.mode.world, found.mode.title) == (RunMode.REAL, World.PHYSICAL, "")
    assert found.devices == Devices()
    assert found.drill is None


def test_settings_and_key_are_for_their_owner_alone_and_the_journal_is_there(tmp_path: Path) -> None:
    path = make_console(tmp_path, HALL, Words())
    assert path is not None
    assert [(tmp_path / name).stat().st_mode & 0o077 for name in ("console.toml", "journal.key")] == [0, 0]
    assert (tmp_path / "journal.db").exists()
    assert main(["verify", "--settings", str(path)]) == 0


@pytest.mark.parametrize("language", Language)
def test_every_key_is_there_with_a_sentence_above_it(language: Language) -> None:
    lines = console_toml(HALL, 2026, Words(language)).splitlines()
    found = {line.split(" = ")[0]: lines[n - 1] for n, line in enumerate(lines) if " = " in line and line[0] != "#"}
    tables = [Site, Mode, Devices, Screen, Sync]
    assert set(found) == keys(tables) | {"language"} == keys([*tables, Settings]) - {
        "site", "mode", "devices", "drill", "screen", "sync",
    }  # fmt: skip
    assert all(re.match("# ..", comment) for comment in found.values())


@pytest.mark.parametrize("there", FILES)
def test_nothing_is_written_where_a_console_is_already(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    assert make_console(tmp_path, HALL, Words()) is None
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {there: "mine"}


def test_the_command_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall = str(tmp_path / "hall")
    assert main(["init", hall, "--municipality", "015628", "--shelter", "S1", "--name", "公民館"]) == 0
    assert f"village-console doctor --settings {hall}/console.toml" in capsys.readouterr().out
    assert main(["init", hall]) == 1
    assert hall in capsys.readouterr().err
    assert load_settings(tmp_path / "hall" / "console.toml").site.shelter_name == "公民館"


def test_a_console_that_nobody_unlocks_says_what_that_means(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "hall"), "--unattended"]) == 0
    assert Words().say("init.unattended", key=tmp_path / "hall" / "journal.key") in capsys.readouterr().out
    assert not (tmp_path / "hall" / "journal.keys").exists()


def test_a_passphrase_from_a_file_locks_the_console_and_the_sheet_opens_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, given = tmp_path / "hall", tmp_path / "passphrase.txt"
    given.write_text("hisoka komatsuna okitsuku kawa\n", "utf-8")
    assert main(["init", str(folder), "--passphrase-file", str(given)]) == 0
    said = capsys.readouterr().out
    assert Words().say("init.locked") in said
    assert not (folder / "journal.key").exists()
    assert (folder / "journal.keys").stat().st_mode & 0o077 == 0
    numbered = dict(re.findall(r"(\d+) ([ぁ-ゖ]+)", said))
    typed = tmp_path / "typed.txt"
    typed.write_text(" ".join(numbered[str(n)] for n in range(1, 25)), "utf-8")
    for way in (given, typed):
        assert main(["keys", "test", "--settings", str(folder / "console.toml"), "--unlock-file", str(way)]) == 0


def test_a_weak_passphrase_makes_no_console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "passphrase.txt"
    given.write_text("1234", "utf-8")
    assert main(["init", str(tmp_path / "hall"), "--passphrase-file", str(given)]) == 1
    assert Words().say("unlock.too_few_words") in capsys.readouterr().err
    assert not (tmp_path / "hall").exists()


def test_without_names_there_are_placeholders(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "hall")]) == 0
    assert load_settings(tmp_path / "hall" / "console.toml").site == Site("000000", "S0", "？")
