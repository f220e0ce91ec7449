"""Whole drills, played once and looked at by many tests."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SCENARIO = "nishiokoppe-evening"
CONSOLE = [sys.executable, "-m", "village_console"]
MINUTES = 240


@dataclass(frozen=True, slots=True)
class Played:
    """A drill that has ended."""

    folder: Path
    status: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads((self.folder / "report.json").read_text("utf-8"))

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / name).read_text("utf-8").splitlines()]


def play(folder: Path, *options: str, scenario: str = SCENARIO) -> Played:
    """Play a drill, the evening's if nothing is said, without a screen."""
    command = [
        *CONSOLE,
        "drill",
        scenario,
        "--headless",
        "--speed",
        "60",
        "--seed",
        "1",
        "--out",
        str(folder),
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES, check=False)
    return Played(folder, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The evening drill."""
    return play(tmp_path_factory.mktemp("evening") / "drill")


@pytest.fixture(scope="session")
def unplugged(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The same drill with three kill -9 of the console in the running queue."""
    return play(tmp_path_factory.mktemp("unplugged") / "drill", "--unplug", "3")
