"""A copy is made while the desk writes, and putting one back hides nothing and forks nothing."""

from __future__ import annotations

import shutil
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import DRILL, KEY
from tests.town import received, write_people
from village_console.journal.backup import back_up, lacks, restore
from village_console.journal.store import Purpose
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.village.errors import (
    DiskIsFullError,
    JournalIsDamagedError,
    JournalIsInUseError,
    JournalKeyIsWrongError,
    RunModeDiffersError,
)

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

NOW = 1_793_696_531_000
WRONG_KEY = b"\xff" * 32


@pytest.fixture
def copy(make_journal: JournalMaker) -> Path:
    return make_journal.folder / "stick" / "journal.backup"


@pytest.fixture(autouse=True)
def stick(copy: Path) -> None:
    copy.parent.mkdir()


def test_a_copy_holds_what_the_journal_held(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 5)
    assert back_up(journal.path, KEY, copy) == 10
    write_people(journal, 1, first=5)
    other = make_journal("stick/journal.backup")
    assert [link.hash for link in other.links()] == [link.hash for link in journal.links()][:10]
    assert {n: r.name for n, r in other.rows.all(Resident).items()} == {f"resident:{n}": "佐藤 ハル" for n in range(5)}


def test_a_copy_is_one_file_for_its_owner_alone_and_encrypted(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 5)
    back_up(journal.path, KEY, copy)
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    content = copy.read_bytes()
    assert not any(word in content for word in (b"SQLite", b"EvacueeReceived", b"resident:", "佐藤".encode()))


def test_a_desk_goes_on_writing_while_it_is_copied(make_journal: JournalMaker, copy: Path) -> None:
    journal, done = make_journal(), threading.Event()
    write_people(journal, 20)
    counts: list[int] = []

    def copy_again_and_again() -> None:
        while not done.is_set() or not counts:
            counts.append(back_up(journal.path, KEY, copy))

    copying = threading.Thread(target=copy_again_and_again)
    copying.start()
    written = 20
    while len(counts) < 4 and copying.is_alive():
        write_people(journal, 1, first=written)
        written += 1
    done.set()
    copying.join()
    assert counts == sorted(counts)
    assert len(set(counts)) > 1, "the copies were made at different moments"
    assert counts[-1] <= journal.verify() == 2 * written


def test_a_damaged_journal_is_not_copied_over_a_good_copy(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 5)
    back_up(journal.path, KEY, copy)
    before = copy.read_bytes()
    with make_journal.connect() as connection:
        connection.execute("UPDATE facts SET subject = 'resident:9' WHERE seq = 3")
    with pytest.raises(JournalIsDamagedError) as damaged:
        back_up(journal.path, KEY, copy)
    assert damaged.value.values["seq"] == 3
    assert copy.read_bytes() == before
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_a_page_that_cannot_be_read_ends_the_copy(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 40)
    journal.close()
    with journal.path.open("r+b") as file:
        file.seek(20 * 4096 + 100)
        file.write(b"\0" * 8)
    with pytest.raises(JournalIsDamagedError):
        back_up(journal.path, KEY, copy)
    assert list(copy.parent.iterdir()) == []


def test_there_is_no_copy_where_nothing_can_be_written(make_journal: JournalMaker) -> None:
    journal = make_journal()
    with pytest.raises(DiskIsFullError):
        back_up(journal.path, KEY, make_journal.folder / "no such folder" / "journal.backup")


def test_a_restored_journal_begins_a_new_incarnation_of_the_same_console(
    make_journal: JournalMaker, copy: Path
) -> None:
    journal = make_journal()
    write_people(journal, 5)
    device = journal.device
    back_up(journal.path, KEY, copy)
    journal.close()
    restore(copy, journal.path, KEY, DRILL, NOW)
    journal = make_journal()
    assert [why for _, why in journal.incarnations()] == ["made", "restored"]
    written = journal.append(received("resident:7"))
    assert (written.dev, written.seq) == (device, 1)
    assert journal.verify() == 11


