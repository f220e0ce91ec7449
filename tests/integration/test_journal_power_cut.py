"""The power fails at any moment: whatever a desk had acknowledged is there, nothing is damaged, and work goes on."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import DRILL, KEY, HandClock
from tests.integration.power_cut import Cut, Operation, cuts, trace
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal
from village_console.records import catalogue
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.shelter.rows import Stay
from village_console.village.errors import VillageError
from village_console.village.ids import ShelterId

pytestmark = pytest.mark.integration

CUTS = 400
CONTROL_CUTS = 60
TRANSACTIONS = 150
CONSOLE = """
import os, sys
from pathlib import Path
from village_console.records import catalogue
from village_console.journal.facts import PersonErased
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.register.facts import ResidentListed, Sex
from village_console.shelter.facts import EvacueeReceived, Path as Way
from village_console.village.clock import Clock

def say(*facts):
    os.write(1, " ".join(fact.hash for fact in facts).encode() + b"\\n")

journal = Journal(Path(sys.argv[1]), bytes(range(32)), Purpose("drill", "simulated", "evening"), catalogue(), Clock())
journal._store.connection.execute(f"PRAGMA synchronous = {sys.argv[2]}")
for n in range(int(sys.argv[3])):
    with journal.writing() as draft:
        listing = draft.append(ResidentListed(
            subject=f"resident:{n}", household="household:1", number=f"{n:07d}", name="佐藤 ハル", kana="サトウ ハル",
            birth=None, sex=Sex.UNKNOWN, relation="", settlement="", address="", phone="", needs_evacuation_support=False,
        ))
        stay = draft.append(EvacueeReceived(subject=f"resident:{n}", shelter="S1", receipt=f"S1-{n:04d}", path=Way.CARD))
    say(listing, stay)
    if n % 40 == 30:
        say(journal.append(PersonErased(subject=f"resident:{n - 5}", why="asked")))
journal.close()
"""


def traced(folder: Path, synchronous: str) -> list[Operation]:
    """A whole desk, from the first file that it makes to the last that it closes."""
    work = folder / "desk"
    work.mkdir()
    command = [sys.executable, "-c", CONSOLE, str(work / "journal.db"), synchronous, str(TRANSACTIONS)]
    return trace(command, work, folder / "strace.log")


@dataclass(slots=True)
class Found:
    """What many power cuts have come to."""

    acknowledged: int = 0
    lost: int = 0
    damaged: int = 0
    begun_again: int = 0
    """Journals that took themselves for a copy put back."""


def look_at(cut: Cut, folder: Path, known: Catalogue, found: Found) -> None:
    """Open what is left, compare it with what was said to be on disk, and go on writing."""
    cut.put_into(folder)
    try:
        journal = Journal(folder / "journal.db", KEY, DRILL, known, HandClock())
        try:
            held = {link.hash.hex() for link in journal.links()}
            found.acknowledged += len(cut.said)
            found.lost += len(set(cut.said) - held)
            found.begun_again += len(journal.incarnations()) - 1
            goes_on(journal, len(held))
        finally:
            journal.close()
    except VillageError:
        found.damaged += 1
    finally:
        shutil.rmtree(folder)


def goes_on(journal: Journal, facts: int) -> None:
    """Whole transactions are there, their rows with them, and the next fact can be written."""
    listed = {envelope.subject for envelope, _ in journal.every_fact() if envelope.kind == "ResidentListed"}
    assert set(journal.rows.all(Stay)) == listed
    journal.append(EvacueeReceived(subject="resident:new", shelter=ShelterId("S1"), receipt="S1-9999", path=Way.CARD))
    assert journal.verify() == facts + 1


def after_cuts(tmp_path: Path, synchronous: str, count: int) -> Found:
    work, known, found = tmp_path / "desk", catalogue(), Found()
    operations = traced(tmp_path, synchronous)
    shutil.rmtree(work)
    for cut in cuts(operations, count, seed=1):
        look_at(cut, work, known, found)
    return found


def test_no_power_cut_loses_what_was_acknowledged_or_damages_anything(tmp_path: Path) -> None:
    found = after_cuts(tmp_path, "FULL", CUTS)
    assert found.acknowledged > CUTS * TRANSACTIONS / 2
    assert (found.lost, found.damaged, found.begun_again) == (0, 0, 0)


def test_these_cuts_find_a_journal_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    found = after_cuts(tmp_path, "NORMAL", CONTROL_CUTS)
    assert found.lost > 0
    assert found.damaged == 0


def test_these_cuts_find_a_journal_that_never_waits_at_all(tmp_path: Path) -> None:
    found = after_cuts(tmp_path, "OFF", CONTROL_CUTS)
    assert found.damaged > CONTROL_CUTS / 4
