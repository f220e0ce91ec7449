"""Do 1,000 events a second from 1,000 televisions reach the disk, at what cost of CPU, and is a row lost after kill -9?"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.measured import MS, Measured
from village_console.children import free_ports
from village_console.drill_broker import start_broker

RATE = 1000.0
DEVICES = 1000
GENERATORS = 2
SECONDS = 8.0
ROUNDS = 2
KILLS = 2
ALL_HEARD = 60.0
"""Seconds until what the broker still holds must have arrived."""
_PEERS = Path(__file__).with_name("peers")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one way of collecting under load."""

    sent: int
    offered: float
    """Events a second that the broker took from the devices."""
    rows: int
    rate: float
    """Rows a second from the first event to the last row."""
    cpu: float
    """Milliseconds of the collecting process for a row."""


class Collecting:
    """A collector in a process of its own."""

    def __init__(self, way: str, port: int, folder: Path) -> None:
        """Start; it is subscribed soon."""
        self._command = [sys.executable, str(_PEERS / "collect.py"), way, str(port), str(folder)]
        self._start()
        self.ask()
        time.sleep(0.5)

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self) -> tuple[int, float]:
        """How many rows it holds, and the seconds of CPU that it has used."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return int(told["rows"]), float(told["cpu"])

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def again(self) -> None:
        """Die without a word, and start anew on the same file and session."""
        self.kill()
        self._start()


class Village:
    """Devices in processes of their own, connected and waiting for the word."""

    def __init__(self, port: int, boot: str) -> None:
        """Connect every device."""
        each = DEVICES // GENERATORS
        self._parts = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.peers.village_speaks", str(port), str(each),
                 str(RATE / GENERATORS), str(SECONDS), str(1 + n * each), boot],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for n in range(GENERATORS)
        ]  # fmt: skip
        for part in self._parts:
            assert part.stdout is not None
            if part.stdout.readline() != "connected\n":
                raise RuntimeError("the devices could not connect")

    def speak(self) -> None:
        """Begin."""
        for part in self._parts:
            assert part.stdin is not None
            part.stdin.write("\n")
            part.stdin.flush()

    def said(self) -> tuple[int, float]:
        """Events that the broker has acknowledged, and the seconds that took; waits for the end."""
        ends = [part.communicate(timeout=180)[0].split() for part in self._parts]
        return sum(int(end[0]) for end in ends), max(float(end[1]) for end in ends)


def measure() -> list[Measured]:
    """Rate, CPU for a row, and rows lost."""
    loads: dict[str, list[Load]] = {"ours": [], "discard": [], "commit_each": []}
    for n in range(ROUNDS):
        for way, found in loads.items():
            with _broker() as (port, folder):
                found.append(_under_load(way, port, folder, f"{n:08x}"))
    lost: dict[str, tuple[int, int]] = {}
    for way in ("ours", "commit_each"):
        with _broker() as (port, folder):
            lost[way] = _killed(way, port, folder)
    return [*_figures(loads), _lost(lost)]


@contextmanager
def _broker() -> Generator[tuple[int, Path]]:
    """The broker as a drill configures it, new for every run: it keeps nothing of the one before."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as children:
        port = free_ports(1)[0]
        start_broker(Path(name), f"127.0.0.1:{port}", children)
        yield port, Path(name)


def _under_load(way: str, port: int, folder: Path, boot: str) -> Load:
    village, collecting = Village(port, boot), Collecting(way, port, folder)
    try:
        rows_before, cpu_before = collecting.ask()
        begun = time.monotonic()
        village.speak()
        sent, took = village.said()
        rows = _wait_for(collecting, rows_before, sent)
        seconds = time.monotonic() - begun
        _, cpu = collecting.ask()
    finally:
        collecting.kill()
    return Load(sent, sent / took, rows, rows / seconds, (cpu - cpu_before) * MS / max(1, rows))


def _killed(way: str, port: int, folder: Path) -> tuple[int, int]:
    """Rows lost of how many that the broker had acknowledged, with the collector killed in the middle."""
    village, collecting = Village(port, "0000dead"), Collecting(way, port, folder)
    try:
        village.speak()
        for _ in range(KILLS):
            time.sleep(SECONDS / (KILLS + 1))
            collecting.again()
        sent, _ = village.said()
        rows = _wait_for(collecting, 0, sent)
    finally:
        collecting.kill()
    return sent - rows, sent


def _wait_for(collecting: Collecting, before: int, sent: int) -> int:
    """Rows that have arrived when all have, or when none has come for long."""
    until = time.monotonic() + ALL_HEARD
    while (rows := collecting.ask()[0] - before) < sent and time.monotonic() < until:
        time.sleep(0.05)
    return rows


def _figures(loads: dict[str, list[Load]]) -> list[Measured]:
    rate = {way: median(load.rate for load in found) for way, found in loads.items()}
    cpu = {way: median(load.cpu for load in found) for way, found in loads.items()}
    offered = median(load.offered for found in loads.values() for load in found)
    setting = f"{DEVICES:,} devices, {RATE:,.0f} events/s wanted, {offered:,.0f} taken by nats-server (sync always)"
    return [
        Measured(
            "ingest_rate", rate["ours"], rate["commit_each"], "rows/s",
            f"durable rows from the first event to the last; peer: a commit for every message; discard loop"
            f" {rate['discard']:,.0f}; {setting}",
        ),
        Measured(
            "ingest_cpu", cpu["ours"], cpu["discard"], "ms/row",
            f"CPU of the collecting process for a row; peer: paho discard loop; a commit for every message"
            f" {cpu['commit_each']:.2f}; {setting}",
        ),
    ]  # fmt: skip


def _lost(lost: dict[str, tuple[int, int]]) -> Measured:
    (ours, sent), (peer, of) = lost["ours"], lost["commit_each"]
    note = (
        f"events that the broker had acknowledged and that are in no row after {KILLS} kills -9 of the collector"
        f" ({sent:,} and {of:,} sent); peer: a commit for every message; goal 0"
    )
    return Measured("ingest_lost", ours, peer, "rows", note)
