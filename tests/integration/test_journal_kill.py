"""A console is killed in the middle of its work: what it had acknowledged is there, and the chain holds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.town import received, registered
from village_console.journal.journal import Journal
from village_console.shelter.rows import Stay
from village_console.village.ids import FactHash

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

pytestmark = pytest.mark.integration

KILLS_WRITING, KILLS_MERGING = 60, 40
PIECE = 12
"""Facts of another console that are taken in at a time."""
CONSOLES = """
import os, signal, sys
from itertools import count
from pathlib import Path
from village_console.records import catalogue
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.village.clock import Clock
from tests.town import received, registered

KNOWN = catalogue()

def opened(name):
    return Journal(Path(sys.argv[1]) / name, bytes(range(32)), Purpose("drill", "simulated", "evening"), KNOWN, Clock())

def say(words):
    os.write(1, words.encode() + b"\\n")

def write(name):
    journal = opened(name)
    say("open")
    for n in count():
        with journal.writing() as draft:
            listing = draft.append(registered(f"resident:{n}"))
            stay = draft.append(received(f"resident:{n}"))
        say(f"{listing.hash} {stay.hash}")

def merge(name, source):
    theirs, journal = opened(source), opened(name)
    links = theirs.owed(journal.have())
    say("open")
    journal.admit(theirs.public_key)
    for at in range(0, len(links), PIECE):
        piece = links[at:at + PIECE]
        journal.take_in(piece, theirs.keys_for(piece))
        say(" ".join(link.hash.hex() for link in piece))
    say("whole")
    signal.pause()

for line in iter(sys.stdin.readline, ""):
    child = os.fork()
    if child == 0:
        verb, *names = line.split()
        {"write": write, "merge": merge}[verb](*names)
    say(str(child))
    os.waitpid(child, 0)
    say("ended")
"""


class Consoles:
    """One console after another, each a process of its own that is killed in the middle of its work."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        code = f"PIECE = {PIECE}\n{CONSOLES}"
        self._mother = opened.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        )
        opened.callback(self._mother.kill)

    def killed(self, order: str, moment: random.Random, most_lines: int, most_seconds: float) -> list[str]:
        """Start one, kill it at a random moment, and return the lines in which it had said what was on disk."""
        assert self._mother.stdin is not None
        print(order, file=self._mother.stdin, flush=True)
        child, said = 0, list[str]()
        lines = self._lines()
        after = moment.randrange(most_lines + 1)
        for line in lines:
            if line.isdecimal() and len(line) < 20:
                child = int(line)
            else:
                said.append(line)
            if child and (("open" in said and len(said) > after) or "whole" in said):
                break
        time.sleep(moment.random() * most_seconds)
        os.kill(child, signal.SIGKILL)
        said += lines
        return [line for line in said if line not in {"open", "whole"}]

    def _lines(self) -> Iterator[str]:
        assert self._mother.stdout is not None
        while (line := self._mother.stdout.readline().strip()) != "ended":
            assert line, "the consoles' mother has died"
            yield line


@pytest.fixture
def consoles(tmp_path: Path) -> Iterator[Consoles]:
    with ExitStack() as opened:
        yield Consoles(tmp_path, opened)


def hashes(lines: list[str]) -> list[FactHash]:
    return [FactHash(hash_) for line in lines for hash_ in line.split()]


def test_whatever_was_acknowledged_before_a_kill_is_there_after_it(
    make_journal: JournalMaker, consoles: Consoles
) -> None:
    for kill in range(KILLS_WRITING):
        acknowledged = hashes(consoles.killed(f"write {kill}.db", random.Random(kill), 40, 0.01))
        journal = make_journal(f"{kill}.db")
        facts = [recorded.hash for _, recorded in journal.every_fact() if recorded]
        assert facts[: len(acknowledged)] == acknowledged
        assert len(facts) - len(acknowledged) in {0, 2}, "at most one transaction was on disk and not yet said to be"
        assert journal.verify() == len(facts)
        assert len(journal.rows.all(Stay)) == len(facts) / 2
        journal.close()


def test_a_journal_outlives_one_kill_after_another(make_journal: JournalMaker, consoles: Consoles) -> None:
    acknowledged: list[FactHash] = []
    for moment in range(5):
        acknowledged += hashes(consoles.killed("write journal.db", random.Random(100 + moment), 40, 0.01))
    journal = make_journal()
    written = journal.append(received("resident:9999"))
    assert [hash_ for hash_ in acknowledged if journal.find(hash_) is None] == []
    assert journal.verify() == written.seq >= len(acknowledged) + 1
    assert len(journal.incarnations()) == 1, "the note of the chain's end is never ahead of the chain"


def another_console(journal: Journal) -> None:
    """A journal with something to merge: residents with their stays, one of them taken in anew again and again."""
    for n in range(60):
        with journal.writing() as draft:
            draft.append(registered(f"resident:{n}"))
            draft.append(received(f"resident:{n}"))
        journal.append(received(f"resident:{n % 7}"))


def test_a_merge_that_is_killed_goes_on_where_it_was(make_journal: JournalMaker, consoles: Consoles) -> None:
    theirs = make_journal("theirs.db")
    another_console(theirs)
    whole, rows, facts = theirs.have(), theirs.rows.everything(), theirs.verify()
    theirs.close()
    cut_short = 0
    for kill in range(KILLS_MERGING):
        name, moment = f"merged{kill}.db", random.Random(kill)
        said = hashes(consoles.killed(f"merge {name} theirs.db", moment, 14, 0.02))
        journal = make_journal(name)
        held = [link.hash.hex() for link in journal.links()]
        assert held[: len(said)] == said
        assert journal.verify() == len(held)
        cut_short += len(held) < facts
        journal.close()
        consoles.killed(f"merge {name} theirs.db", moment, 10_000, 0)
        journal = make_journal(name)
        assert journal.have() == whole
        assert journal.rows.everything() == rows
        assert journal.verify() == facts
        journal.close()
    assert cut_short > KILLS_MERGING / 2, "most of them were killed in the middle"
