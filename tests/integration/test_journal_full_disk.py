"""The disk is full: the desk is told so, nothing is lost, and work goes on as soon as there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from village_console.journal.journal import Journal
from village_console.journal.verify import verify_chain
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.shelter.rows import Stay
from village_console.village.errors import DiskIsFullError
from village_console.village.ids import FactHash, ShelterId

if TYPE_CHECKING:
    from tests.conftest import HandClock
    from tests.conftest import JournalMaker as Maker

pytestmark = pytest.mark.integration


class SmallDisk:
    """A tmpfs of one megabyte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rubbish = folder / "rubbish"

    def fill(self, leaving: int = 0) -> None:
        """Take all room but so many bytes."""
        try:
            with self._rubbish.open("ab", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
        except OSError:
            with self._rubbish.open("ab") as file:
                file.truncate(file.tell() - leaving)

    def free(self) -> None:
        """Throw the rubbish away."""
        self._rubbish.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "small disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        tried = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("this machine has no mount command")
    if tried.returncode:
        pytest.skip(f"this user may not mount a small disk: {tried.stderr.strip()}")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def make_journal(make_journal: Maker, disk: SmallDisk, clock: HandClock) -> Iterator[Maker]:
    """Journals on the small disk; closed before it is unmounted."""
    maker = type(make_journal)(disk.folder, clock)
    yield maker
    maker.close_all()


def received(n: int) -> EvacueeReceived:
    return EvacueeReceived(subject=f"resident:{n}", shelter=ShelterId("S1"), receipt=f"S1-{n:04d}", path=Way.CARD)


def append_for_ever(journal: Journal, written: list[FactHash]) -> None:
    while True:
        written.append(journal.append(received(len(written))).hash)


def append_until_full(journal: Journal) -> list[FactHash]:
    """What was acknowledged before the disk was full."""
    written: list[FactHash] = []
    with pytest.raises(DiskIsFullError) as full:
        append_for_ever(journal, written)
    assert (full.value.code, full.value.values) == ("E107", {"path": journal.path})
    return written


def test_on_a_full_disk_everything_acknowledged_is_there_and_nothing_else(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    disk.fill(leaving=150_000)
    written = append_until_full(journal)
    assert len(written) > 0
    assert [recorded.hash for _, recorded in journal.every_fact() if recorded] == written
    assert len(journal.rows.all(Stay)) == journal.verify() == len(written)


def test_work_goes_on_as_soon_as_there_is_room(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    disk.fill(leaving=150_000)
    written = append_until_full(journal)
    with pytest.raises(DiskIsFullError):
        journal.append(received(len(written)))
    disk.free()
    assert journal.append(received(len(written))).seq == len(written) + 1
    assert journal.verify() == len(written) + 1


def test_a_journal_that_filled_the_disk_opens_again_and_verifies(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    disk.fill(leaving=150_000)
    written = append_until_full(journal)
    journal.close()
    disk.free()
    journal = make_journal()
    assert journal.verify() == len(written)
    assert journal.append(received(len(written))).seq == len(written) + 1


def test_a_full_disk_is_not_taken_for_a_wrong_key(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    journal.append(received(0))
    journal.close()
    disk.fill()
    with pytest.raises(DiskIsFullError) as full:
        make_journal()
    assert full.value.values == {"path": journal.path}
    disk.free()
    assert make_journal().verify() == 1


def test_no_journal_is_begun_on_a_full_disk(make_journal: Maker, disk: SmallDisk) -> None:
    disk.fill()
    with pytest.raises(DiskIsFullError):
        make_journal("new.db")
    disk.free()
    assert make_journal("new.db").verify() == 0


def test_looks_and_secrets_on_a_full_disk_are_refused_alike(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    disk.fill()
    with pytest.raises(DiskIsFullError):
        journal.note_look("opened", "resident:haru")
    with pytest.raises(DiskIsFullError):
        journal.secret("tokens:evening")
    disk.free()
    journal.note_look("opened", "resident:haru")
    assert len(journal.secret("tokens:evening")) == 32


def test_what_is_on_a_full_disk_can_still_be_read(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    disk.fill(leaving=150_000)
    written = append_until_full(journal)
    with make_journal.connect(read_only=True) as other:
        assert verify_chain(journal.path, other) == len(written)
