"""Plugs, bridges and televisions of every dialect over a real broker: Mosquitto with our access list, and nats-server."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from device_sim.tvs.set_top import Publication
from tests.brokers import HAS_MOSQUITTO, Broker, Mosquitto
from tests.pages import found_in
from tests.town import EVENING, KEY, clock_at, set_clock, wait_until
from village_console.devices.ports import Health, Part
from village_console.devices.tvs import Together
from village_console.drill_broker import start_broker
from village_console.journal.sqlcipher import EngineError
from village_console.viewing import collector as collector_module
from village_console.viewing import pulse as pulse_module
from village_console.viewing.collector import Collector
from village_console.viewing.consented import KEPT_FOR, NOTHING, Agreed
from village_console.viewing.facts import Granularity, Purpose, TvState
from village_console.viewing.television_log import TelevisionLog

pytestmark = pytest.mark.integration
NAMES = {"tasmota": "pow-1", "zigbee2mqtt": "plug-1", "webos": "lgtv-1", "echonet": "FE00_0602"}
USER_OF = {"tasmota": "pow-1", "zigbee2mqtt": "zigbee2mqtt", "webos": "lgtv-1", "echonet": "echonetlite2mqtt"}
SECOND = timedelta(seconds=1)


class DrillNats(Broker):
    """nats-server as a drill has it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._children = ExitStack()

    def start(self) -> None:
        start_broker(self.folder, f"127.0.0.1:{self.port}", self._children)

    def kill(self) -> None:
        self._children.close()
        self._children = ExitStack()


