"""How long until every console has the same rows, over one anchor on this machine? CONSOLES, FACTS and AT_ONCE are settings."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path

from tests.anchors import carrier_to, running_anchor
from tests.benchmarks.measured import Measured
from tests.carriers import new_console
from tests.town import listed, write_all
from village_console.journal.journal import Journal
from village_console.sync.meeting import Meeting
from village_console.sync.parcel import parcels

CONSOLES = int(os.environ.get("CONSOLES", "20"))
FACTS = int(os.environ.get("FACTS", "5000"))
"""Of each console."""
AT_ONCE = int(os.environ.get("AT_ONCE", str(CONSOLES)))
"""Consoles that are at work together: a million rows of each do not fit into one machine twenty times."""
CORES = 2


def measure() -> list[Measured]:
    """From everybody's first meeting to equal rows at all, beside taking the same facts in from memory."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        founder, total = _village(folder)
        with running_anchor(folder, founder) as anchor, closing(carrier_to(anchor, founder)) as carrier:
            Meeting(founder, carrier).hold()
            seconds, digests = _converge(folder, anchor.plan.listen[1], total)
        founder.close()
        if len(digests) != 1:
            raise RuntimeError("the consoles do not hold the same rows")
        limit = _from_memory(folder, total) * CONSOLES / CORES
    taken = CONSOLES * (total - FACTS)
    note = (
        f"{CONSOLES} consoles, each with {FACTS:,} facts of its own, until all rows are equal: {taken:,} facts taken in, each"
        f" with its signature checked, {taken / seconds:,.0f} a second on {CORES} cores; peer: taking them in from memory,"
        f" without any carrier, in the same run"
    )
    return [Measured("converge", seconds, limit, "s", note)]


def _village(folder: Path) -> tuple[Journal, int]:
    """Every console with its own facts, closed; beside them the anchor's laptop, which stays open and writes nothing."""
    founder = new_console(folder, CONSOLES + 1)
    total = 0
    for number in range(1, CONSOLES + 1):
        journal = new_console(folder, number, founder)
        first = (number - 1) * FACTS
        for start in range(first, first + FACTS, 200):
            stop = min(start + 200, first + FACTS)
            write_all(journal, (listed(n, n // 2, "佐藤 花", "サトウ ハナ") for n in range(start, stop)))
        total += sum(held.count for held in journal.have().values())
        journal.close()
    return founder, total + sum(held.count for held in founder.have().values())


def _converge(folder: Path, port: int, total: int) -> tuple[float, set[str]]:
    """Seconds at work and what all rows come down to. With fewer at once than there are, everybody first leaves its own."""
    first = 0.0 if AT_ONCE >= CONSOLES else _meet(folder, port, 0)[0]
    seconds, digests = _meet(folder, port, total)
    return first + seconds, digests


def _meet(folder: Path, port: int, total: int) -> tuple[float, set[str]]:
    """So many consoles at once, each until it holds so many facts."""
    seconds, digests = 0.0, set[str]()
    for start in range(1, CONSOLES + 1, AT_ONCE):
        with ExitStack() as ending:
            some = range(start, min(start + AT_ONCE, CONSOLES + 1))
            children = [ending.enter_context(_console(folder, number, port, total)) for number in some]
            for child in children:
                assert child.stdout is not None
                child.stdout.readline()
            begun = time.perf_counter()
            for child in children:
                assert child.stdin is not None
                child.stdin.write("go\n")
                child.stdin.flush()
            digests |= {_end_of(child, number) for child, number in zip(children, some, strict=True)}
            seconds += time.perf_counter() - begun
        what = "hold everything" if total else "have met once"
        sys.stderr.write(f"consoles {some[0]}-{some[-1]} of {CONSOLES} {what}: {seconds:,.0f} s of work\n")
    return seconds, digests


def _end_of(child: subprocess.Popen[str], number: int) -> str:
    assert child.stdout is not None
    said = child.stdout.readline().strip()
    if not said:
        raise RuntimeError(f"console {number} ended with {child.wait()} before it held everything")
    return said


def _console(folder: Path, number: int, port: int, total: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.benchmarks.peers.meeting_console", str(folder)]
    return subprocess.Popen(
        [*command, str(number), str(port), str(total)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _from_memory(folder: Path, total: int) -> float:
    """Seconds for one console to take everybody's facts in, from one console's that lie in memory."""
    source, fresh = new_console(folder, 1), new_console(folder / "fresh", 1)
    fresh.join(source.village, None, [m.admitted for m in source.members().values() if m.admitted])
    links = list(islice(source.links(), FACTS))
    keys = source.keys_for(links)
    begun = time.perf_counter()
    for piece in parcels(links):
        fresh.take_in(piece, keys if piece[0] is links[0] else ())
    seconds = time.perf_counter() - begun
    for journal in (source, fresh):
        journal.close()
    return seconds / len(links) * (total - FACTS)
