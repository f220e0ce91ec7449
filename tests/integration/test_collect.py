"""`village-console collect` as a process of its own: killed and started again it loses nothing; a desk reads beside it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import SetTop as Box
from tests.conftest import HEARING_CTRL_C
from tests.town import KEY, MUNICIPALITY, home, listed, wait_until, write_all
from village_console.bootstrap import make_station
from village_console.children import free_ports
from village_console.devices.ports import Health, Part
from village_console.drill_broker import start_broker
from village_console.journal.facts import Fact
from village_console.records import open_journal
from village_console.settings import load_settings
from village_console.stranded.facts import Level
from village_console.tui.app import ConsoleApp
from village_console.viewing.facts import Purpose, TelevisionPaired, ViewingConsentGiven
from village_console.viewing.television_log import TelevisionLog, open_log
from village_console.viewing.television_readings import TelevisionReadings, is_owned
from village_console.village.clock import Clock, minute_of
from village_console.village.errors import TelevisionLogIsInUseError
from village_console.village.ids import television_id

pytestmark = pytest.mark.integration

HOMES, REFUSING = 12, 3
"""The last three have not agreed."""
BOOT = "0000000a"


class Console:
    """A folder of a real console, its broker, and the processes that run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log_path = folder, folder / "televisions.db"
        self.port = free_ports(1)[0]
        self._children = ExitStack()
        self._processes: list[subprocess.Popen[str]] = []
        (folder / "console.toml").write_text(
            f"""[site]
municipality = "{MUNICIPALITY}"
shelter = "S1"
shelter_name = "公民館"
[mode]
run_mode = "test"
world = "simulated"
incident = "collect"
[devices]
broker = "127.0.0.1:{self.port}"
""",
            "utf-8",
        )
        (folder / "journal.key").write_text(KEY.hex())
        (folder / "journal.key").chmod(0o600)
        self.settings = load_settings(folder / "console.toml")
        with closing(open_journal(self.settings, folder, Clock())) as journal:
            write_all(journal, [fact for number in range(1, HOMES + 1) for fact in facts_of(number)])

    def start_broker(self) -> None:
        start_broker(self.folder, f"127.0.0.1:{self.port}", self._children)

    def stop_broker(self) -> None:
        self._children.close()

    def collect(self, *more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "village_console", "collect", "--settings", str(self.folder / "console.toml")]
        process = subprocess.Popen(
            [*HEARING_CTRL_C, *command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"VILLAGE_CONSOLE_LANG": "en"},
        )  # fmt: skip
        self._processes.append(process)
        return process

    def reading(self) -> TelevisionReadings:
        """The log as a desk reads it."""
        assert wait_until(lambda: is_owned(self.log_path), 20)
        log = open_log(self.log_path, KEY)
        assert not isinstance(log, TelevisionLog)
        return log

    def collecting(self) -> subprocess.Popen[str]:
        """A collector that is connected to its broker."""
        process = self.collect()
        with closing(self.reading()) as log:
            assert wait_until(lambda: log.collector_health() is Health.READY, 20)
        return process

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        self._children.close()


def facts_of(number: int) -> list[Fact]:
    device = f"stb-{number:04d}"
    television = television_id(MUNICIPALITY, device)
    agreed = number <= HOMES - REFUSING
    return [
        listed(number, number, f"人 {number}", "ヒト"),
        TelevisionPaired(subject=television, household=home(number), device=device),
        ViewingConsentGiven(subject=television, purpose=Purpose.DISASTER, agreed=agreed, who=None),
    ]


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    console = Console(tmp_path)
    yield console
    console.close()


