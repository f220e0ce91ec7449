"""The command line: every declared command has its work, its words and its help; wrong words leave with 2."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from village_console.__main__ import main
from village_console.cli.command import Command
from village_console.cli.declared import COMMANDS
from village_console.cli.parser import parser_of
from village_console.words import Language, Words

NAMES = [command.name for command in COMMANDS]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", "en")


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A console that was made just now."""
    assert main(["init", str(tmp_path / "hall"), "--unattended"]) == 0
    capsys.readouterr()
    return tmp_path / "hall"


def left_with(arguments: list[str]) -> object:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return left.value.code


def test_no_two_commands_share_a_name() -> None:
    assert sorted(set(NAMES)) == sorted(NAMES)


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_command_has_its_work_in_a_file_of_its_own(command: Command) -> None:
    work = command.work
    assert work.__name__ == "run"
    assert [other.name for other in COMMANDS if other.work is work] == [command.name]


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
@pytest.mark.parametrize("language", Language)
def test_help_has_examples_every_argument_and_the_exit_statuses(
    command: Command, language: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", language.value)
    monkeypatch.setenv("COLUMNS", "300")
    assert left_with([command.name, "--help"]) == 0
    shown, words = " ".join(capsys.readouterr().out.split()), Words(language)
    assert f"village-console {command.name}" in shown.partition(words.say(f"cli.{command.name}.about"))[2]  # an example
    assert [a.name for a in command.arguments if " ".join(a.help(command.name, words).split()) not in shown] == []
    assert " ".join(words.say("cli.statuses").split()) in shown
    assert words.say("cli.timing") in shown


def test_the_help_of_the_whole_lists_every_command_in_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(["--help"]) == 0
    listed = re.findall(r"^    (\w+)  ", capsys.readouterr().out, re.MULTILINE)
    assert listed == NAMES


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["dance"],
        ["desk"],
        ["drill", "nishiokoppe-evening", "--speed", "0"],
        ["drill", "nishiokoppe-evening", "--speed", "fast"],
        ["drill", "nishiokoppe-evening", "--lang", "fr"],
        ["broker", "config", "--listen", "localhost"],
        ["broker", "config", "--listen", ":1883"],
        ["broker", "config", "--listen", "localhost:70000"],
        ["broker", "dance"],
    ],
)
def test_wrong_words_are_answered_with_the_usage_and_status_2(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_with(wrong) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("usage: village-console")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(["--version"]) == 0
    assert capsys.readouterr().out == f"village-console {version('village-console')}\n"


def test_a_breakage_is_two_lines_and_status_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "console.toml").write_text("nonsense", "utf-8")
    assert main(["verify", "--settings", str(folder / "console.toml")]) == 1
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 2)
    assert "Traceback" not in said.err


def test_ctrl_c_leaves_with_130(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("village_console.cli.verify.run", interrupted)
    assert main(["verify", "--settings", str(folder / "console.toml")]) == 130


def test_an_option_of_every_command_may_stand_before_and_behind_its_name(folder: Path) -> None:
    parser = parser_of(COMMANDS, Words())
    settings = ["--settings", str(folder / "console.toml")]
    for arguments in (["--timing", "verify", *settings], ["verify", *settings, "--timing"]):
        assert parser.parse_args(arguments).timing is True
    assert "timing" not in parser.parse_args(["verify", *settings])


def test_a_speed_is_a_number_of_the_drill(capsys: pytest.CaptureFixture[str]) -> None:
    options: argparse.Namespace = parser_of(COMMANDS, Words()).parse_args(["drill", "x", "--speed", "60"])
    assert (options.speed, options.unplug, options.lang) == (60.0, 0, None)
    assert left_with(["drill", "x", "--speed", "1001"]) == 2
    assert "0 < speed <= 1000" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["init", "import", "verify"])
def test_a_command_loads_nothing_of_the_others(command: str) -> None:
    script = """
import sys
from village_console.cli.declared import COMMANDS
{c.name: c for c in COMMANDS}[sys.argv[1]].work
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script, command], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "village_console.cli.command" in loaded
    assert {name for name in loaded if name.partition(".")[0] in ("textual", "paho", "pandas", "PIL")} == set()
    assert not loaded & {"village_console.drill", "village_console.tui.app", "village_console.doctor.rounds"}
