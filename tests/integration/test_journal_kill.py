"""A console is killed in the middle of its work: what it had acknowledged is there, and the chain holds."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.rows import Stay
from village_console.village.ids import FactHash, ShelterId

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

pytestmark = pytest.mark.integration

CONSOLE = """
import sys
from itertools import count
from pathlib import Path
from village_console.bootstrap import catalogue
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.register.facts import ResidentListed, Sex
from village_console.shelter.facts import EvacueeReceived, Path as Way
from village_console.village.clock import Clock

journal = Journal(Path(sys.argv[1]), bytes(range(32)), Purpose("drill", "simulated", "evening"), catalogue(), Clock())
for n in count():
    with journal.writing() as draft:
        listing = draft.append(ResidentListed(
            subject=f"resident:{n}", household="household:1", number=f"{n:07d}", name="佐藤 ハル", kana="サトウ ハル",
            birth=None, sex=Sex.UNKNOWN, relation="", settlement="", address="", phone="", needs_evacuation_support=False,
        ))
        stay = draft.append(EvacueeReceived(subject=f"resident:{n}", shelter="S1", receipt=f"S1-{n:04d}", path=Way.CARD))
    print(listing.hash, stay.hash, flush=True)
"""


def acknowledged_until_killed(make_journal: JournalMaker, moment: random.Random) -> list[FactHash]:
    """Let a console write, kill it at a random moment, and return what it had said was on disk."""
    path = make_journal.folder / "journal.db"
    with subprocess.Popen([sys.executable, "-c", CONSOLE, str(path)], stdout=subprocess.PIPE, text=True) as console:
        assert console.stdout is not None
        lines = [console.stdout.readline() for _ in range(moment.randrange(1, 60))]
        time.sleep(moment.random() * 0.01)
        console.kill()
        lines += console.stdout.readlines()
    assert console.returncode == -signal.SIGKILL
    return [FactHash(hash_) for line in lines for hash_ in line.split()]


@pytest.mark.parametrize("moment", range(5))
def test_whatever_was_acknowledged_before_a_kill_is_there_after_it(make_journal: JournalMaker, moment: int) -> None:
    acknowledged = acknowledged_until_killed(make_journal, random.Random(moment))
    journal = make_journal()
    facts = [recorded.hash for _, recorded in journal.every_fact() if recorded]
    assert facts[: len(acknowledged)] == acknowledged
    assert len(facts) - len(acknowledged) in {0, 2}, "at most one transaction was on disk and not yet said to be"
    assert journal.verify() == len(facts)
    assert len(journal.rows.all(Stay)) == len(facts) / 2


def test_a_journal_outlives_one_kill_after_another(make_journal: JournalMaker) -> None:
    acknowledged: list[FactHash] = []
    for moment in range(3):
        acknowledged += acknowledged_until_killed(make_journal, random.Random(100 + moment))
    journal = make_journal()
    written = journal.append(
        EvacueeReceived(subject="resident:haru", shelter=ShelterId("S1"), receipt="S1-9999", path=Path.CARD)
    )
    assert [hash_ for hash_ in acknowledged if journal.find(hash_) is None] == []
    assert journal.verify() == written.seq >= len(acknowledged) + 1
