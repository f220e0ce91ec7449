"""Bytes flip, sectors are zeroed, files are cut short: it is found at the opening or by `verify`, or it has changed nothing."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import DRILL, KEY
from tests.town import write_people
from village_console.journal.facts import PersonErased
from village_console.journal.journal import Journal
from village_console.journal.sqlcipher import open_encrypted
from village_console.journal.verify import check_pages
from village_console.village.errors import JournalIsDamagedError, JournalKeyIsWrongError

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

pytestmark = pytest.mark.integration

DAMAGES = 120
SECTOR, PAGE = 512, 4096
Damage = Callable[[bytearray, random.Random], None]


class Found(StrEnum):
    AT_OPENING = "at_opening"
    BY_VERIFY = "by_verify"
    BY_THE_NOTED_END = "by_the_noted_end"
    """The end of the log is gone: the journal knows that it is not the file it was, and begins a new incarnation."""
    CHANGED_NOTHING = "changed_nothing"


def flip(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def zero(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content) // PAGE) * PAGE
    content[at : at + PAGE] = bytes(len(content[at : at + PAGE]))


def cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


class Patient:
    """A journal as a killed desk leaves it: most of it in the file, its newest facts in the log beside it."""

    def __init__(self, make_journal: JournalMaker) -> None:
        self._maker, self._sick = make_journal, make_journal.folder / "sick"
        journal = make_journal("well/journal.db")
        write_people(journal, 60)
        for n in range(20):  # leaves free pages behind
            journal.append(PersonErased(subject=f"resident:{n}", why="asked"))
        journal.close()
        journal = make_journal("well/journal.db")
        write_people(journal, 10, first=100)
        self.files = {
            path.name: path.read_bytes() for path in journal.path.parent.iterdir() if path.suffix != ".db-shm"
        }
        self.facts, self.rows = facts_of(journal), journal.rows.everything()
        journal.close()

    def found(self, file: str, damage: Damage, chance: random.Random) -> Found:
        """Damage one file and say how it comes to light."""
        content = bytearray(self.files[file])
        damage(content, chance)
        self._sick.mkdir()
        try:
            for name, whole in (self.files | {file: bytes(content)}).items():
                (self._sick / name).write_bytes(whole)
            return self._look()
        finally:
            shutil.rmtree(self._sick)

    def _look(self) -> Found:
        path = self._sick / "journal.db"
        try:
            journal = Journal(path, KEY, DRILL, self._maker.catalogue, self._maker.clock)
        except (JournalIsDamagedError, JournalKeyIsWrongError):
            return Found.AT_OPENING
        try:
            if len(journal.incarnations()) > 1:
                assert set(facts_of(journal)) <= set(self.facts), "what is left is as it was"
                return Found.BY_THE_NOTED_END
            verified(journal)
        except JournalIsDamagedError:
            return Found.BY_VERIFY
        finally:
            journal.close()
        assert facts_of_file(path) == self.facts
        return Found.CHANGED_NOTHING


def verified(journal: Journal) -> None:
    """What `verify` and the look over all pages say."""
    connection = open_encrypted(journal.path, KEY, read_only=True)
    try:
        journal.verify()
        check_pages(journal.path, connection)
    finally:
        connection.close()


def facts_of(journal: Journal) -> list[tuple[bytes, bytes]]:
    return [(link.hash, link.sealed) for link in journal.links()]


def facts_of_file(path: Path) -> list[tuple[bytes, bytes]]:
    connection = open_encrypted(path, KEY, read_only=True)
    try:
        query = "SELECT hash, sealed FROM facts ORDER BY seq"
        return [(bytes(hash_), bytes(sealed)) for hash_, sealed in connection.execute(query)]
    finally:
        connection.close()


@pytest.fixture
def patient(make_journal: JournalMaker) -> Patient:
    return Patient(make_journal)


@pytest.mark.parametrize("damage", [flip, zero, cut])
@pytest.mark.parametrize("file", ["journal.db", "journal.db-wal"])
def test_damage_is_found_or_has_changed_nothing(patient: Patient, file: str, damage: Damage) -> None:
    chance = random.Random(f"{file} {damage.__name__}")
    found = Counter(patient.found(file, damage, chance) for _ in range(DAMAGES))
    assert found.total() == DAMAGES
    assert found[Found.CHANGED_NOTHING] < DAMAGES / 2, "this damages something that matters"
