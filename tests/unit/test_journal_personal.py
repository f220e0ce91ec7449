"""What is personal can be read with the key only, and can be erased without breaking the chain."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.town import HARU, KEN, received, registered
from village_console.journal.facts import Catalogue, Fact, Unread
from village_console.journal.journal import Journal
from village_console.register.facts import ResidentListed
from village_console.register.rows import Resident

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

PERSONAL = ["佐藤 ハル", "サトウ ハル", "1944-09-21", "上興部12番地", "0158-00-1811", "0000002"]


def bytes_on_disk(journal: Journal) -> bytes:
    """Everything beside and in the file, as a finder of the laptop would see it."""
    return b"".join(path.read_bytes() for path in sorted(journal.path.parent.iterdir()))


def erase(connection: sqlite3.Connection, subject: str) -> None:
    """What a later verb of erasing will do: the sealed bytes go, their SHA-256 stays."""
    connection.execute("UPDATE facts SET sealed = x'' WHERE subject = ?", (subject,))


def test_the_body_of_a_fact_holds_nothing_personal(journal: Journal, make_journal: JournalMaker) -> None:
    journal.append(registered(HARU))
    with make_journal.connect(read_only=True) as other:
        body, sealed = other.execute("SELECT body, sealed FROM facts").fetchone()
    assert [text for text in PERSONAL if text.encode() in body + sealed] == []
    assert json.loads(body)["d"] == {"household": "household:015628/H0001"}


def test_the_files_hold_nothing_that_can_be_read_without_the_key(make_journal: JournalMaker) -> None:
    journal = make_journal()
    for n in range(30):
        journal.append(registered(f"resident:{n}"))
    journal.note_look("opened", "佐藤 ハル")
    looked_for = [text.encode() for text in [*PERSONAL, "ResidentListed", "resident:", "CREATE TABLE", "SQLite format"]]
    files = {path.name for path in journal.path.parent.iterdir()}
    assert files == {"journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock", "journal.db.tip"}
    while_open = bytes_on_disk(journal)
    journal.close()
    closed = bytes_on_disk(journal)
    assert min(len(while_open), len(closed)) > 30 * 500
    assert [text for text in looked_for if text in while_open + closed] == []


def test_without_a_key_the_very_same_file_would_show_them(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(registered(HARU))
    journal.close()
    plain = journal.path.with_name("plain.db")
    with make_journal.connect() as connection:
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
        connection.execute("SELECT sqlcipher_export('plain')")
        connection.execute("DETACH DATABASE plain")
    leaked = plain.read_bytes()
    assert [t for t in ["ResidentListed", "佐藤 ハル", "SQLite format"] if t.encode() not in leaked] == []


def test_erasing_what_is_sealed_leaves_the_chain_verifying(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(registered(HARU))
    journal.append(registered(KEN))
    journal.append(received(HARU))
    journal.close()
    with make_journal.connect() as connection:
        erase(connection, HARU)
    assert make_journal().verify() == 3


def test_an_erased_fact_is_one_that_nobody_understands_any_more(make_journal: JournalMaker) -> None:
    journal = make_journal()
    erased, kept = journal.append(registered(HARU)), journal.append(registered(KEN))
    journal.close()
    with make_journal.connect() as connection:
        erase(connection, HARU)
    journal = make_journal()
    assert journal.facts_about(HARU) == []
    assert journal.find(erased.hash) is None
    assert journal.last_of(ResidentListed, 9) == [kept]
    assert [recorded for _, recorded in journal.every_fact()] == [None, kept]


def test_the_journal_goes_on_about_somebody_who_was_erased(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(registered(HARU))
    journal.close()
    with make_journal.connect() as connection:
        erase(connection, HARU)
    journal = make_journal()
    stay = journal.append(received(HARU))
    again = journal.append(registered(HARU, "佐藤 春"))
    assert journal.facts_about(HARU) == [stay, again]
    row = journal.rows.one(Resident, HARU)
    assert row is not None
    assert row.name == "佐藤 春"
    assert journal.verify() == 3


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_without_the_subjects_own_key_its_facts_are_gone(make_journal: JournalMaker, key: bytes | None) -> None:
    journal = make_journal()
    journal.append(registered(HARU))
    stay = journal.append(received(HARU))
    journal.close()
    with make_journal.connect() as connection:
        if key is None:
            connection.execute("DELETE FROM keys WHERE subject = ?", (HARU,))
        else:
            connection.execute("UPDATE keys SET key = ? WHERE subject = ?", (key, HARU))
    journal = make_journal()
    assert journal.facts_about(HARU) == [stay]
    assert journal.verify() == 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRecorded(Fact):
    """A kind that a later program may have."""

    what: str


def test_a_fact_of_a_newer_program_is_kept_and_not_understood(make_journal: JournalMaker) -> None:
    known = make_journal.catalogue
    make_journal.catalogue = Catalogue((*known.kinds.values(), NeedRecorded), ())
    journal = make_journal()
    journal.append(NeedRecorded(subject=HARU, what="oxygen"))
    journal.close()
    make_journal.catalogue = known
    journal = make_journal()
    assert journal.facts_about(HARU) == []
    assert [(envelope.kind, recorded) for envelope, recorded in journal.every_fact()] == [("NeedRecorded", None)]
    assert journal.not_understood() == {("NeedRecorded", Unread.UNKNOWN_KIND): 1}
    assert journal.verify() == 1