def test_what_was_written_after_the_copy_comes_back_from_a_peer_without_a_fork(
    make_journal: JournalMaker, copy: Path
) -> None:
    journal, peer = make_journal(), make_journal("peer.db")
    peer.admit(journal.public_key)
    write_people(journal, 5)
    back_up(journal.path, KEY, copy)
    write_people(journal, 3, first=5)
    links = journal.owed(peer.have())
    peer.take_in(links, journal.keys_for(links))
    whole = journal.rows.everything()
    journal.close()
    restore(copy, journal.path, KEY, DRILL, NOW)
    journal = make_journal()
    journal.append(received("resident:0"))
    links = peer.owed(journal.have())
    assert journal.take_in(links, peer.keys_for(links)).new == 6
    assert (journal.forks(), journal.verify()) == ([], 17)
    assert set(journal.rows.everything()) == set(whole)
    assert len(journal.rows.all(Stay)) == 8


def test_the_log_of_the_journal_that_was_there_is_not_replayed(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 5)
    back_up(journal.path, KEY, copy)
    write_people(journal, 5, first=5)
    killed = {end: journal.path.with_name(journal.path.name + end).read_bytes() for end in ("", "-wal")}
    journal.close()
    for end, content in killed.items():
        journal.path.with_name(journal.path.name + end).write_bytes(content)
    aside = restore(copy, journal.path, KEY, DRILL, NOW)
    assert make_journal().verify() == 10
    assert aside is not None
    assert make_journal(aside.name).verify() == 20, "what was there is kept, its log with it"


def test_a_second_restore_keeps_both_aside(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 2)
    back_up(journal.path, KEY, copy)
    journal.close()
    asides = [restore(copy, journal.path, KEY, DRILL, NOW) for _ in range(2)]
    assert [aside.name for aside in asides if aside] == ["journal.db.aside-1", "journal.db.aside-2"]
    assert [why for _, why in make_journal().incarnations()] == ["made", "restored"]


def test_a_journal_is_restored_where_there_is_none(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 2)
    back_up(journal.path, KEY, copy)
    elsewhere = make_journal.folder / "new laptop" / "journal.db"
    assert restore(copy, elsewhere, KEY, DRILL, NOW) is None
    assert make_journal("new laptop/journal.db").verify() == 4


def test_an_open_desk_is_not_restored_under_its_feet(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 2)
    back_up(journal.path, KEY, copy)
    with pytest.raises(JournalIsInUseError):
        restore(copy, journal.path, KEY, DRILL, NOW)
    assert journal.append(received("resident:0")).seq == 5


@pytest.mark.parametrize(
    ("key", "purpose", "refused"),
    [
        (WRONG_KEY, DRILL, JournalKeyIsWrongError),
        (KEY, Purpose("real", "physical", "flood"), RunModeDiffersError),
    ],
)
def test_what_does_not_belong_here_is_not_restored(
    make_journal: JournalMaker, copy: Path, key: bytes, purpose: Purpose, refused: type[Exception]
) -> None:
    journal = make_journal()
    write_people(journal, 2)
    back_up(journal.path, KEY, copy)
    journal.close()
    before = journal.path.read_bytes()
    with pytest.raises(refused):
        restore(copy, journal.path, key, purpose, NOW)
    assert journal.path.read_bytes() == before
    assert make_journal().verify() == 4


def test_a_copy_that_was_tampered_with_is_not_restored(make_journal: JournalMaker, copy: Path) -> None:
    journal = make_journal()
    write_people(journal, 2)
    back_up(journal.path, KEY, copy)
    journal.close()
    with make_journal.connect("stick/journal.backup") as connection:
        connection.execute("DELETE FROM facts WHERE seq = 4")
    with pytest.raises(JournalIsDamagedError):
        restore(copy, journal.path, KEY, DRILL, NOW)
    assert make_journal().verify() == 4


def test_what_only_the_present_journal_holds_is_counted_before_anything_is_hidden(
    make_journal: JournalMaker, copy: Path
) -> None:
    journal = make_journal()
    write_people(journal, 2)
    back_up(journal.path, KEY, copy)
    assert lacks(copy, journal.path, KEY) == 0
    write_people(journal, 2, first=2)
    assert lacks(copy, journal.path, KEY) == 4
    ruined = make_journal.folder / "ruined.db"
    shutil.copyfile(copy, ruined)
    with ruined.open("r+b") as file:
        file.write(bytes(4096))
    assert lacks(copy, ruined, KEY) is None