@pytest.fixture(params=["nats", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    if request.param == "mosquitto" and not HAS_MOSQUITTO:
        pytest.skip("Mosquitto is not installed (make parts)")
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Mosquitto(folder, 1, tuple(USER_OF.values())) if request.param == "mosquitto" else DrillNats(folder)
    broker.start()
    yield broker
    broker.kill()


class Household:
    """What is agreed to; a test changes it."""

    def __init__(self) -> None:
        kept = KEPT_FOR[Purpose.DISASTER]
        self.agreed = {f"{source}:{name}": Agreed(Granularity.CHANNEL, kept) for source, name in NAMES.items()}
        self.agreed["stb-0001"] = Agreed(Granularity.CHANNEL, kept)

    def __call__(self, device: str) -> bool:
        return self.granularity(device) is not Granularity.NOTHING

    def granularity(self, device: str) -> Granularity:
        return self.agreed.get(device, NOTHING).granularity

    def paired(self) -> dict[str, Agreed]:
        return dict(self.agreed)


class Console:
    """A collector with every dialect, its log, and what it says of itself."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.clock, self.home, self.health = clock_at(), Household(), list[Health]()
        self.log = TelevisionLog(folder / "televisions.db", KEY)
        self.collector = Collector(("127.0.0.1", broker.port), "console", Together(), self.log, self.clock, self._tell)
        self.collector.log_in(broker.login("console"))
        self.collector.ask_first(self.home)
        self._end = threading.Event()
        self._ticks = threading.Thread(target=self._tick, daemon=True)
        self.collector.start()
        self._ticks.start()

    def _tick(self) -> None:
        while not self._end.wait(0.1):
            self.collector.tell_health()

    def _tell(self, part: Part, health: Health, _count: int) -> None:
        if part is Part.TELEVISIONS:
            self.health.append(health)

    def ready(self) -> bool:
        return wait_until(lambda: bool(self.health) and self.health[-1] is Health.READY, 20)

    def close(self) -> None:
        self._end.set()
        self._ticks.join()
        self.collector.stop()
        self.log.close()


@pytest.fixture
def console(tmp_path: Path, broker: Broker) -> Iterator[Console]:
    console = Console(tmp_path, broker)
    yield console
    console.close()


class Voice:
    """A device or a bridge at the broker, under its own name."""

    def __init__(self, broker: Broker, user: str) -> None:
        self.heard: list[str] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"voice-{user}")
        broker.login(user).give_to(self._client)
        self._client.on_message = lambda _client, _data, message: self.heard.append(message.topic)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert wait_until(self._client.is_connected)

    def listen(self, topic: str) -> None:
        self._client.subscribe(topic, 1)

    def say(self, *publications: Publication) -> None:
        for one in publications:
            self._client.publish(one.topic, one.payload, one.qos, one.retain).wait_for_publish(5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def voice(broker: Broker) -> Iterator[Callable[[str], Voice]]:
    voices: list[Voice] = []

    def make(user: str) -> Voice:
        voices.append(Voice(broker, user))
        return voices[-1]

    yield make
    for one in voices:
        one.close()


def twin_of(source: str) -> Any:
    return import_module(f"device_sim.tvs.{source}").TWIN(NAMES[source])


def state(console: Console, device: str) -> TvState:
    return console.log.heard_at(device, console.clock.now()).state


@pytest.mark.parametrize("source", NAMES)
def test_on_and_off_reach_the_log_through_the_broker(
    source: str, console: Console, voice: Callable[[str], Voice]
) -> None:
    assert console.ready()
    speaker, twin = voice(USER_OF[source]), twin_of(source)
    speaker.say(*twin.power_up("0000000a"), *twin.alive(console.clock.now()))
    for seconds, on in ((10, True), (20, False), (30, True)):
        set_clock(console.clock, EVENING + seconds * SECOND)
        speaker.say(*twin.switch(on=on, at=console.clock.now()))
        expected = TvState.ON if on else TvState.OFF
        assert wait_until(lambda expected=expected: state(console, twin.device) is expected), console.log.dead_letters()
    assert (console.log.dead_letters(), console.log.missing()) == ([], 0)


def test_a_television_that_does_not_speak_by_itself_is_asked_and_nothing_else_is_ever_sent(
    console: Console, voice: Callable[[str], Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector_module, "ASK_EVERY", 0.3)
    console.collector._ask_after = float("-inf")
    bridge, twin = voice("echonetlite2mqtt"), twin_of("echonet")
    bridge.listen("echonetlite2mqtt/#")
    twin.power_up("0000000a")
    assert console.ready()
    assert wait_until(lambda: twin.question() in bridge.heard, 20)
    bridge.say(*twin.asked())
    assert wait_until(lambda: state(console, twin.device) is TvState.OFF)
    assert {topic for topic in bridge.heard if not topic.endswith("/operationStatus")} == {twin.question()}


def test_neighbours_on_the_same_bridge_who_have_not_agreed_leave_no_trace(
    console: Console, voice: Callable[[str], Voice]
) -> None:
    assert console.ready()
    bridge = voice("zigbee2mqtt")
    bridge.say(
        Publication("zigbee2mqtt/front-door", b'{"contact":false}'), Publication("zigbee2mqtt/lamp", b"\xff"),
        Publication("zigbee2mqtt/plug-9", b'{"power":80}'), Publication("zigbee2mqtt/plug-1", b'{"power":80}'),
    )  # fmt: skip
    assert wait_until(lambda: state(console, "zigbee2mqtt:plug-1") is TvState.ON)
    console.log.end_sweep()
    assert found_in(console.log.path, KEY, ["plug-1", "front-door", "lamp", "plug-9"]) == ["plug-1"]
    assert console.log.dead_letters() == []


def test_a_consent_that_is_withdrawn_stops_the_collection_at_once_and_leaves_no_trace(
    console: Console, voice: Callable[[str], Voice]
) -> None:
    assert console.ready()
    speaker, twin = voice("pow-1"), twin_of("tasmota")
    speaker.say(*twin.power_up(""), *twin.alive(EVENING), *twin.switch(on=True, at=EVENING + SECOND))
    assert wait_until(lambda: console.log.count_of(twin.device) == 2)
    console.home.agreed[twin.device] = NOTHING
    assert wait_until(lambda: console.log.count_of(twin.device) == 0)
    speaker.say(*twin.switch(on=False, at=EVENING + 2 * SECOND))
    other, box = voice("zigbee2mqtt"), twin_of("zigbee2mqtt")
    other.say(*box.power_up(""), *box.alive(EVENING))
    assert wait_until(lambda: console.log.count_of(box.device) == 1)
    assert wait_until(lambda: found_in(console.log.path, KEY, [twin.device, "ENERGY"]) == [])


@pytest.mark.parametrize("source", ["tasmota", "webos"])
def test_after_a_broker_was_killed_and_started_again_every_source_is_heard(
    source: str, console: Console, broker: Broker, voice: Callable[[str], Voice]
) -> None:
    assert console.ready()
    speaker, twin = voice(USER_OF[source]), twin_of(source)
    speaker.say(*twin.power_up(""), *twin.switch(on=True, at=EVENING))
    assert wait_until(lambda: console.log.count_of(twin.device) > 0)
    broker.kill()
    assert wait_until(lambda: console.health[-1] is Health.NO_ANSWER, 20)
    broker.start()
    assert console.ready()
    again = voice(USER_OF[source])
    set_clock(console.clock, EVENING + 30 * SECOND)
    again.say(*twin.switch(on=False, at=console.clock.now()))
    assert wait_until(lambda: state(console, twin.device) is TvState.OFF)


def test_a_flood_of_giants_and_nonsense_does_not_stop_a_television_from_being_heard(
    console: Console, voice: Callable[[str], Voice]
) -> None:
    assert console.ready()
    speaker, twin = voice("pow-1"), twin_of("tasmota")
    for n in range(300):
        speaker.say(Publication("tele/pow-1/SENSOR", bytes([n % 256]) * 50))
    for _ in range(10):
        speaker.say(Publication("tele/pow-1/SENSOR", b"[" * 15_000))
    speaker.say(*twin.power_up(""), *twin.switch(on=True, at=EVENING))
    assert wait_until(lambda: state(console, twin.device) is TvState.ON, 20)
    assert len(console.log.dead_letters()) == 310


def test_a_slow_disk_delays_and_loses_nothing(
    console: Console, voice: Callable[[str], Voice], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert console.ready()
    refusals, store = [3], console.log.store

    def slow(*batch: Any) -> int:
        if refusals[0]:
            refusals[0] -= 1
            raise EngineError("disk I/O error")
        threading.Event().wait(0.3)
        return store(*batch)

    monkeypatch.setattr(console.log, "store", slow)
    monkeypatch.setattr(collector_module, "WAIT_AFTER_FAULT", 0.05)
    speaker, box = voice("stb-0001"), import_module("device_sim.tvs.set_top").SetTop("stb-0001")
    speaker.say(*box.power_up("0000000a"))
    for n in range(100):
        speaker.say(*box.alive(EVENING + n * SECOND))
    assert wait_until(lambda: console.log.count_of("stb-0001") == 100, 30)
    assert console.log.missing() == 0


def test_a_collector_that_no_longer_hears_itself_says_so_though_it_is_connected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that hangs: stopped, its connections stay open."""
    if not HAS_MOSQUITTO:
        pytest.skip("Mosquitto is not installed (make parts)")
    monkeypatch.setattr(pulse_module, "BEAT_EVERY", 0.2)
    monkeypatch.setattr(pulse_module, "DEAF_AFTER", 1.0)
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Mosquitto(folder)
    broker.start()
    console = Console(tmp_path, broker)
    assert console.ready()
    assert broker.process is not None
    wait_until(lambda: console.collector._pulse._heard_at is not None)
    broker.process.send_signal(signal.SIGSTOP)
    try:
        assert wait_until(lambda: console.health[-1] is Health.NO_ANSWER, 10)
        assert console.collector._client.is_connected()
    finally:
        broker.process.send_signal(signal.SIGCONT)
    assert console.ready()
    console.close()
    broker.kill()
