"""The disk is full: the desk is told so, nothing is lost, and work goes on as soon as there is room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import KEY
from tests.small_disk import small_disk
from tests.town import received
from village_console.devices.ports import Health, Part, TvEvent, TvEventKind
from village_console.disk_watch import DiskWatch
from village_console.journal.ballast import BALLAST, LITTLE, MB, TELEVISIONS_NEED
from village_console.journal.journal import Journal
from village_console.journal.sqlcipher import EngineError
from village_console.journal.verify import verify_chain
from village_console.shelter.rows import Stay
from village_console.viewing.television_log import TelevisionLog
from village_console.village.errors import DiskIsFullError
from village_console.village.ids import FactHash

if TYPE_CHECKING:
    from tests.conftest import HandClock
    from tests.conftest import JournalMaker as Maker

pytestmark = pytest.mark.integration


class SmallDisk:
    """A tmpfs of one megabyte, or a little more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rubbish = folder / "rubbish"

    def fill(self, leaving: int = 0) -> None:
        """Take all room but so many bytes."""
        try:
            with self._rubbish.open("ab", buffering=0) as file:
                while file.write(bytes(1_000_000)):
                    pass
        except OSError:
            with self._rubbish.open("ab") as file:
                file.truncate(file.tell() - leaving)

    def free(self) -> None:
        """Throw the rubbish away."""
        self._rubbish.unlink()


@pytest.fixture(params=["1m"])
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallDisk]:
    """Parametrize it indirectly for another size."""
    with small_disk(tmp_path / "small disk", request.param) as folder:
        yield SmallDisk(folder)


@pytest.fixture
def make_journal(make_journal: Maker, disk: SmallDisk, clock: HandClock) -> Iterator[Maker]:
    """Journals on the small disk; closed before it is unmounted."""
    maker = type(make_journal)(disk.folder, clock)
    yield maker
    maker.close_all()


def append_for_ever(journal: Journal, written: list[FactHash]) -> None:
    while True:
        written.append(journal.append(received(f"resident:{len(written)}")).hash)


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
        journal.append(received(f"resident:{len(written)}"))
    disk.free()
    assert journal.append(received(f"resident:{len(written)}")).seq == len(written) + 1
    assert journal.verify() == len(written) + 1


def test_a_journal_that_filled_the_disk_opens_again_and_verifies(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    disk.fill(leaving=150_000)
    written = append_until_full(journal)
    journal.close()
    disk.free()
    journal = make_journal()
    assert journal.verify() == len(written)
    assert journal.append(received(f"resident:{len(written)}")).seq == len(written) + 1


def test_a_full_disk_is_not_taken_for_a_wrong_key(make_journal: Maker, disk: SmallDisk) -> None:
    journal = make_journal()
    journal.append(received("resident:0"))
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


# The ballast, and who stops first


ROOMY = pytest.mark.parametrize("disk", [f"{(BALLAST + LITTLE) // MB + 60}m"], indirect=True)


class Line:
    """The status line's word on the disk."""

    def __init__(self) -> None:
        self.said: list[Health] = []

    def take(self, part: Part, health: Health, count: int) -> None:
        assert part is Part.DISK
        assert count >= 0
        self.said.append(health)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def watch(disk: SmallDisk, line: Line) -> DiskWatch:
    return DiskWatch(disk.folder / "journal.db", KEY, line.take, has_ballast=True)


@pytest.fixture
def log(disk: SmallDisk) -> Iterator[TelevisionLog]:
    log = TelevisionLog(disk.folder / "televisions.db", KEY)
    yield log
    log.close()


def spoke(n: int, clock: HandClock) -> TvEvent:
    now = clock.now()
    return TvEvent(
        device=f"stb-{n}", source="set_top", kind=TvEventKind.ALIVE, value="on", t_device=now, t_received=now,
        retained=False, duplicate=False, boot="00000001", seq=n, raw=b"{}",
    )  # fmt: skip


def fill_but(disk: SmallDisk, watch: DiskWatch, free: int) -> Health:
    """Something else takes the disk until only so much is left; what the desk then says."""
    disk.fill(leaving=free)
    return watch.look()


@ROOMY
def test_a_desk_puts_ballast_by_where_there_is_room(disk: SmallDisk, watch: DiskWatch) -> None:
    assert watch.look() is Health.READY
    assert (disk.folder / "ballast").stat().st_blocks * 512 >= BALLAST, "real room, and no hole in a file"
    assert watch.look() is Health.READY


def test_no_ballast_is_made_where_it_would_take_what_others_need(disk: SmallDisk, watch: DiskWatch) -> None:
    watch.look()
    assert not (disk.folder / "ballast").exists()


@ROOMY
def test_televisions_stop_before_check_ins_do(
    make_journal: Maker, disk: SmallDisk, watch: DiskWatch, log: TelevisionLog, clock: HandClock
) -> None:
    journal = make_journal()
    watch.look()
    assert fill_but(disk, watch, TELEVISIONS_NEED + 10 * MB) is Health.LITTLE_ROOM
    assert log.store([spoke(1, clock)], ()) == 1
    assert fill_but(disk, watch, TELEVISIONS_NEED - 10 * MB) is Health.TV_WAITS
    with pytest.raises(EngineError):
        log.store([spoke(2, clock)], ())
    journal.append(received("resident:0"))
    assert (log.count_events(), journal.verify()) == (1, 1)
    disk.free()
    assert watch.look() is Health.READY
    assert log.store([spoke(2, clock)], ()) == 1


@ROOMY
def test_a_disk_that_fills_while_the_desk_looks_on_refuses_nobody(
    make_journal: Maker, disk: SmallDisk, watch: DiskWatch, log: TelevisionLog, clock: HandClock
) -> None:
    journal = make_journal()
    watch.look()
    assert fill_but(disk, watch, 2 * MB) is Health.TV_WAITS
    assert not (disk.folder / "ballast").exists()
    for n in range(300):
        journal.append(received(f"resident:{n}"))
    with pytest.raises(EngineError):
        log.store([spoke(1, clock)], ())
    assert journal.verify() == 300


@ROOMY
def test_a_disk_that_is_full_at_a_blow_refuses_one_and_takes_the_next(
    make_journal: Maker, disk: SmallDisk, watch: DiskWatch
) -> None:
    journal = make_journal()
    watch.look()
    disk.fill()
    written = append_until_full(journal)
    for n in range(len(written), len(written) + 300):
        journal.append(received(f"resident:{n}"))
    assert journal.verify() == len(written) + 300


@ROOMY
def test_a_desk_opens_on_a_full_disk_by_its_ballast(make_journal: Maker, disk: SmallDisk, watch: DiskWatch) -> None:
    make_journal().close()
    watch.look()
    disk.fill()
    assert make_journal().append(received("resident:0")).seq == 1


@ROOMY
def test_ballast_is_put_by_again_when_there_is_room(disk: SmallDisk, watch: DiskWatch, line: Line) -> None:
    watch.look()
    fill_but(disk, watch, 0)
    disk.free()
    watch.look()
    assert (disk.folder / "ballast").exists()
    assert line.said == [Health.READY, Health.TV_WAITS, Health.READY]


@ROOMY
def test_a_disk_without_room_and_without_ballast_is_a_fault(disk: SmallDisk, watch: DiskWatch) -> None:
    watch.look()
    fill_but(disk, watch, 0)
    assert fill_but(disk, watch, 0) is Health.FAULT
