"""Who looked is written down before anything is shown, in a chain of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from village_console.journal.audit import Look, adopt_end, looks, write_look
from village_console.journal.journal import Journal
from village_console.journal.sqlcipher import transaction
from village_console.village.errors import JournalIsDamagedError
from village_console.village.ids import NOT_SIGNED_IN, Operator

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker

EVENING_MS = 1_793_696_531_000


@pytest.fixture
def looked(make_journal: JournalMaker, clock: HandClock) -> JournalMaker:
    """A closed journal with three looks."""
    journal = make_journal()
    journal.note_look("opened", "resident:haru")
    clock.advance(seconds=1.25)
    journal.note_look("searched", "3", Operator("tanaka"))
    journal.note_look("exported", "evidence.jsonl 9")
    journal.close()
    return make_journal


def read(make_journal: JournalMaker) -> list[Look]:
    with make_journal.connect() as connection:
        return list(looks(connection))


def test_every_look_says_when_who_what_and_about_whom(looked: JournalMaker) -> None:
    assert read(looked) == [
        Look(1, EVENING_MS, NOT_SIGNED_IN, "opened", "resident:haru"),
        Look(2, EVENING_MS + 1250, Operator("tanaka"), "searched", "3"),
        Look(3, EVENING_MS + 1250, NOT_SIGNED_IN, "exported", "evidence.jsonl 9"),
    ]


def test_a_look_is_on_disk_when_note_look_returns(make_journal: JournalMaker) -> None:
    make_journal().note_look("opened", "resident:haru")
    with make_journal.connect(read_only=True) as connection:
        assert [look.about for look in looks(connection)] == ["resident:haru"]


def test_a_look_is_no_fact(journal: Journal) -> None:
    journal.note_look("opened", "resident:haru")
    assert journal.every_fact() == []
    assert journal.verify() == 0


def test_looks_go_on_after_the_file_is_opened_again(looked: JournalMaker) -> None:
    journal = looked()
    journal.note_look("printed", "resident:haru")
    journal.close()
    assert [look.act for look in read(looked)] == ["opened", "searched", "exported", "printed"]


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        ("UPDATE audit SET by = 'somebody' WHERE n = 2", 2),
        ("UPDATE audit SET about = 'resident:ken' WHERE n = 1", 1),
        ("UPDATE audit SET act = 'opened' WHERE n = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE n = 2", 2),
        ("UPDATE audit SET hash = zeroblob(32) WHERE n = 1", 1),
        ("DELETE FROM audit WHERE n = 1", 2),
        ("DELETE FROM audit WHERE n = 2", 3),
        ("UPDATE audit SET n = 9 WHERE n = 1", 2),
    ],
)
def test_a_changed_look_is_found(looked: JournalMaker, tamper: str, found: int) -> None:
    with looked.connect() as connection:
        connection.execute(tamper)
    with pytest.raises(JournalIsDamagedError) as damaged:
        read(looked)
    assert damaged.value.values == {"path": str(looked.folder / "journal.db"), "seq": found, "what": "audit"}


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_looks_cut_off_the_end_are_missed(looked: JournalMaker, cut: int) -> None:
    with looked.connect() as connection:
        connection.execute("DELETE FROM audit WHERE n > ?", (3 - cut,))
    with pytest.raises(JournalIsDamagedError) as damaged:
        read(looked)
    assert damaged.value.values["seq"] == 4 - cut


def test_looks_cut_off_the_end_are_missed_even_after_others_were_written(looked: JournalMaker) -> None:
    with looked.connect() as connection:
        connection.execute("DELETE FROM audit WHERE n = 3")
    journal = looked()
    journal.note_look("opened", "resident:ken")
    with pytest.raises(JournalIsDamagedError) as damaged:
        journal.looks()
    assert damaged.value.values["seq"] == 4


def test_a_look_that_was_added_by_hand_is_found_and_stops_nobody(looked: JournalMaker) -> None:
    with looked.connect() as connection:
        connection.execute("INSERT INTO audit SELECT 4, at, by, act, about, hash FROM audit WHERE n = 3")
    journal = looked()
    journal.note_look("opened", "resident:ken")
    with pytest.raises(JournalIsDamagedError) as damaged:
        journal.looks()
    assert damaged.value.values["seq"] == 4


@pytest.mark.parametrize("tamper", ["DELETE FROM meta WHERE name = 'audit_end'", "DELETE FROM audit"])
def test_neither_the_end_nor_all_of_it_goes_without_a_trace(looked: JournalMaker, tamper: str) -> None:
    with looked.connect() as connection:
        connection.execute(tamper)
    with pytest.raises(JournalIsDamagedError):
        read(looked)


def test_verifying_the_journal_verifies_who_looked_too(looked: JournalMaker) -> None:
    journal = looked()
    assert journal.verify() == 0
    journal.close()
    with looked.connect() as connection:
        connection.execute("UPDATE audit SET about = 'resident:ken' WHERE n = 2")
    with pytest.raises(JournalIsDamagedError) as damaged:
        looked().verify()
    assert (damaged.value.code, damaged.value.values["what"]) == ("E104", "audit")


def test_a_look_that_could_not_be_written_leaves_the_end_where_it_was(looked: JournalMaker) -> None:
    with looked.connect() as connection:
        connection.execute("BEGIN IMMEDIATE")
        write_look(connection, EVENING_MS, NOT_SIGNED_IN, "opened", "resident:ken")
        connection.execute("ROLLBACK")
    assert len(read(looked)) == 3


def test_a_journal_of_an_older_version_takes_its_last_look_for_the_end(looked: JournalMaker) -> None:
    with looked.connect() as connection, transaction(connection):
        connection.execute("DELETE FROM meta WHERE name = 'audit_end'")
        adopt_end(connection)
    assert len(read(looked)) == 3


def test_looks_before_the_changed_one_can_still_be_read(looked: JournalMaker) -> None:
    with looked.connect() as connection:
        connection.execute("UPDATE audit SET by = 'somebody' WHERE n = 3")
        chain = looks(connection)
        assert [next(chain).n, next(chain).n] == [1, 2]
