"""One line says how far a long work has come: renewed on a terminal, only the end elsewhere."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.town import listed
from village_console.__main__ import main
from village_console.cli.progress import progress_line
from village_console.journal.journal import Journal
from village_console.records import drill_clock, open_journal
from village_console.settings import load_settings
from village_console.words import Language, Words

ENGLISH = Words(Language.ENGLISH)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", "en")


@pytest.fixture
def settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A console of 600 facts."""
    assert main(["init", str(tmp_path / "hall"), "--unattended"]) == 0
    path = tmp_path / "hall" / "console.toml"
    read = load_settings(path)
    journal: Journal = open_journal(read, path.parent, drill_clock(read))
    with journal.writing() as draft:
        for n in range(600):
            draft.append(listed(n, 1, f"村 {n}", "ムラ"))
    journal.close()
    capsys.readouterr()
    return path


def test_without_a_terminal_only_the_end_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_line(ENGLISH, "cli.importing") as tell:
        tell(50, 120)
        assert capsys.readouterr().err == ""
        tell(120, 120)
    assert capsys.readouterr().err == "Importing the register  120 / 120\n"


def test_an_end_that_is_told_twice_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_line(ENGLISH, "cli.importing") as tell:
        tell(250, 250)
        tell(250, 250)
    assert capsys.readouterr().err.count("250 / 250") == 1


def test_verifying_tells_how_far_it_has_come(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--settings", str(settings)]) == 0
    said = capsys.readouterr()
    assert said.err == "Checking the record  600 / 600\n"
    assert said.out == "Record of 600 facts: chain and signatures hold\n"


def test_the_journal_tells_more_than_the_end(settings: Path) -> None:
    read = load_settings(settings)
    journal, told = open_journal(read, settings.parent, drill_clock(read)), list[tuple[int, int]]()
    try:
        journal.verify(lambda done, of: told.append((done, of)))
    finally:
        journal.close()
    assert told[0][0] < 600
    assert told[-1] == (600, 600)
    assert told == sorted(told)


def test_on_a_terminal_the_line_is_renewed_and_says_what_is_left() -> None:
    script = """
import time
from village_console.cli.progress import progress_line
from village_console.words import Language, Words
with progress_line(Words(Language.ENGLISH), "cli.importing") as tell:
    for n in range(1, 21):
        tell(n * 10, 200)
        time.sleep(0.05)
print("what comes after")
"""
    shown = on_a_terminal([sys.executable, "-c", script])
    assert len(set(re.findall(r"register  (\d+) / 200", shown))) > 2
    assert re.search(r"/ 200  0:0\d left", shown)
    assert re.search(r"200 / 200\s", shown)
    assert shown.rstrip().endswith("what comes after")
    assert "200 / 200  0:" not in shown


def test_a_dumb_terminal_gets_the_end_only() -> None:
    script = """
from village_console.cli.progress import progress_line
from village_console.words import Language, Words
with progress_line(Words(Language.ENGLISH), "cli.importing") as tell:
    tell(10, 20)
    tell(20, 20)
"""
    assert on_a_terminal([sys.executable, "-c", script], TERM="dumb") == "Importing the register  20 / 20\r\n"


def on_a_terminal(command: list[str], patience: float = 60, **environment: str) -> str:
    """All that a program writes to a terminal of its own."""
    master, slave = pty.openpty()
    variables = os.environ | {"TERM": "xterm", "COLUMNS": "100"} | environment
    program = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=variables)
    os.close(slave)
    shown, deadline = b"", time.monotonic() + patience
    try:
        while time.monotonic() < deadline:
            if select.select([master], [], [], 0.2)[0]:
                try:
                    shown += os.read(master, 65536)
                except OSError:  # the program has gone
                    break
    finally:
        os.close(master)
        program.kill()
        program.wait()
    return shown.decode()
