"""Events from 1,000 televisions at 100, 1,000 and 5,000 a second: how long until the last is on disk, and what a row costs.

Peer: Node-RED with its SQLite node where VILLAGE_NODE_RED names the folder into which npm has installed both; else the
script that one would write first, a commit for every message.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.ingest import Collecting
from tests.benchmarks.measured import MS, Measured
from village_console.broker_config import IN_FLIGHT, QUEUED
from village_console.children import free_ports
from village_console.drill_broker import mosquitto

RATES = (100, 1_000, 5_000)
DEVICES = 1_000
SECONDS = 8.0
ALL_HEARD = 90.0
"""Seconds until what the broker still holds must have arrived."""
_PEERS = Path(__file__).with_name("peers")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one way at one rate."""

    sent: int
    offered: float
    rows: int
    lag: float
    """Seconds from the last acknowledgement to the last row."""
    cpu: float
    """Milliseconds of the collecting process for a row."""


class NodeRed:
    """Node-RED as a person would set it up: MQTT in, a function, SQLite."""

    def __init__(self, port: int, folder: Path, home: Path) -> None:
        """Start; it is subscribed when its table is there."""
        self._db = folder / "node-red.db"
        user = folder / "user"
        user.mkdir()
        (user / "node_modules").symlink_to(home / "node_modules")
        shutil.copy(home / "package.json", user / "package.json")
        flows = (
            (_PEERS / "flows.json.in").read_text("utf-8").replace("@PORT@", str(port)).replace("@DB@", str(self._db))
        )
        (user / "flows.json").write_text(flows, "utf-8")
        program = home / "node_modules" / ".bin" / "node-red"
        with (folder / "node-red.log").open("wb") as log:
            command = [str(program), "--userDir", str(user), "--port", str(free_ports(1)[0]), "flows.json"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while self._rows() is None:
            if time.monotonic() > until:
                raise RuntimeError((folder / "node-red.log").read_text("utf-8"))
            time.sleep(0.2)
        time.sleep(2)

    def ask(self) -> tuple[int, float]:
        """How many rows it holds, and the seconds of CPU that it has used."""
        used = Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return self._rows() or 0, (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def _rows(self) -> int | None:
        try:
            with closing(sqlite3.connect(f"file:{self._db}?mode=ro", uri=True)) as table:
                return int(table.execute("SELECT count(*) FROM events").fetchone()[0])
        except sqlite3.OperationalError:
            return None


def measure() -> list[Measured]:
    """Lag and CPU for every rate."""
    home = os.environ.get("VILLAGE_NODE_RED")
    peer = "node_red" if home else "commit_each"
    found: list[Measured] = []
    for rate in RATES:
        loads = {way: _under_load(way, rate, Path(home or ".")) for way in ("ours", peer)}
        found += _figures(rate, loads["ours"], loads[peer], peer)
    return found


def _under_load(way: str, rate: int, home: Path) -> Load:
    with _broker() as (port, folder):
        collecting = NodeRed(port, folder, home) if way == "node_red" else Collecting(way, port, folder)
        pour = subprocess.Popen(
            [sys.executable, str(_PEERS / "pour.py"), str(port), str(DEVICES), str(rate), str(SECONDS), "0000000a"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert pour.stdout is not None
            assert pour.stdout.readline() == "connected\n"
            _, cpu_before = collecting.ask()
            sent, took = pour.communicate("\n", timeout=180)[0].split()
            ended = time.monotonic()
            while (rows := collecting.ask()[0]) < int(sent) and time.monotonic() - ended < ALL_HEARD:
                time.sleep(0.05)
            lag, (_, cpu) = time.monotonic() - ended, collecting.ask()
        finally:
            collecting.kill()
            pour.kill()
        return Load(int(sent), int(sent) / float(took), rows, lag, (cpu - cpu_before) * MS / max(1, rows))


@contextmanager
def _broker() -> Generator[tuple[int, Path]]:
    """Mosquitto with the village's queues; nobody logs in on the loopback."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        port, folder = free_ports(1)[0], Path(name)
        (folder / "conf").write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages {QUEUED}\n"
            f"max_inflight_messages {IN_FLIGHT}\nset_tcp_nodelay true\nuser root\n",
            "utf-8",
        )
        broker = subprocess.Popen([mosquitto(), "-c", str(folder / "conf")], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        try:
            yield port, folder
        finally:
            broker.kill()
            broker.wait()


def _figures(rate: int, ours: Load, peer: Load, name: str) -> list[Measured]:
    of = f"{DEVICES:,} devices, {ours.offered:,.0f} and {peer.offered:,.0f} events/s taken by Mosquitto; peer: {name}"
    lost = f"rows {ours.rows:,} of {ours.sent:,}, peer {peer.rows:,} of {peer.sent:,}"
    return [
        Measured(f"ingest_{rate}_lag", ours.lag, peer.lag, "s", f"from the last event to the last row; {lost}; {of}"),
        Measured(
            f"ingest_{rate}_cpu", ours.cpu, peer.cpu, "ms/row", f"CPU of the collecting process; {json.dumps(rate)}/s"
        ),
    ]
