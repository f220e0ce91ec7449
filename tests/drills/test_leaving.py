"""Ctrl-C at any time, and calls with a slip: nothing is lost, nothing is left running, the sentence says what to do."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import HEARING_CTRL_C
from village_console.places import data_folder

pytestmark = [pytest.mark.drill, pytest.mark.timeout(120)]

CONSOLE = [sys.executable, "-m", "village_console"]


def children_of(folder: Path) -> list[str]:
    """Processes that name a drill's folder on their command line."""
    found: list[str] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if str(folder) in line:
                found.append(line)
    return found


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.5, 12.0])
def test_ctrl_c_ends_everything_and_the_journal_stays_whole(tmp_path: Path, seconds: float) -> None:
    folder = tmp_path / "drill"
    command = [
        *HEARING_CTRL_C,
        *CONSOLE,
        "drill",
        "nishiokoppe-evening",
        "--headless",
        "--speed",
        "60",
        "--out",
        str(folder),
    ]
    drill = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(seconds)
    os.killpg(drill.pid, signal.SIGINT)
    _, errors = drill.communicate(timeout=20)
    assert drill.returncode == 130, errors.decode()
    assert b"Traceback" not in errors
    deadline = time.monotonic() + 5
    while children_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children_of(folder) == []
    if (folder / "console.toml").exists() and (folder / "journal.db").exists():
        check = subprocess.run(
            [*CONSOLE, "verify", "--settings", str(folder / "console.toml")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert check.returncode == 0, check.stderr


def test_an_unknown_scenario_names_those_that_there_are() -> None:
    done = subprocess.run([*CONSOLE, "drill", "nishiokope"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "E404" in done.stderr
    assert "nishiokoppe-evening" in done.stderr


@pytest.mark.parametrize(
    ("slip", "sentence"),
    [
        (("seed = 1", "sede = 1"), 'unknown key "sede" in [drill]; did you mean "seed"?'),
        (('act = "order"', 'act = "ordre"'), 'did you mean "order"?'),
    ],
)
def test_a_typo_in_a_scenario_names_file_line_key_and_what_was_meant(
    tmp_path: Path, slip: tuple[str, str], sentence: str
) -> None:
    folder = data_folder() / "scenarios"
    path = folder / "typo-of-a-test.toml"
    path.write_text((folder / "nishiokoppe-evening.toml").read_text("utf-8").replace(*slip, 1), "utf-8")
    try:
        done = subprocess.run(
            [*CONSOLE, "drill", path.stem, "--headless", "--out", str(tmp_path / "drill")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        path.unlink()
    assert done.returncode == 1
    assert re.search(r"E406 .*typo-of-a-test\.toml:\d+: ", done.stderr)
    assert sentence in done.stderr


def test_a_folder_with_an_earlier_drill_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"earlier")
    done = subprocess.run(
        [*CONSOLE, "drill", "nishiokoppe-evening", "--headless", "--out", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "E405" in done.stderr
    assert (tmp_path / "journal.db").read_bytes() == b"earlier"


@pytest.mark.parametrize("words", [["drill", "x", "--speed", "0"], ["drill", "x", "--seed", "one"], [], ["dril"]])
def test_wrong_words_end_with_two_and_say_how_it_is_called(words: list[str]) -> None:
    done = subprocess.run([*CONSOLE, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage: village-console" in done.stderr


@pytest.mark.parametrize("command", ["drill", "desk", "import", "verify"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = subprocess.run([*CONSOLE, command, "--help"], capture_output=True, text=True, check=True)
    assert f"village-console {command}" in done.stdout.split("例:")[1]
