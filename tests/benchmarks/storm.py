"""3,000 televisions come back at once after their broker was killed: how long until every state in the log is right?"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.measured import Measured
from village_console.broker_config import IN_FLIGHT, QUEUED
from village_console.children import free_ports
from village_console.devices.ports import Health, Part
from village_console.devices.tvs import Together
from village_console.drill_broker import mosquitto
from village_console.viewing.collector import Collector
from village_console.viewing.facts import TvState
from village_console.viewing.television_log import TelevisionLog
from village_console.village.clock import Clock

DEVICES = 3_000
PARTS = 4
"""Processes that play them: televisions dial without waiting for each other."""
GOAL = 10.0
"""Seconds."""
LONGEST = 120.0
_PEERS = Path(__file__).with_name("peers")


def measure() -> list[Measured]:
    """Seconds from the broker's return until all states are right, beside the goal."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files[1], 16_384), files[1]))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        seconds, right = _storm(Path(name))
    note = f"{right:,} of {DEVICES:,} states right; all were switched while the broker was gone; peer: the goal"
    return [Measured("storm", seconds, GOAL, "s", note)]


def _storm(folder: Path) -> tuple[float, int]:
    port, clock, log = free_ports(1)[0], Clock(), TelevisionLog(folder / "televisions.db", bytes(32))

    ready = threading.Event()

    def healthy(part: Part, health: Health, _count: int) -> None:
        if (part, health) == (Part.TELEVISIONS, Health.READY):
            ready.set()

    collector = Collector(("127.0.0.1", port), "storm", Together(), log, clock, healthy)
    broker = _start_broker(folder, port)
    collector.start()
    if not ready.wait(30):
        raise RuntimeError("the collector does not hear its broker")
    villages = [
        subprocess.Popen(
            [sys.executable, str(_PEERS / "storm_village.py"), str(port), str(DEVICES // PARTS), str(n * DEVICES // PARTS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(PARTS)
    ]  # fmt: skip
    try:
        with closing(log):
            _hear(villages, "connected")
            _tell(villages, f"switch {(clock.now() - timedelta(seconds=30)).isoformat()} 0")
            _hear(villages, "switched")
            _wait(log, clock, on=0)
            _end(broker)
            _tell(villages, f"switch {clock.now().isoformat()} 1")
            _hear(villages, "switched")
            broker = _start_broker(folder, port)
            begun = time.monotonic()
            right = _wait(log, clock, on=1)
            seconds = time.monotonic() - begun
            collector.stop()
    finally:
        _end(*villages, broker)
    return seconds, right


def _end(*processes: subprocess.Popen[Any]) -> None:
    for process in processes:
        process.kill()
        process.wait()


def _start_broker(folder: Path, port: int) -> subprocess.Popen[bytes]:
    (folder / "conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages {QUEUED}\n"
        f"max_inflight_messages {IN_FLIGHT}\nset_tcp_nodelay true\nuser root\npersistence true\n"
        f"persistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n",
        "utf-8",
    )
    return subprocess.Popen([mosquitto(), "-c", str(folder / "conf")], stderr=subprocess.DEVNULL)


def _wait(log: TelevisionLog, clock: Clock, *, on: int) -> int:
    """How many are right, when all are, or when it has taken too long."""
    until = time.monotonic() + LONGEST
    words = (1 + on) * DEVICES * 3 // 2  # whoever is switched on says its channel too; to look at all states costs time
    while (log.count_events() < words or _right(log, clock, on) < DEVICES) and time.monotonic() < until:
        time.sleep(0.1)
    return _right(log, clock, on)


def _right(log: TelevisionLog, clock: Clock, on: int) -> int:
    """How many are what they were last switched to: the even ones on, or the odd ones."""
    now = clock.now()
    wanted = (TvState.ON if n % 2 == on else TvState.OFF for n in range(DEVICES))
    return sum(log.heard_at(f"stb-{n:04}", now).state is state for n, state in enumerate(wanted))


def _tell(villages: list[subprocess.Popen[str]], order: str) -> None:
    for village in villages:
        assert village.stdin is not None
        village.stdin.write(order + "\n")
        village.stdin.flush()


def _hear(villages: list[subprocess.Popen[str]], word: str) -> None:
    for village in villages:
        assert village.stdout is not None
        if village.stdout.readline().strip() != word:
            raise RuntimeError(f"the village did not say {word}")
