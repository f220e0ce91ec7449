"""50,000 facts on a stick: how large is the bundle, how long do writing and reading take, and how much memory?"""

from __future__ import annotations

import os
import tempfile
import tracemalloc
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.benchmarks.measured import Measured, in_turns, seconds
from tests.benchmarks.towns import fill
from tests.carriers import new_console
from tests.town import KEY, listed
from village_console.journal.backup import back_up
from village_console.journal.journal import Journal
from village_console.sync.meeting import Meeting
from village_console.sync.stick import StickCarrier

PEOPLE = 25_000
"""Each with two facts: listed with personal fields that are sealed, and received."""
ROUNDS = 3
MB = 1_000_000


def measure() -> list[Measured]:
    """Writing and size beside a checked copy of the same journal; reading beside taking the same facts in from memory."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with closing(new_console(folder, 1)) as one:
            fill(one, PEOPLE)
            return [*_written(one, folder), *_read(one, folder)]


def _written(one: Journal, folder: Path) -> list[Measured]:
    stick, copy = folder / "stick", folder / "copy"
    stick.mkdir()

    def push(n: int) -> float:
        carrier = StickCarrier(one, stick)
        one.append(listed(n, 0, "佐藤 花", "サトウ ハナ"))  # something new, or nothing is written
        return seconds(lambda: Meeting(one, carrier).hold())

    ours, peer = in_turns(ROUNDS, push, lambda _n: seconds(lambda: back_up(one.path, KEY, copy)))
    (bundle,) = stick.rglob("*.bundle")
    size, raw = bundle.stat().st_size, copy.stat().st_size
    content = bundle.read_bytes()
    fsynced = seconds(lambda: _to_disk(folder / "plain", content))
    facts = sum(held.count for held in one.have().values())
    note = (
        f"median of {ROUNDS}: {facts:,} facts from the encrypted file into a bundle that is sealed, signed and on disk;"
        f" peer: a checked copy of the same journal (backup); the same bytes alone are on disk in {fsynced:.2f} s"
    )
    return [
        Measured("bundle_write", median(ours), median(peer), "s", note),
        Measured("bundle_size", size / MB, raw / MB, "MB", "of that bundle; peer: the copy of the journal"),
    ]


def _read(one: Journal, folder: Path) -> list[Measured]:
    stick = folder / "stick"
    with closing(new_console(folder, 2, one)) as other, closing(new_console(folder, 3, one)) as third:
        Meeting(one, StickCarrier(one, stick)).hold()  # it is for all three now
        links, keys = list(one.links()), one.keys_held()
        first = seconds(lambda: _all_there(other, one, stick))
        memory = seconds(lambda: third.take_in(links, keys))
        if third.have() != one.have():
            raise RuntimeError("the peer has not all facts")
        other.contacts.read_to(StickCarrier.name, "")
        again = seconds(lambda: Meeting(other, StickCarrier(other, stick)).hold())
        known = seconds(lambda: Meeting(other, StickCarrier(other, stick)).hold())
        peak = _peak_of_check(third, stick)
    facts = len(links)
    return [
        Measured("bundle_read", first, memory, "s", f"{facts:,} facts from a bundle into a new journal, the whole of it"
                 " checked before the first is taken in, its own bundle written; peer: the same facts taken in from memory"),
        Measured("bundle_again", again, first, "s", "the same bundle read a second time from the beginning, nothing new in it;"
                 f" peer: the first time; a bundle that was noted as read costs {known:.2f} s"),
        Measured("bundle_memory", peak, _size(stick), "MB",
                 "most that looking at and checking all bundles keeps in Python's memory; peer: their size"),
    ]  # fmt: skip


def _peak_of_check(journal: Journal, stick: Path) -> float:
    tracemalloc.start()
    try:
        StickCarrier(journal, stick).heads()
        return tracemalloc.get_traced_memory()[1] / MB
    finally:
        tracemalloc.stop()


def _size(stick: Path) -> float:
    return sum(path.stat().st_size for path in stick.rglob("*.bundle")) / MB


def _all_there(other: Journal, one: Journal, stick: Path) -> None:
    Meeting(other, StickCarrier(other, stick)).hold()
    if other.have() != one.have():
        raise RuntimeError("facts are missing")


def _to_disk(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
