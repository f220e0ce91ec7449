"""A skip is a skip on somebody's laptop, and a failure in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

@pytest.mark.skipif(True, reason="no such part")
def test_that_a_mark_skips(): ...

@pytest.fixture
def part():
    pytest.skip("no such part")

def test_that_a_fixture_skips(part): ...

def test_that_skips_itself():
    pytest.skip("no such part")

@pytest.mark.xfail(reason="known")
def test_that_is_expected_to_fail():
    assert False

def test_that_runs(): ...
"""


def run_tests(folder: Path, ci: str) -> str:
    (folder / "test_some.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.skips", "-c", os.devnull, str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"CI": ci}, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout


def test_in_ci_a_test_that_is_skipped_has_failed_and_says_why(tmp_path: Path) -> None:
    said = run_tests(tmp_path, "true")
    assert said.count("not run in CI, where everything has to run: Skipped: no such part") == 3
    assert "1 failed, 1 passed, 1 xfailed, 2 errors" in said


@pytest.mark.parametrize("ci", ["", "false"])
def test_elsewhere_it_is_skipped(tmp_path: Path, ci: str) -> None:
    assert "1 passed, 3 skipped, 1 xfailed" in run_tests(tmp_path, ci)
