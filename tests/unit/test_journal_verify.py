"""Whoever has the key can open the file; whoever changes it is found out."""
# ruff: noqa: S608 -- a test that tampers writes its own SQL

from __future__ import annotations

import pathlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.town import received, registered
from village_console.journal.identity import Identity, boot_id, signature_fits
from village_console.journal.verify import verify_chain
from village_console.village.errors import JournalIsDamagedError

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

FACTS = 4
Tamper = Callable[[sqlite3.Connection], object]


class Sealed:
    """A closed journal of four facts, opened with the right key by somebody who means to change it."""

    def __init__(self, make_journal: JournalMaker, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._path = make_journal.folder / "journal.db"

    def finds(self, tamper: str | Tamper) -> tuple[object, object]:
        """Do it, verify, undo it; what the verification named: which fact, and what is wrong."""
        self.connection.execute("BEGIN")
        if isinstance(tamper, str):
            self.connection.execute(tamper)
        else:
            tamper(self.connection)
        try:
            verify_chain(self._path, self.connection)
        except JournalIsDamagedError as error:
            return error.values["seq"], error.values["what"]
        finally:
            self.connection.execute("ROLLBACK")
        return None, None

    def flip(self, seq: int, column: str, place: int) -> tuple[object, object]:
        """Change one bit of one byte."""
        cell = f"SELECT {column} FROM facts WHERE seq = ?"
        changed = bytearray(self.connection.execute(cell, (seq,)).fetchone()[0])
        changed[place] ^= 1
        write = f"UPDATE facts SET {column} = ? WHERE seq = ?"
        return self.finds(lambda connection: connection.execute(write, (bytes(changed), seq)))

    def size(self, seq: int, column: str) -> int:
        return int(self.connection.execute(f"SELECT length({column}) FROM facts WHERE seq = ?", (seq,)).fetchone()[0])


@pytest.fixture
def sealed(make_journal: JournalMaker) -> Iterator[Sealed]:
    journal = make_journal()
    for fact in (
        registered("resident:haru"),
        received("resident:haru"),
        registered("resident:ken"),
        received("resident:ken"),
    ):
        journal.append(fact)
    journal.close()
    with make_journal.connect() as connection:
        yield Sealed(make_journal, connection)


def test_an_untouched_journal_verifies(make_journal: JournalMaker, sealed: Sealed) -> None:
    assert sealed.finds("SELECT 1") == (None, None)
    assert make_journal().verify() == FACTS


def test_an_empty_journal_verifies(make_journal: JournalMaker) -> None:
    assert make_journal().verify() == 0


@pytest.mark.parametrize(
    ("column", "what"),
    [("body", "hash"), ("sealed", "seal"), ("sealed_sha", "hash"), ("hash", "hash"), ("sig", "signature")],
)
def test_every_single_changed_byte_is_found(sealed: Sealed, column: str, what: str) -> None:
    places = range(sealed.size(3, column))
    assert {sealed.flip(3, column, place) for place in places} == {(3, what)}


@pytest.mark.parametrize("seq", range(1, FACTS + 1))
def test_a_changed_byte_is_found_in_every_fact(sealed: Sealed, seq: int) -> None:
    assert sealed.flip(seq, "body", 0) == (seq, "hash")


@pytest.mark.parametrize(("deleted", "found"), [(1, (2, "gap")), (2, (3, "gap")), (3, (4, "gap")), (4, (4, "end"))])
def test_a_deleted_fact_is_missed_even_when_it_was_the_last(
    sealed: Sealed, deleted: int, found: tuple[int, str]
) -> None:
    assert sealed.finds(f"DELETE FROM facts WHERE seq = {deleted}") == found


def test_deleting_everything_is_found(sealed: Sealed) -> None:
    assert sealed.finds("DELETE FROM facts") == (1, "end")


def test_hiding_where_the_chain_ends_is_found(sealed: Sealed) -> None:
    assert sealed.finds("DELETE FROM heads") == (5, "end")
    assert sealed.finds("UPDATE heads SET seq = 3, hash = (SELECT hash FROM facts WHERE seq = 3)") == (5, "end")


def test_two_facts_that_changed_places_are_found(sealed: Sealed) -> None:
    def swap(connection: sqlite3.Connection) -> None:
        for seq, to in ((2, 99), (4, 2), (99, 4)):
            connection.execute("UPDATE facts SET seq = ? WHERE seq = ?", (to, seq))

    assert sealed.finds(swap) == (2, "hash")


def test_a_fact_in_the_place_of_another_is_found(sealed: Sealed) -> None:
    columns = "kind, subject, body, sealed, sealed_sha, sig"
    assert sealed.finds(
        f"UPDATE facts SET ({columns}) = (SELECT {columns} FROM facts WHERE seq = 2) WHERE seq = 4"
    ) == (4, "hash")


@pytest.mark.parametrize(("column", "other"), [("subject", "resident:nobody"), ("kind", "EvacueeReceived")])
def test_a_fact_hidden_under_another_subject_or_kind_is_found(sealed: Sealed, column: str, other: str) -> None:
    assert sealed.finds(f"UPDATE facts SET {column} = '{other}' WHERE seq = 3") == (3, "place")


def test_a_fact_of_a_device_that_nobody_knows_is_found(sealed: Sealed) -> None:
    assert sealed.finds("DELETE FROM devices") == (1, "signature")


def test_a_chain_under_another_devices_name_is_found(sealed: Sealed) -> None:
    def rename(connection: sqlite3.Connection) -> None:
        for table in ("facts", "heads", "devices"):
            connection.execute(f"UPDATE {table} SET dev = 'somebody else'")

    assert sealed.finds(rename) == (1, "place")


def test_a_link_signed_with_another_key_is_found(sealed: Sealed) -> None:
    hash_ = sealed.connection.execute("SELECT hash FROM facts WHERE seq = 3").fetchone()[0]
    forged = Identity.new().key.sign(hash_)
    assert sealed.finds(lambda c: c.execute("UPDATE facts SET sig = ? WHERE seq = 3", (forged,))) == (3, "signature")


def test_replacing_what_is_sealed_is_found_and_erasing_it_is_not_tampering(sealed: Sealed) -> None:
    assert sealed.finds("UPDATE facts SET sealed = (SELECT sealed FROM facts WHERE seq = 1) WHERE seq = 3") == (
        3,
        "seal",
    )
    assert sealed.finds("UPDATE facts SET sealed = x'' WHERE seq = 3") == (None, None)


def test_a_damaged_journal_says_which_file_and_where(make_journal: JournalMaker, sealed: Sealed) -> None:
    sealed.connection.execute("UPDATE facts SET sig = x'00' WHERE seq = 2")
    journal = make_journal()
    with pytest.raises(JournalIsDamagedError) as damaged:
        journal.verify()
    assert damaged.value.values == {"path": journal.path, "seq": 2, "what": "signature"}


def test_an_identity_is_the_same_as_long_as_its_seed_is() -> None:
    identity = Identity.new()
    again = Identity(identity.seed, identity.inc)
    assert (again.public, again.dev) == (identity.public, identity.dev)
    assert len(identity.dev) == 16
    assert Identity.new().dev != identity.dev


def test_a_signature_fits_its_signer_and_its_words_only() -> None:
    identity, other = Identity.new(), Identity.new()
    signature = identity.key.sign(b"received")
    assert signature_fits(identity.public, signature, b"received")
    assert not signature_fits(identity.public, signature, b"Received")
    assert not signature_fits(other.public, signature, b"received")


def test_a_machine_without_a_boot_id_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(boot_id()) == 8 or boot_id() == "unknown"

    def nowhere(_path: pathlib.Path) -> bool:
        return False

    monkeypatch.setattr(pathlib.Path, "exists", nowhere)
    assert boot_id() == "unknown"
