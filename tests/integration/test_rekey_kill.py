"""A laptop loses power in the middle of a rekey, at any line of it: some slot opens whatever lies there, and it is finished."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from shutil import copytree

import pytest

from tests.town import DRILL, EVENING, FOLDS, KEY, KINDS, clock_at, listed, open_journal, write_all
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal
from village_console.journal.keys.change import add_device, add_slot
from village_console.journal.keys.rekey import rekey
from village_console.journal.keys.ring import JOURNAL, TELEVISIONS, Ring, by_secret, opens, unattended
from village_console.journal.keys.secret import Passphrase, Recovery, personal_slot
from village_console.journal.keys.slot import Cost
from village_console.journal.sqlcipher import open_encrypted
from village_console.viewing.television_log import TelevisionLog

pytestmark = pytest.mark.integration

WORDS, PRINTED = Passphrase("hisoka komatsuna okitsuku kawa"), Recovery(b"r" * 32)
PEOPLE, EVENTS = 300, 2000
POINTS = 24
"""How many lines, spread evenly over all that a rekey goes through, are the last that a process sees; and as many moments."""

REKEY = """
import os, signal, sys
from pathlib import Path
from village_console.journal.keys import rekey as work
from village_console.journal.keys.ring import unattended

folder, last = Path(sys.argv[1]), int(sys.argv[2])
keys, key_file = os.path.dirname(work.__file__), os.path.join(os.path.dirname(os.path.dirname(work.__file__)), "key_file.py")
seen = 0

def trace(frame, event, _):
    global seen
    if not frame.f_code.co_filename.startswith(keys) and frame.f_code.co_filename != key_file:
        return None
    if event == "line":
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    return trace

ring = unattended(folder)
print("begins", flush=True)
if last >= 0:
    sys.settrace(trace)
work.rekey(folder, ring)
sys.settrace(None)
print(seen, flush=True)
"""


def heard(seq: int) -> TvEvent:
    return TvEvent(
        device=f"stb-{seq % 40:04d}", source="set_top", kind=TvEventKind.ALIVE, value="on", t_device=EVENING,
        t_received=EVENING, retained=False, duplicate=False, boot="9f31c2aa", seq=seq, raw=b"{}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A console with people, televisions, and three ways in."""
    folder = tmp_path_factory.mktemp("village")
    with closing(open_journal(folder)) as journal:
        write_all(journal, [listed(n, 1 + n // 3, f"佐藤 {n}", "サトウ") for n in range(PEOPLE)])
    with closing(TelevisionLog(folder / TELEVISIONS, KEY)) as log:
        log.store([heard(n) for n in range(EVENTS)], [])
    for secret in (WORDS, PRINTED):
        add_slot(folder, personal_slot(secret, "", "2026-11-03", (KEY,), Cost(8, 1, 1)))
    add_device(folder, Ring((KEY,)))
    return folder


def killed(folder: Path, line: int = -1, after: float | None = None) -> bool:
    """Rekey in a process of its own that dies at a line, or so many seconds after it began; false when it was done first."""
    with subprocess.Popen(
        [sys.executable, "-c", REKEY, str(folder), str(line)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        if after is not None:
            time.sleep(after)
            process.kill()
        process.wait(60)
    assert process.returncode in (0, -signal.SIGKILL)
    return process.returncode != 0


def lines_of_a_rekey(folder: Path) -> int:
    """How many lines of its own code a rekey goes through."""
    done = subprocess.run(
        [sys.executable, "-c", REKEY, str(folder), "0"], capture_output=True, text=True, check=True, timeout=60
    )
    return int(done.stdout.split()[-1])


def assert_all_is_there(folder: Path, ring: Ring | None) -> None:
    assert ring is not None
    with closing(journal_of(folder, ring)) as journal:
        assert journal.verify() == PEOPLE
    with closing(open_encrypted(folder / TELEVISIONS, ring.key_for(folder / TELEVISIONS))) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (EVENTS,)
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []


def journal_of(folder: Path, ring: Ring) -> Journal:
    path = folder / JOURNAL
    return Journal(path, ring.key_for(path), DRILL, Catalogue(KINDS, FOLDS), clock_at())


def ways_in(folder: Path) -> list[Ring | None]:
    return [unattended(folder), by_secret(folder, WORDS), by_secret(folder, PRINTED)]


def assert_opens_and_can_be_finished(folder: Path, way_in: int) -> None:
    rings = ways_in(folder)
    for ring in rings:
        assert_all_is_there(folder, ring)
    chosen = rings[way_in]
    assert chosen is not None
    fresh = rekey(folder, chosen)
    assert ways_in(folder) == [fresh] * 3
    assert_all_is_there(folder, fresh)
    assert [opens(folder / name, KEY) for name in (JOURNAL, TELEVISIONS)] == [False, False]
    assert [path.name for path in folder.iterdir() if path.suffix in (".rekey", ".part")] == []


Copies = Callable[[], AbstractContextManager[Path]]


@pytest.fixture
def copies(village: Path, tmp_path: Path) -> Copies:
    @contextmanager
    def fresh() -> Generator[Path]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        yield copytree(village, folder)

    return fresh


@pytest.mark.timeout(300)
def test_whatever_line_is_the_last_some_slot_opens_what_lies_there(copies: Copies) -> None:
    with copies() as folder:
        lines = lines_of_a_rekey(folder)
    assert lines > 10 * POINTS
    for point in range(POINTS):
        with copies() as folder:
            assert killed(folder, line=1 + point * lines // POINTS)
            assert_opens_and_can_be_finished(folder, point % 3)


@pytest.mark.timeout(300)
def test_whatever_moment_is_the_last_some_slot_opens_what_lies_there(copies: Copies) -> None:
    with copies() as folder:
        begun = time.monotonic()
        assert not killed(folder)
        whole_run = time.monotonic() - begun
    moment = random.Random(4)
    kills = 0
    for point in range(POINTS):
        with copies() as folder:
            kills += killed(folder, after=moment.random() * whole_run / 4)
            assert_opens_and_can_be_finished(folder, point % 3)
    assert kills


@pytest.mark.timeout(120)
def test_one_kill_after_another_on_the_same_files(copies: Copies) -> None:
    with copies() as folder:
        lines = lines_of_a_rekey(folder)
    with copies() as folder:
        for part in range(1, 7):
            killed(folder, line=part * lines // 8)
            for ring in ways_in(folder):
                assert_all_is_there(folder, ring)
        assert_opens_and_can_be_finished(folder, 1)