class Village:
    """Every home's box: it is switched on and then says that it is alive."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.kept = 0
        """How many rows the log must have: nothing of those who have not agreed."""
        self._boxes = [Box(f"stb-{number:04d}") for number in range(1, HOMES + 1)]
        for box in self._boxes:
            (greeting,) = box.power_up(BOOT)
            fleet.connect(box.device, greeting, box.will())
        assert fleet.wait_connected(20)

    def speak(self, rounds: int, pause: float = 0, at: datetime | None = None) -> None:
        for _ in range(rounds):
            for number, box in enumerate(self._boxes):
                moment = at or Clock().now()
                logs = box.alive(moment) if box.is_on else box.switch(on=True, at=moment)
                self.kept += len(logs) if number < HOMES - REFUSING else 0
                for log in logs:
                    self._fleet.publish(box.device, log)
            threading.Event().wait(pause)


@pytest.fixture
def fleet(console: Console) -> Iterator[Fleet]:
    with Fleet("127.0.0.1", console.port) as fleet:
        yield fleet


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


def test_killed_and_started_again_it_loses_no_row_and_doubles_none(console: Console, fleet: Fleet) -> None:
    console.start_broker()
    process = console.collecting()
    village = Village(fleet)
    evening = threading.Thread(target=village.speak, args=(60, 0.05))
    evening.start()
    for _ in range(2):
        with closing(console.reading()) as log:
            before = log.count_events()
            assert wait_until(lambda: log.count_events() > before, 20)  # noqa: B023 -- used at once
        process.kill()
        process.wait(10)
        assert not is_owned(console.log_path)
        process = console.collecting()
    evening.join()
    assert fleet.drain(20)
    with closing(console.reading()) as log:
        assert wait_until(lambda: log.count_events() == village.kept, 30)
        assert (log.missing(), log.dropped(), log.dead_letters()) == (0, 0, [])
    assert village.kept == 61 * (HOMES - REFUSING)


def test_it_ends_on_sigterm_and_on_ctrl_c_with_everything_on_disk(console: Console, fleet: Fleet) -> None:
    console.start_broker()
    village: Village | None = None
    for number in (signal.SIGTERM, signal.SIGINT):
        process = console.collecting()
        village = village or Village(fleet)
        village.speak(1)
        kept = village.kept
        assert fleet.drain(20)
        with closing(console.reading()) as log:
            assert wait_until(lambda: log.count_events() == kept, 20)  # noqa: B023 -- used at once
        process.send_signal(number)
        status, errors = ended(process)
        assert (status, "Traceback" in errors) == (0, False)
        assert errors.splitlines()[0] == f"Collecting the TVs from 127.0.0.1:{console.port}. TVs with consent: 9"
        assert errors.splitlines()[-1] == "Ended. What was heard is on disk"
    with closing(TelevisionLog(console.log_path, KEY)) as log:
        assert log.count_events() == 3 * (HOMES - REFUSING)


def test_it_waits_for_its_broker_and_says_once_that_it_does(console: Console) -> None:
    process = console.collect()
    with closing(console.reading()) as log:
        assert wait_until(lambda: log.collector_health() is Health.NO_ANSWER, 20)
        console.start_broker()
        assert wait_until(lambda: log.collector_health() is Health.READY, 20)
        console.stop_broker()
        assert wait_until(lambda: log.collector_health() is Health.NO_ANSWER, 20)
        console.start_broker()
        assert wait_until(lambda: log.collector_health() is Health.READY, 20)
    process.terminate()
    status, errors = ended(process)
    said = [line.partition("  ")[2] for line in errors.splitlines()[1:-1]]
    waiting, connected = f"No reply from 127.0.0.1:{console.port}. Waiting", "Connected. TVs heard lately: 0"
    assert (status, said) == (0, [waiting, connected, waiting, connected])


def test_a_second_collector_is_refused_with_a_sentence(console: Console) -> None:
    first = console.collect()
    assert wait_until(lambda: is_owned(console.log_path), 20)
    status, errors = ended(console.collect())
    assert (status, errors.splitlines()[-2][:4]) == (1, "E108")
    assert "End either the desk or collect" in errors
    assert first.poll() is None


def test_while_the_desk_collects_a_collector_is_refused(console: Console) -> None:
    with closing(open_log(console.log_path, KEY)) as log:
        assert isinstance(log, TelevisionLog)
        status, errors = ended(console.collect())
        assert (status, "E108" in errors) == (1, True)
        with pytest.raises(TelevisionLogIsInUseError):
            TelevisionLog(console.log_path, KEY)


async def test_a_desk_beside_it_reads_says_so_and_finds_the_stranded_by_what_it_wrote(
    console: Console, fleet: Fleet
) -> None:
    console.start_broker()
    process = await asyncio.to_thread(console.collecting)
    village = await asyncio.to_thread(Village, fleet)
    clock = Clock()
    village.speak(1, at=minute_of(clock.now()) - timedelta(seconds=30))
    log = console.reading()
    assert await asyncio.to_thread(wait_until, lambda: log.count_events() == village.kept, 20)
    journal = open_journal(console.settings, console.folder, clock)
    app = ConsoleApp.on(make_station(console.settings, console.folder, journal, log, clock))
    async with app.run_test(size=(80, 24)) as pilot:

        async def told(health: Health, count: int) -> bool:
            for _ in range(200):
                if app.signs.health.get(Part.TELEVISIONS, (None, 0, 0))[:2] == (health, count):
                    return True
                await pilot.pause(0.05)
            return False

        assert await told(Health.ELSEWHERE, HOMES - REFUSING)
        app.station.watch.order(Level.EVACUATION_ORDER)
        board = app.station.watch.board()
        assert board is not None
        assert {row.household.id for row in board.stranded} == {home(n) for n in range(1, HOMES - REFUSING + 1)}
        process.kill()
        assert await told(Health.NO_ANSWER, 0)
        await asyncio.to_thread(console.collecting)
        assert await told(Health.ELSEWHERE, HOMES - REFUSING)
    log.close()
    journal.close()


def test_without_a_broker_there_is_nothing_to_collect(console: Console) -> None:
    path = console.folder / "console.toml"
    path.write_text(path.read_text("utf-8").replace(f"127.0.0.1:{console.port}", ""), "utf-8")
    status, errors = ended(console.collect())
    assert (status, errors) == (1, f"There is no broker. Fill in broker in {path}\n")


def test_a_drills_televisions_are_left_to_the_drill(console: Console) -> None:
    path = console.folder / "console.toml"
    drill = '[drill]\nlink = "127.0.0.1:9"\nstarts_at = 2026-11-03T17:55:00+09:00\n'
    path.write_text(path.read_text("utf-8") + drill, "utf-8")
    status, errors = ended(console.collect())
    assert (status, errors.startswith("In a drill")) == (1, True)


def test_a_unit_for_systemd_can_be_printed(console: Console) -> None:
    process = console.collect("--unit")
    unit, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"ExecStart={sys.executable} -m village_console collect --settings {console.folder / 'console.toml'}" in unit
    assert "Restart=always" in unit
