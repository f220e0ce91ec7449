"""There is no room for a second copy: the rekey stops and says so, everything opens as before, and it is finished later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.small_disk import small_disk
from tests.town import DRILL, FOLDS, KEY, KINDS, clock_at, listed, open_journal, write_all
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal
from village_console.journal.keys.change import add_device, add_slot
from village_console.journal.keys.rekey import rekey
from village_console.journal.keys.ring import JOURNAL, Ring, by_secret, unattended
from village_console.journal.keys.secret import Recovery, personal_slot
from village_console.village.errors import DiskIsFullError

pytestmark = pytest.mark.integration

PRINTED = Recovery(b"r" * 32)
PEOPLE = 200


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A console on a tmpfs of two megabytes."""
    with small_disk(tmp_path / "small disk", "2m") as folder:
        with closing(open_journal(folder)) as journal:
            write_all(journal, [listed(n, 1 + n // 3, f"佐藤 {n}", "サトウ") for n in range(PEOPLE)])
        add_slot(folder, personal_slot(PRINTED, "", "2026-11-03", (KEY,)))
        add_device(folder, Ring((KEY,)))
        yield folder


def fill(folder: Path, leaving: int) -> Path:
    """Take all room but so many bytes."""
    rubbish = folder / "rubbish"
    with rubbish.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            file.truncate(max(0, file.tell() - leaving))
    return rubbish


def facts(folder: Path, ring: Ring | None) -> int:
    assert ring is not None
    path = folder / JOURNAL
    with closing(Journal(path, ring.key_for(path), DRILL, Catalogue(KINDS, FOLDS), clock_at())) as journal:
        return journal.verify()


@pytest.mark.parametrize("leaving", [0, 4096, 16 * 1024, 48 * 1024, 96 * 1024])
def test_without_room_nothing_is_lost_and_with_room_it_is_finished(folder: Path, leaving: int) -> None:
    assert facts(folder, unattended(folder)) == PEOPLE
    rubbish = fill(folder, leaving)
    with pytest.raises(DiskIsFullError):
        rekey(folder, unattended(folder))
    rubbish.unlink()
    assert [facts(folder, ring) for ring in (unattended(folder), by_secret(folder, PRINTED))] == [PEOPLE] * 2
    fresh = rekey(folder, unattended(folder))
    assert KEY not in fresh.keys
    assert [unattended(folder), by_secret(folder, PRINTED)] == [fresh] * 2
    assert facts(folder, fresh) == PEOPLE
    assert [path.name for path in folder.iterdir() if path.suffix in (".part", ".rekey")] == []
