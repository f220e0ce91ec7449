"""Any thread may append, and the screens read rows meanwhile."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from village_console.journal.facts import Fold
from village_console.journal.journal import Journal
from village_console.journal.rows import Folded, Rows
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.receive import Desk, receive
from village_console.shelter.rows import FOLDS, Stay
from village_console.shelter.rules import Verdict
from village_console.village.ids import FactHash, ResidentId, ShelterId

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

DESK = Desk(ShelterId("S1"), 1)
STAYS: Fold[Stay] = FOLDS[0]


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Change threads as often as the interpreter can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def received(person: str) -> EvacueeReceived:
    return EvacueeReceived(subject=person, shelter=DESK.shelter, receipt="S1-0001", path=Path.CARD)


def test_four_threads_append_and_nothing_is_lost_or_out_of_sequence(make_journal: JournalMaker) -> None:
    journal = make_journal()

    def append_fifty(thread: int) -> list[str]:
        return [journal.append(received(f"resident:{thread}/{n % 7}")).hash for n in range(50)]

    with ThreadPoolExecutor(4) as pool:
        acknowledged = [hash_ for hashes in pool.map(append_fifty, range(4)) for hash_ in hashes]
    facts = [recorded for _, recorded in journal.every_fact() if recorded]
    assert sorted(acknowledged) == sorted(recorded.hash for recorded in facts)
    assert [recorded.seq for recorded in facts] == list(range(1, 201))
    assert journal.verify() == 200
    assert journal.rows.conflicts() == []


def test_two_desks_never_receive_one_person_twice(journal: Journal) -> None:
    people = [ResidentId(f"resident:{n}") for n in range(20)]

    def tap(person: ResidentId) -> Verdict:
        return receive(journal, DESK, [person], Path.CARD)[0].verdict

    with ThreadPoolExecutor(4) as pool:
        verdicts = Counter(pool.map(tap, people * 3))
    assert verdicts == {Verdict.RECEIVED: 20, Verdict.ALREADY_HERE: 40}
    receipts = {stay.receipt for stay in journal.rows.all(Stay).values()}
    assert receipts == {f"S1-{n:04d}" for n in range(1, 21)}


@pytest.mark.usefixtures("eager_threads")
def test_rows_can_be_listed_while_another_thread_adds_to_them(make_journal: JournalMaker) -> None:
    rows = Rows(make_journal.catalogue)

    def arrive() -> None:
        for n in range(3000):
            rows.take([(STAYS, Folded(f"resident:{n}", None, (FactHash("a"), FactHash("b")), in_conflict=True))])

    with ThreadPoolExecutor(1) as pool:
        arriving = pool.submit(arrive)
        while not arriving.done():
            rows.all(Stay)
            rows.conflicts()
        arriving.result()
    assert len(rows.conflicts()) == 3000
