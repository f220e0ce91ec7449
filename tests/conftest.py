"""What any test may ask for: a clock that stands until it is moved, and journals with the real catalogue."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import skips
from village_console.journal.journal import Journal
from village_console.journal.sqlcipher import open_encrypted
from village_console.journal.store import Purpose
from village_console.records import catalogue
from village_console.village.clock import JST, Clock

EVENING = datetime(2026, 11, 3, 18, 2, 11, tzinfo=JST)
KEY = bytes(range(32))
HEARING_CTRL_C = ["env", "--default-signal=INT"]
"""Before a command, as at a terminal: what a shell runs in the background is started with Ctrl-C ignored."""
DRILL = Purpose("drill", "simulated", "evening")
pytest_runtest_makereport = skips.pytest_runtest_makereport


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What has daemons begins first, and a file of it stays with one worker; all that use the machine's pcscd with the same."""
    for item in items:
        if item.get_closest_marker("integration") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.name))
    items.sort(key=lambda item: item.get_closest_marker("integration") is None)


class HandClock(Clock):
    """Stands at one moment, as in a paused drill; a test moves it by hand."""

    def __init__(self, at: datetime = EVENING) -> None:
        super().__init__()
        self.set(at)

    def set(self, at: datetime) -> None:
        """Stand at another moment, earlier or later."""
        self.drive(at.timestamp(), self.monotonic(), 0)

    def advance(self, **by: float) -> None:
        """Let time pass: `clock.advance(minutes=5)`."""
        self.set(self.now() + timedelta(**by))


class JournalMaker:
    """Opens journals in one folder and closes all of them when the test ends."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.catalogue = catalogue()
        self._opened: list[Journal] = []

    def __call__(self, name: str = "journal.db", *, key: bytes = KEY, purpose: Purpose = DRILL) -> Journal:
        """Open or make the journal of that name; open it again after `close` to read what the file holds."""
        journal = Journal(self.folder / name, key, purpose, self.catalogue, self.clock)
        self._opened.append(journal)
        return journal

    @contextmanager
    def connect(self, name: str = "journal.db", *, read_only: bool = False) -> Generator[sqlite3.Connection]:
        """The same file with the right key and no journal about it: to see what is on disk, or to tamper."""
        connection = open_encrypted(self.folder / name, KEY, read_only=read_only)
        try:
            yield connection
        finally:
            connection.close()

    def close_all(self) -> None:
        """Close what a test left open; closing twice does no harm."""
        for journal in self._opened:
            journal.close()


@pytest.fixture
def clock() -> HandClock:
    """3 November 2026, 18:02:11 in Japan, until the test moves it."""
    return HandClock()


@pytest.fixture
def make_journal(tmp_path: Path, clock: HandClock) -> Iterator[JournalMaker]:
    """`make_journal()` opens a journal of a simulated drill in the test's folder."""
    maker = JournalMaker(tmp_path, clock)
    yield maker
    maker.close_all()


@pytest.fixture
def journal(make_journal: JournalMaker) -> Journal:
    """One empty journal."""
    return make_journal()


@pytest.fixture(scope="session")
def journals() -> Callable[[], AbstractContextManager[JournalMaker]]:
    """For hypothesis: `with journals() as make_journal:` has a folder and a clock of its own in every example."""

    @contextmanager
    def fresh() -> Generator[JournalMaker]:
        with TemporaryDirectory() as folder:
            maker = JournalMaker(Path(folder), HandClock())
            try:
                yield maker
            finally:
                maker.close_all()

    return fresh
