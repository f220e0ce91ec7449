"""Who looked is written down before anything is shown, in a chain of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from village_console.journal.audit import Look, looks
from village_console.journal.journal import Journal
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
    journal.note_look("searched", "佐藤", Operator("tanaka"))
    journal.note_look("exported", "evidence.jsonl")
    journal.close()
    return make_journal


def read(make_journal: JournalMaker) -> list[Look]:
    with make_journal.connect() as connection:
        return list(looks(connection))


def test_every_look_says_when_who_what_and_about_whom(looked: JournalMaker) -> None:
    assert read(looked) == [
        Look(1, EVENING_MS, NOT_SIGNED_IN, "opened", "resident:haru"),
        Look(2, EVENING_MS + 1250, Operator("tanaka"), "searched", "佐藤"),
        Look(3, EVENING_MS + 1250, NOT_SIGNED_IN, "exported", "evidence.jsonl"),
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
    with pytest.raises(ValueError, match=f"look {found} does not follow"):
        read(looked)


def test_looks_before_the_changed_one_can_still_be_read(looked: JournalMaker) -> None:
    with looked.connect() as connection:
        connection.execute("UPDATE audit SET by = 'somebody' WHERE n = 3")
        chain = looks(connection)
        assert [next(chain).n, next(chain).n] == [1, 2]
