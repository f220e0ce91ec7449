"""The command line: help, slips of the finger, exit codes, what goes to stdout."""

from __future__ import annotations

import io
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from device_sim.__main__ import main
from device_sim.drill.player import Status
from device_sim.drill.progress import progress
from tests.small_drill import lay_out, truth

COMMANDS = (
    (),
    ("drill",),
    ("drill", "prepare"),
    ("drill", "play"),
    ("drill", "score"),
    ("card",),
    ("card", "my-number"),
    ("tv",),
    ("printer",),
)
Capture = pytest.CaptureFixture[str]
EVENING = "nishiokoppe-evening"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_helps_with_an_example(command: tuple[str, ...], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    assert "  device-sim " in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "",
        "dril",
        "drill prepair x --out y",
        "drill prepare nishiokoppe-evening",
        "drill prepare nishiokoppe-evening --seed -1 --out y",
        "drill play nishiokoppe-evening --speed 0 --out y",
        "drill play nishiokoppe-evening --speed 2000 --out y",
        "drill play nishiokoppe-evening --speed fast --out y",
        "drill score",
        "card my-number --person 1 --town t --slot nowhere",
        "tv --broker 127.0.0.1:1883 --homes 0",
        "printer --port 99999 --out y",
    ],
)
def test_a_slip_of_the_finger_is_told_and_ends_with_2(line: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main(line.split())
    assert left.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "error:" in said.err


def test_a_scenario_that_is_not_there_ends_with_2_and_says_what_is(tmp_path: Path, capsys: Capture) -> None:
    assert main(["drill", "prepare", "nishiokope-evening", "--out", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("device-sim: ")
    assert "nishiokoppe-evening" in said.err


def test_a_folder_is_prepared(tmp_path: Path, capsys: Capture) -> None:
    assert main(["drill", "prepare", EVENING, "--seed", "1", "--out", str(tmp_path)]) == 0
    assert "1000 residents in 480 households" in capsys.readouterr().out
    assert (tmp_path / "truth.jsonl").exists()
    assert (tmp_path / "town" / "cards.csv").exists()


@pytest.mark.parametrize("verb", ["play", "score"])
def test_an_empty_folder_is_one_sentence_and_1(tmp_path: Path, verb: str, capsys: Capture) -> None:
    where = [str(tmp_path)] if verb == "score" else [EVENING, "--out", str(tmp_path)]
    assert main(["drill", verb, *where]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "is missing" in said.err


def test_a_folder_of_another_scenario_is_not_played(tmp_path: Path, capsys: Capture) -> None:
    lay_out(tmp_path, truth())
    assert main(["drill", "play", EVENING, "--out", str(tmp_path)]) == 1
    assert '"小さな訓練"' in capsys.readouterr().err


def test_a_card_without_a_reader_ends_with_1(tmp_path: Path, capsys: Capture) -> None:
    wires = lay_out(tmp_path, truth())
    town = str(tmp_path / "town")
    assert main(["card", "my-number", "--person", "0000001", "--town", town, "--slot", wires["slot"]]) == 1
    assert "no card reader listens" in capsys.readouterr().err


def test_a_card_that_nobody_asks_anything_ends_with_1(tmp_path: Path, capsys: Capture) -> None:
    lay_out(tmp_path, truth())
    with socket.create_server(("127.0.0.1", 0)) as slot:
        where = f"127.0.0.1:{slot.getsockname()[1]}"
        command = ["card", "my-number", "--person", "0000001", "--town", str(tmp_path / "town"), "--slot", where]
        assert main([*command, "--hold", "0.1"]) == 1
    assert "asked it nothing" in capsys.readouterr().err


def test_a_printer_keeps_papers_until_its_time_is_over(tmp_path: Path, capsys: Capture) -> None:
    assert main(["printer", "--port", "0", "--out", str(tmp_path / "papers"), "--seconds", "0.1"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("0 papers in")
    assert "listens at 127.0.0.1:" in said.err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_drill_ends_within_two_seconds_with_130(tmp_path: Path, how: signal.Signals) -> None:
    lay_out(tmp_path, truth())
    scenario = [sys.executable, "-c", WAITING, str(tmp_path)]
    with subprocess.Popen(scenario, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == "waiting\n"
        time.sleep(0.3)
        before = time.monotonic()
        child.send_signal(how)
        assert child.wait(5) == 130
        assert time.monotonic() - before < 2
        assert child.stderr.read().endswith("device-sim: interrupted\n")


WAITING = """
import sys
from device_sim import __main__ as cli
from device_sim.drill import commands
from device_sim.drill.play import Play
Play.demand = lambda *_: None
print("waiting", flush=True)
sys.exit(cli.main(["drill", "play", "nishiokoppe-evening", "--out", sys.argv[1]]))
"""
"""Plays the small drill, for which no console will ever come."""


def test_progress_is_a_line_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    status = Status(datetime.fromisoformat("2026-11-03T18:12:30+09:00"), 84, 318, 80, 4)
    with progress(lambda: status, out):
        pass
    assert out.getvalue() == "18:12:30 arrived 84/318, checked in 80, queue 4\n"
