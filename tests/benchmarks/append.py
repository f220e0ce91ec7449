"""What does a fact cost that is encrypted, signed, folded and on disk, idle and beside 1,000 television events a second?"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from tests.benchmarks.measured import MS, Measured, in_turns, percentile, seconds
from tests.town import listed, open_journal, person
from village_console.journal.journal import Journal
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.village.ids import ShelterId

ROUNDS = 1500
SIZE = 1500
"""Bytes of a bare row: about what a fact with its row and indexes comes to."""
TV_RATE = 1000


def measure() -> list[Measured]:
    """Median and 99th percentile, idle and under load, beside a bare insert with WAL and FULL in the same run."""
    found: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name, closing(open_journal(Path(name))) as journal:
        for n in range(ROUNDS):
            journal.append(listed(n, n // 2, "佐藤 花", "サトウ ハナ"))
        with closing(_bare(Path(name) / "bare.db")) as bare:
            found += _figures("idle", journal, bare, 0)
            with _televisions(Path(name)) as rate:
                found += _figures("loaded", journal, bare, rate)
        count = journal.verify()
    if count != 3 * ROUNDS:
        raise RuntimeError("facts are missing")
    return found


def _figures(setting: str, journal: Journal, bare: sqlite3.Connection, rate: int) -> list[Measured]:
    content = bytes(SIZE)
    ours, peer = in_turns(
        ROUNDS,
        lambda n: seconds(lambda: journal.append(_received(n))) * MS,
        lambda _n: seconds(lambda: bare.execute("INSERT INTO facts (body) VALUES (?)", (content,))) * MS,
    )
    beside = f"beside a process that writes {rate:,} television events/s" if rate else "on an idle desk"
    note = (
        f"of {ROUNDS:,} appends {beside}: encrypted, signed, chained, folded, row stored, committed with WAL and FULL;"
        f" peer: a bare insert of {SIZE:,} bytes into plain SQLite, WAL and FULL, in turns;"
        f" largest {max(ours):.1f} and {max(peer):.1f} ms"
    )
    return [
        Measured(f"append_{setting}_p50", median(ours), median(peer), "ms", f"median {note}"),
        Measured(f"append_{setting}_p99", percentile(ours, 99), percentile(peer, 99), "ms", f"99th percentile {note}"),
    ]


def _received(n: int) -> EvacueeReceived:
    return EvacueeReceived(subject=person(n), shelter=ShelterId("S1"), receipt=f"S1-{n:04d}", path=Way.CARD)


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE facts (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return connection


@contextmanager
def _televisions(folder: Path) -> Generator[int]:
    """A collector's log in a process of its own, as `village-console collect` has it, fed at a steady rate."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.peers.television_rows",
        str(folder / "televisions.db"),
        str(TV_RATE),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writing:
        assert writing.stdout is not None
        writing.stdout.readline()
        try:
            yield TV_RATE
        finally:
            said, _ = writing.communicate(input="\n", timeout=30)
    if int(said) < TV_RATE * 0.9:
        message = f"only {said} events a second were written"
        raise RuntimeError(message)
