"""`--timing` says where the time went: on stderr, at the end, every stretch once."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from village_console.__main__ import main
from village_console.village import timing
from village_console.words import Language, sentences

LINE = re.compile(r" *(\d+) ms  (.+)")


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", "en")
    timing.forget()
    yield
    timing.forget()


def lines_of(text: str) -> list[tuple[int, str]]:
    return [(int(found[1]), found[2]) for line in text.splitlines() if (found := LINE.fullmatch(line))]


def word(name: str) -> str:
    return sentences(Language.ENGLISH)[f"timing.{name}"]


def test_a_stretch_ends_where_the_next_begins() -> None:
    begun = time.perf_counter()
    timing.mark("start")
    timing.mark("work")
    (first, one), (second, two) = timing.stretches(begun)
    assert (first, second) == ("start", "work")
    assert 0 <= one < 1
    assert 0 <= two < 1
    assert one + two <= time.perf_counter() - begun


def test_only_the_first_of_a_name_counts() -> None:
    for name in ("start", "first_paint", "start", "first_paint"):
        timing.mark(name)
    assert [name for name, _ in timing.stretches(0.0)] == ["start", "first_paint"]


def test_a_process_was_born_before_it_can_ask() -> None:
    script = "import time; time.sleep(0.2); from village_console.village.timing import born; print(time.perf_counter() - born())"
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    age = float(done.stdout)
    assert 0.2 <= age <= time.perf_counter() - begun + 0.02


def test_a_command_tells_its_stretches_at_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "hall"), "--unattended", "--timing"]) == 0
    said = capsys.readouterr()
    assert lines_of(said.out) == []
    assert [name for _, name in lines_of(said.err)] == [word("start"), word("imports"), word("work")]
    assert main(["verify", "--settings", str(tmp_path / "hall" / "console.toml"), "--timing"]) == 0
    names = [name for _, name in lines_of(capsys.readouterr().err)]
    assert names == [word("start"), word("imports"), word("journal"), word("work")]


def test_a_command_that_breaks_tells_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--settings", str(tmp_path / "none.toml"), "--timing"]) == 1
    assert [name for _, name in lines_of(capsys.readouterr().err)][-1] == word("work")


def test_nobody_is_told_who_did_not_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "hall"), "--unattended"]) == 0
    assert " ms " not in capsys.readouterr().err


def test_every_mark_in_the_code_has_its_word() -> None:
    root = Path(timing.__file__).parents[1]
    marks = {name for path in root.rglob("*.py") for name in re.findall(r'\bmark\("(\w+)"\)', path.read_text("utf-8"))}
    words = {key.removeprefix("timing.") for key in sentences(Language.ENGLISH) if key.startswith("timing.")}
    assert marks == words
