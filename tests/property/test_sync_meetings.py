"""Consoles that meet over a store that is cut, repeats, is purged, shortened, spoilt and wiped: in the end all know the same.

One seed decides a whole history; it is printed when a history fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path as File
from random import Random
from tempfile import mkdtemp

import pytest

from tests.carriers import Shelf, ShelfCarrier, cut_at_random, new_console
from tests.property.test_journal_consoles import IN_MEMORY
from tests.town import EVENING, clock_at, registered
from village_console.journal.facts import PersonErased
from village_console.journal.journal import Journal
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.sync.carrier import CarrierLostError
from village_console.sync.meeting import Meeting
from village_console.village.ids import FactHash, ShelterId

HISTORIES = int(os.environ.get("HISTORIES", "60"))
PEOPLE = ("resident:a", "resident:b", "resident:c")
ENOUGH = 12
"""Meetings of everybody after which nothing may be missing: a gap is filled by its own console, or after it by the others."""


class History:
    """Two to five consoles, one store, and what becomes of them."""

    def __init__(self, seed: int, folder: File) -> None:
        self.random = Random(seed)
        self.shelf = Shelf()
        self.consoles: list[Journal] = []
        self.meetings: list[Meeting] = []
        self.confirmed: set[FactHash] = set()
        for number in range(1, self.random.randint(2, 5) + 1):
            clock = clock_at(EVENING + timedelta(days=self.random.randint(-56 * 365, 5 * 365)))
            journal = new_console(folder, number, self.consoles[0] if self.consoles else None, clock)
            self.consoles.append(journal)
            self.meetings.append(Meeting(journal, self.carrier(journal)))

    def carrier(self, journal: Journal) -> ShelfCarrier:
        lost, repeats = cut_at_random(self.random, 0.1), cut_at_random(self.random, 0.2)
        return ShelfCarrier(self.shelf, journal.device, lost=lost, repeats=repeats)

    def play(self) -> None:
        happenings: list[Callable[[], None]] = [
            self.write, self.write, self.write, self.meet, self.meet, self.meet, self.restart, self.damage,
        ]  # fmt: skip
        for _ in range(self.random.randint(10, 40)):
            self.random.choice(happenings)()

    def write(self) -> None:
        journal, person = self.random.choice(self.consoles), self.random.choice(PEOPLE)
        shelter = ShelterId(self.random.choice(("S1", "S2")))
        facts = (
            EvacueeReceived(subject=person, shelter=shelter, receipt=f"{shelter}-1", path=Path.NAME),
            EvacueeReceived(subject=person, shelter=shelter, receipt=f"{shelter}-1", path=Path.NAME),
            registered(person, self.random.choice(("佐藤 ハル", "さとう はる"))),
            PersonErased(subject=person, why="asked for it")
            if self.random.random() < 0.2
            else registered(person, "佐藤 春"),
        )
        self.confirmed.add(journal.append(self.random.choice(facts)).hash)

    def meet(self) -> None:
        with suppress(CarrierLostError):
            self.random.choice(self.meetings).hold()

    def restart(self) -> None:
        """A console forgets what its meetings remembered."""
        n = self.random.randrange(len(self.consoles))
        self.meetings[n] = Meeting(self.consoles[n], self.carrier(self.consoles[n]))

    def damage(self) -> None:
        shelf = self.shelf
        random = self.random
        happening = random.choice(("purge", "roll_back", "spoil", "wipe", "lose_statements", "none", "none"))
        if happening == "purge":
            shelf.purge()
        elif happening == "roll_back":
            shelf.roll_back(random.randint(0, shelf.end))
        elif happening == "spoil" and shelf.end:
            shelf.spoil(random.randint(1, shelf.end))
        elif happening == "wipe":
            shelf.wipe()
        elif happening == "lose_statements":
            shelf.statements.pop(random.choice(self.consoles).device, None)

    def all_meet(self) -> None:
        for _ in range(ENOUGH):
            for journal, meeting in zip(self.consoles, self.meetings, strict=True):
                meeting.__init__(
                    journal, ShelfCarrier(self.shelf, journal.device)
                ) if self.random.random() < 0.1 else None
                with suppress(CarrierLostError):
                    meeting.hold()


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_console_ends_with_every_fact_that_was_ever_confirmed(seed: int) -> None:
    folder = File(mkdtemp(dir=IN_MEMORY))
    history = History(seed, folder)
    try:
        history.play()
        history.all_meet()
        first = history.consoles[0]
        for journal in history.consoles:
            hashes = {FactHash(link.hash.hex()) for link in journal.links()}
            assert history.confirmed <= hashes
            assert journal.have() == first.have()
            assert journal.rows.everything() == first.rows.everything()
            assert journal.keys_held() == first.keys_held()
            assert journal.quarantined() == {}
    finally:
        for journal in history.consoles:
            journal.close()
        shutil.rmtree(folder)
