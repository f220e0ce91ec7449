"""A Ctrl-C that comes while a class is being made by exec(), as dataclasses make theirs, is answered as any other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONSOLE = """
import argparse, sys
from village_console import __main__ as console

def parser_of(*_):
    exec("raise KeyboardInterrupt")

console.parser_of = parser_of
sys.exit(console.main(["drill"]))
"""
SIMULATOR = """
import argparse, sys
from device_sim import __main__ as simulator

def run(_):
    exec("raise KeyboardInterrupt")

class Parser:
    def parse_args(self, _):
        return argparse.Namespace(run=run)

simulator.parser = Parser
sys.exit(simulator.main([]))
"""


@pytest.mark.parametrize("program", [CONSOLE, SIMULATOR], ids=["console", "simulator"])
def test_an_interrupt_within_exec_ends_with_130_and_not_by_the_signal(tmp_path: Path, program: str) -> None:
    (tmp_path / "interrupted.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 130, done.stderr.decode()
    assert b"Traceback" not in done.stderr
