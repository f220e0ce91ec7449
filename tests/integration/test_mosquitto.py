"""The village's own broker, as `broker config` makes it: a thousand homes speak, and the broker is killed among them."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import Publication
from device_sim.tvs.set_top import SetTop as Box
from tests.brokers import HAS_MOSQUITTO, Mosquitto
from tests.town import EVENING, KEY, clock_at, wait_until
from village_console.devices.ports import Health, Part
from village_console.devices.tvs.set_top import SetTop
from village_console.doctor import wires
from village_console.doctor.finding import State
from village_console.journal.sqlcipher import open_encrypted
from village_console.settings import Devices, Mode, Settings, Site
from village_console.viewing.broker_login import BrokerLogin
from village_console.viewing.collector import DROPS, Collector
from village_console.viewing.heartbeat import Echo, Heartbeat, hear_own_heartbeat
from village_console.viewing.television_log import TelevisionLog
from village_console.village.run_mode import RunMode, World

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        not HAS_MOSQUITTO,
        reason="Mosquitto is not installed (make parts)",
    ),
]
HOMES = min(1000, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100) // 2)
"""As many as the limit of open files lets the fleet and the broker have."""
FEW = min(200, HOMES)
ROUNDS = 12
ON_THE_WIRE = 50
"""Most that runs at two thousand a second have lost to a kill; probably what paho had not yet read when the connection went."""
BOOT = "0000000a"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mosquitto:
    """The files, made once: a thousand hashes take a while."""
    return Mosquitto(tmp_path_factory.mktemp("broker"), HOMES)


@pytest.fixture
def broker(made: Mosquitto) -> Iterator[Mosquitto]:
    made.start()
    yield made
    made.kill()
    for kept in (made.folder / "state").iterdir():
        kept.unlink()


class Console:
    """A collector with its log."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self._file = folder / "televisions.db"
        self.health = Health.ABSENT
        self.losses = (Health.ABSENT, 0)
        self.log = TelevisionLog(self._file, KEY)
        self._collector = Collector(broker.address, "console", SetTop(), self.log, clock_at(), self._tell)
        self._collector.log_in(broker.login())
        self._collector.start()

    def _tell(self, part: Part, health: Health, count: int) -> None:
        if part is Part.TELEVISIONS:
            self.health = health
        else:
            self.losses = (health, count)

    def close(self) -> None:
        self._collector.stop()
        self.log.close()

    def seen(self) -> set[tuple[str, int]]:
        return {(device, seq) for device, seq in self._read("SELECT device, seq FROM events")}

    def gaps(self) -> int:
        """How many numbers are skipped, as the collector counts them, and as the desk is told."""
        count = self.log.missing()
        assert wait_until(lambda: self.told() == (Health.GAPS if count else Health.READY, count))
        return count

    def told(self) -> tuple[Health, int]:
        self._collector.tell_health()
        return self.losses

    def _read(self, query: str) -> list[tuple[Any, ...]]:
        with closing(open_encrypted(self._file, KEY, read_only=True)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def console(tmp_path: Path, broker: Mosquitto) -> Iterator[Console]:
    console = Console(tmp_path, broker)
    yield console
    console.close()


@pytest.fixture
def fleet(broker: Mosquitto) -> Iterator[Fleet]:
    """Our set-tops, each with the password that `broker config` gave it."""
    with Fleet(*broker.address, passwords=broker.passwords) as fleet:
        yield fleet


def homes(fleet: Fleet, count: int) -> list[Box]:
    """So many homes, connected."""
    boxes = [Box(f"stb-{number:04d}") for number in range(1, count + 1)]
    for box in boxes:
        (greeting,) = box.power_up(BOOT)
        fleet.connect(box.device, greeting, box.will())
    assert fleet.wait_connected(40)
    return boxes


def speak(fleet: Fleet, boxes: list[Box], number: int, pause: float = 0) -> set[tuple[str, int]]:
    for box in boxes:
        (log,) = box.alive(EVENING - timedelta(seconds=ROUNDS - number))
        fleet.publish(box.device, log)
        time.sleep(pause)
    return {(box.device, number) for box in boxes}


def killed_in_a_burst(broker: Mosquitto, console: Console, fleet: Fleet, count: int) -> set[tuple[str, int]]:
    """Kill the broker while so many homes speak as fast as they can; what they have said when all is heard again."""
    assert wait_until(lambda: console.health is Health.READY, 20)
    boxes = homes(fleet, count)
    said = {said for number in range(1, ROUNDS) for said in speak(fleet, boxes, number)}
    assert wait_until(lambda: fleet.acknowledged > len(said) // 4, 30)
    broker.kill()
    assert fleet.acknowledged < len(said)
    broker.start()
    assert fleet.drain(40)
    said |= speak(fleet, boxes, ROUNDS)  # the next heartbeat: it says the state again, and its number shows a gap
    assert fleet.drain(20)
    last = {(box.device, ROUNDS) for box in boxes}
    assert wait_until(lambda: last <= console.seen(), 20)
    return said


@pytest.mark.soak
def test_at_the_pace_of_a_village_a_killed_broker_costs_at_most_what_was_on_the_wire_at_that_moment(
    broker: Mosquitto, console: Console, fleet: Fleet
) -> None:
    assert wait_until(lambda: console.health is Health.READY, 20)
    boxes, said = homes(fleet, HOMES), set[tuple[str, int]]()
    evening = threading.Thread(target=lambda: [said.update(speak(fleet, boxes, n, pause=0.0005)) for n in (1, 2, 3)])
    evening.start()
    assert wait_until(lambda: console.log.count_events() > HOMES, 20)
    broker.kill()
    acknowledged = fleet.acknowledged
    broker.start()
    evening.join()
    assert HOMES < acknowledged < len(said) == 3 * HOMES
    assert fleet.drain(40)
    assert wait_until(lambda: {each for each in said if each[1] == 3} <= console.seen(), 10)
    lost = said - console.seen()
    assert len(lost) <= ON_THE_WIRE
    assert console.gaps() == len(lost)


@pytest.mark.soak
def test_of_a_burst_a_killed_mosquitto_forgets_at_most_its_last_turns_and_the_numbers_show_which(
    broker: Mosquitto, console: Console, fleet: Fleet
) -> None:
    """Mosquitto acknowledges before it saves: once for each turn of its loop, and a turn takes one message of each box."""
    said = killed_in_a_burst(broker, console, fleet, HOMES)
    lost = said - console.seen()
    assert len(lost) <= 2 * HOMES
    assert console.gaps() == len(lost)
    assert console.log.dead_letters() == []


def test_whatever_a_killed_mosquitto_had_acknowledged_is_in_the_log_or_counted_as_lost(
    broker: Mosquitto, console: Console, fleet: Fleet
) -> None:
    said = killed_in_a_burst(broker, console, fleet, FEW)
    assert fleet.acknowledged == len(said) == FEW * ROUNDS
    lost = said - console.seen()
    assert console.gaps() == len(lost)


def test_what_is_missing_is_counted_exactly_and_a_late_message_closes_its_gap(
    broker: Mosquitto, console: Console, fleet: Fleet
) -> None:
    assert wait_until(lambda: console.health is Health.READY, 20)
    assert broker.port
    (box,) = homes(fleet, 1)
    logs = [box.alive(EVENING)[0] for _ in range(6)]
    for log in (logs[0], logs[2], logs[5]):
        fleet.publish(box.device, log)
    assert wait_until(lambda: console.log.count_events() == 3)
    assert console.gaps() == 3
    fleet.publish(box.device, logs[4])
    assert wait_until(lambda: console.log.count_events() == 4)
    assert console.gaps() == 2


def test_a_box_with_another_boxs_password_is_not_let_in(broker: Mosquitto, console: Console) -> None:
    assert wait_until(lambda: console.health is Health.READY, 20)
    swapped = {"stb-0001": broker.passwords["stb-0002"], "stb-0003": broker.passwords["stb-0003"]}
    with Fleet(*broker.address, passwords=swapped) as fleet:
        for device in ("stb-0001", "stb-0002", "stb-0003"):  # wrong, none, its own
            box = Box(device)
            (greeting,) = box.power_up(BOOT)
            fleet.connect(device, greeting, box.will())
        assert wait_until(lambda: fleet.tally.up == 1)
        assert not fleet.wait_connected(1)


def test_mosquitto_says_how_many_messages_it_dropped_and_the_console_may_read_it(broker: Mosquitto) -> None:
    heard: list[tuple[str, bytes]] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="console")
    broker.login().give_to(client)
    client.on_message = lambda _client, _user, message: heard.append((message.topic, bytes(message.payload)))
    client.connect(*broker.address)
    client.loop_start()
    assert wait_until(client.is_connected)
    client.subscribe(DROPS)
    assert wait_until(lambda: bool(heard), 20)
    client.disconnect()
    client.loop_stop()
    assert heard[0] == (DROPS, b"0")


@pytest.mark.soak
def test_what_was_acknowledged_while_the_console_was_away_survives_a_kill(
    broker: Mosquitto, tmp_path: Path, fleet: Fleet
) -> None:
    first = Console(tmp_path, broker)
    assert wait_until(lambda: first.health is Health.READY, 20)
    time.sleep(0.3)  # the subscription is on its way
    first.close()
    boxes = homes(fleet, 20)
    said = {said for number in range(1, 101) for said in speak(fleet, boxes, number)}
    assert fleet.drain(20)
    time.sleep(0.5)  # it acknowledges first and saves right after
    broker.kill()
    broker.start()
    second = Console(tmp_path, broker)
    wait_until(lambda: second.log.count_events() == len(said), 20)
    assert second.log.count_events() == len(said) == 2000
    second.close()


def test_a_set_top_cannot_speak_for_another(broker: Mosquitto, console: Console, fleet: Fleet) -> None:
    assert wait_until(lambda: console.health is Health.READY, 20)
    mine, other = homes(fleet, 2)
    (forged,) = other.alive(EVENING)
    fleet.publish(mine.device, Publication(forged.topic, forged.payload))
    (own,) = mine.alive(EVENING)
    fleet.publish(mine.device, own)
    assert wait_until(lambda: console.log.count_events() == 1)
    assert console.seen() == {(mine.device, 1)}
    assert broker.port


def test_the_doctor_hears_itself_and_leaves_the_console_where_it_is(broker: Mosquitto, console: Console) -> None:
    assert wait_until(lambda: console.health is Health.READY, 20)
    assert hear_own_heartbeat(broker.address, "console", broker.login()) == Heartbeat(Echo.HEARD, "5")
    time.sleep(0.2)
    assert console.health is Health.READY


def test_the_doctor_reports_a_refusal_by_the_access_list(made: Mosquitto) -> None:
    acl = made.folder / "acl"
    whole = acl.read_text("utf-8")
    acl.write_text(whole.replace("topic readwrite console/console/heartbeat", "topic read tv/#"), "utf-8")
    made.start()
    try:
        devices = Devices(
            broker=f"127.0.0.1:{made.port}", broker_user="console", broker_password=made.passwords["console"]
        )
        mode = Mode(RunMode.REAL, World.PHYSICAL, "2026")
        found = wires.broker(Settings(Site("015628", "S1", "公民館"), mode, devices))
    finally:
        made.kill()
        acl.write_text(whole, "utf-8")
    assert (found.state, found.said, found.do) == (State.MEND, "broker_denied", "give_rights")
    assert (found.values["reason"], found.values["mqtt"]) == ("Not authorized", "5")


def test_a_wrong_password_is_named(broker: Mosquitto) -> None:
    found = hear_own_heartbeat(broker.address, "console", BrokerLogin("console", "guess"))
    assert (found.echo, found.mqtt) == (Echo.REFUSED, "5")
