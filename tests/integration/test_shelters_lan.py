"""Three consoles in networks of their own, joined by a bridge: a cable is pulled, both sides go on, and meet again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.namespaces import Network, network
from tests.town import person, resident_row, wait_until, write_csv
from village_console.import_town import import_town
from village_console.journal.journal import Journal
from village_console.journal.keys.printed import new_code
from village_console.records import open_journal
from village_console.settings import load_settings
from village_console.sync.desk import SyncDesk
from village_console.sync.own import Place
from village_console.village.clock import Clock

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

NAMES = ("中央公民館", "上興部会館", "中興部会館")
PORT = 4477
BOTH = person(1)
SETTINGS = """
[site]
municipality = "015628"
shelter = "S{number}"
shelter_name = "{name}"
console = {number}
[mode]
run_mode = "test"
world = "simulated"
incident = "lan"
[sync]
{line}
"""


class Console:
    """A console that runs in its own network."""

    def __init__(self, folder: Path, inside: list[str]) -> None:
        command = [*inside, sys.executable, "-m", "tests.lan_console", str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *order: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def known(self) -> dict[str, Any]:
        return self.ask("known")

    def end(self) -> None:
        self._process.communicate(timeout=60)


class Shelters:
    """Three of them; the first runs the anchor."""

    def __init__(self, folder: Path, net: Network) -> None:
        self.folders = [folder / str(number) for number in (1, 2, 3)]
        self.net = net
        self.consoles = [Console(own, net.inside(n)) for n, own in enumerate(self.folders, start=1)]

    def all_hold_the_same(self) -> bool:
        first, *others = (console.known()["have"] for console in self.consoles)
        return all(held == first for held in others)

    def until_equal(self, what: str, most: float = 90) -> None:
        """Wait, and say how long it took (`pytest -rP` shows it)."""
        began = time.monotonic()
        assert wait_until(self.all_hold_the_same, most), [console.known() for console in self.consoles]
        sys.stdout.write(f"{what}: {time.monotonic() - began:.1f} s\n")

    def end(self) -> None:
        for console in self.consoles:
            console.end()


@contextmanager
def opened(folder: Path) -> Generator[Journal]:
    with closing(open_journal(load_settings(folder / "console.toml"), folder, Clock())) as journal:
        yield journal


def furnish(folder: Path, net: Network, people: int) -> None:
    """Three laptops of one village, let in by six words; only the first has the register."""
    with ExitStack() as ending:
        desks: list[SyncDesk] = []
        for number, name in enumerate(NAMES, start=1):
            own = folder / str(number)
            own.mkdir()
            line = f'serve = true\nlisten = "0.0.0.0:{PORT}"' if number == 1 else f'anchor = "{net.address(1)}:{PORT}"'
            (own / "console.toml").write_text(SETTINGS.format(number=number, name=name, line=line), "utf-8")
            journal = ending.enter_context(opened(own))
            desks.append(SyncDesk(journal, Place(number, f"S{number}", name)))
            if number == 1:
                write_csv(own / "residents.csv", [resident_row(f"{n:07d}", f"H{n:04d}") for n in range(1, people + 1)])
                import_town(journal, "015628", own)
        stick = folder / "stick"
        stick.mkdir()
        for desk in desks[1:]:
            code = new_code()
            assert desk.ask(stick, code) is None
            assert desks[0].let_in(stick, desks[0].asking(stick)[0], code, may_admit=False) is None
            desk.answered(stick, code)


@pytest.fixture
def net() -> Generator[Network]:
    with network(3) as made:
        yield made


@contextmanager
def shelters(folder: Path, net: Network, people: int) -> Generator[Shelters]:
    furnish(folder, net, people)
    made = Shelters(folder, net)
    try:
        yield made
    finally:
        made.end()


def test_the_same_person_at_both_ends_of_a_pulled_cable_is_asked_about_at_all_and_settled_at_all(
    tmp_path: Path, net: Network
) -> None:
    with shelters(tmp_path, net, people=20) as made:
        one, two, three = made.consoles
        made.until_equal("equal at first")
        net.pull(2)
        assert one.ask("receive", BOTH)["verdict"] == "received"
        assert two.ask("receive", BOTH)["verdict"] == "received"
        assert wait_until(lambda: three.known()["stays"] == {BOTH: "S1"}, 20)
        assert wait_until(lambda: two.known()["line"] == "lost", 40)
        assert not made.all_hold_the_same()
        net.plug_in(2)
        made.until_equal("equal again")
        assert [console.known()["disputed"] for console in made.consoles] == [[BOTH]] * 3
        assert two.ask("decide", BOTH, "S1")["verdict"] == "decided"
        made.until_equal("settled")
        assert [console.known()["disputed"] for console in made.consoles] == [[]] * 3
    assert_equal_on_disk(made.folders)


def test_a_thousand_people_come_over_a_slow_line_and_a_reception_meanwhile_too(tmp_path: Path, net: Network) -> None:
    net.limit(2, "1mbit")
    with shelters(tmp_path, net, people=1_000) as made:
        assert made.consoles[0].ask("receive", BOTH)["verdict"] == "received"
        made.until_equal("equal at 1 mbit")
    assert_equal_on_disk(made.folders)


def assert_equal_on_disk(folders: list[Path]) -> None:
    with ExitStack() as ending:
        first, *others = [ending.enter_context(opened(folder)) for folder in folders]
        for other in others:
            assert other.have() == first.have()
            assert other.rows.everything() == first.rows.everything()
