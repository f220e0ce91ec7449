"""The desk reads its whole journal once after the start, beside the work; damage is a word in the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import KEY
from tests.town import received, wait_until, write_people
from tests.unit.test_journal_salvage import pages_of, ruin
from village_console.devices.ports import Health, Part
from village_console.disk_watch import DiskWatch
from village_console.journal.journal import Journal

if TYPE_CHECKING:
    from tests.conftest import JournalMaker


class Watched:
    """A watch that was started, and what it has said."""

    def __init__(self, journal: Journal) -> None:
        self.said: list[Health] = []
        self.watch = DiskWatch(journal.path, KEY, self._take, has_ballast=False)
        self.watch.start()

    def _take(self, part: Part, health: Health, _count: int) -> None:
        assert part is Part.DISK
        self.said.append(health)


def test_a_whole_journal_is_fine(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_people(journal, 40)
    watched = Watched(journal)
    assert wait_until(lambda: not watched.watch.is_checking)
    watched.watch.stop()
    assert set(watched.said) <= {Health.READY, Health.LITTLE_ROOM}


@pytest.mark.parametrize("table", ["facts", "facts_subject", "rows"])
def test_a_page_that_nobody_has_looked_at_for_long_is_found(make_journal: JournalMaker, table: str) -> None:
    journal = make_journal()
    write_people(journal, 60)
    journal.close()
    ruin(journal.path, pages_of(make_journal, table)[-1:])
    watched = Watched(journal)
    assert wait_until(lambda: Health.DAMAGED in watched.said)
    watched.watch.stop()
    assert watched.watch.look() is Health.DAMAGED


def test_a_disk_that_is_pulled_out_is_a_fault_until_it_is_there_again(make_journal: JournalMaker) -> None:
    journal = make_journal("stick/journal.db")
    watched = Watched(journal)
    assert wait_until(lambda: not watched.watch.is_checking)
    folder = journal.path.parent
    folder.rename(folder.with_name("pulled"))
    assert wait_until(lambda: watched.said[-1] is Health.FAULT)
    folder.with_name("pulled").rename(folder)
    assert wait_until(lambda: watched.said[-1] is not Health.FAULT)
    watched.watch.stop()


def test_the_desk_writes_while_its_journal_is_read(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_people(journal, 40)
    watched = Watched(journal)
    for n in range(60):
        journal.append(received(f"resident:{n}"))
    assert wait_until(lambda: not watched.watch.is_checking)
    watched.watch.stop()
    assert Health.DAMAGED not in watched.said
