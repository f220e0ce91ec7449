"""A real small stick: full, write-protected, and pulled out of a console that is killed. The bundle that lay there stands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.carriers import new_console
from tests.small_disk import small_disk
from tests.town import registered
from village_console.journal.journal import Journal
from village_console.sync.carrier import Found
from village_console.sync.meeting import Meeting, Outcome
from village_console.sync.stick import StickCarrier
from village_console.village.errors import StickIsFullError, StickIsReadOnlyError

pytestmark = pytest.mark.integration

KILLS = 12
ROOM = "1m"
WRITER = """
import os, sys
from pathlib import Path
from tests.carriers import new_console
from village_console.sync import bundle
from village_console.sync.meeting import Meeting
from village_console.sync.stick import StickCarrier

bundle._SECTION = 1  # every parcel is a section: more moments to be killed in
journal = new_console(Path(sys.argv[1]), 1)

def told(done, of):
    os.write(1, b"%d\\n" % done)

while True:
    Meeting(journal, StickCarrier(journal, Path(sys.argv[2]), told)).hold()
    journal.say(next(m.admitted for m in journal.members().values()))
    os.write(1, b"whole\\n")
"""


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of one megabyte."""
    with small_disk(tmp_path / "stick", ROOM) as folder:
        yield folder


@pytest.fixture
def village(tmp_path: Path) -> Iterator[tuple[Journal, Journal]]:
    one = new_console(tmp_path, 1)
    other = new_console(tmp_path, 2, one)
    yield one, other
    one.close()
    other.close()


def meet(journal: Journal, stick: Path) -> Outcome:
    return Meeting(journal, StickCarrier(journal, stick)).hold()


def bundle(stick: Path, journal: Journal) -> Path:
    (found,) = stick.rglob(f"console-*-{journal.device[:8]}.bundle")
    return found


def fill(stick: Path) -> None:
    with (stick / "holiday.jpg").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


def test_on_a_full_stick_the_bundle_that_was_there_stands_and_others_are_read(
    village: tuple[Journal, Journal], stick: Path
) -> None:
    one, other = village
    meet(other, stick)
    meet(one, stick)
    before = bundle(stick, one).read_bytes()
    other.append(registered("resident:haru", "佐藤 ハル"))
    meet(other, stick)
    one.append(registered("resident:ken", "田中 健"))
    fill(stick)
    with pytest.raises(StickIsFullError) as full:
        meet(one, stick)
    assert (full.value.code, full.value.values) == ("E722", {"path": stick, "free": 0})
    assert bundle(stick, one).read_bytes() == before
    assert list(stick.rglob("*.part")) == []
    assert "resident:haru" in {recorded.fact.subject for _, recorded in one.every_fact() if recorded}
    (stick / "holiday.jpg").unlink()
    assert meet(one, stick).pushed > 0
    assert meet(other, stick).taken.new == 1


def test_a_bundle_that_never_fits_leaves_nothing_behind(village: tuple[Journal, Journal], stick: Path) -> None:
    one, _ = village
    with one.writing() as draft:
        for n in range(5000):
            draft.append(registered(f"resident:{n}", "佐藤 ハル"))
    with pytest.raises(StickIsFullError):
        meet(one, stick)
    assert [path for path in stick.rglob("*") if path.is_file()] == []


def test_a_write_protected_stick_is_read_and_said(village: tuple[Journal, Journal], stick: Path) -> None:
    one, other = village
    other.append(registered("resident:haru", "佐藤 ハル"))
    meet(other, stick)
    subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
    with pytest.raises(StickIsReadOnlyError) as protected:
        meet(one, stick)
    assert protected.value.values == {"path": stick}
    assert one.have().keys() >= other.have().keys()
    assert meet(other, stick).pushed == 0, "who has nothing to write needs no writable stick"


def test_a_console_killed_while_it_writes_leaves_a_whole_bundle(tmp_path: Path) -> None:
    """The first one stands or a newer one does: what another console finds there is never a part."""
    random, stick = Random(7), tmp_path / "stick"
    stick.mkdir()
    one = new_console(tmp_path, 1)
    other = new_console(tmp_path, 2, one)
    with one.writing() as draft:
        for n in range(1000):
            draft.append(registered(f"resident:{n}", "佐藤 ハル"))
    meet(one, stick)
    one.close()
    parts = 0
    for _ in range(KILLS):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(stick)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as writing:
            assert writing.stdout is not None
            for _ in range(random.randrange(1, 12)):
                writing.stdout.readline()
            os.kill(writing.pid, signal.SIGKILL)
        parts += len(list(stick.rglob("*.part")))
        carrier = StickCarrier(other, stick)
        assert isinstance(carrier.heads(), Found)
        assert (len(carrier.folder.fit), carrier.folder.unfit) == (1, {})
    assert parts > 0, "it was never killed while writing"
    assert meet(other, stick).taken.new >= 1001
    one = new_console(tmp_path, 1)
    meet(one, stick)
    assert list(stick.rglob("*.part")) == []
    meet(other, stick)
    assert one.have() == other.have()
    one.close()
    other.close()
