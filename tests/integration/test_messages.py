"""Messages over real brokers and real set-tops: taken, shown, answered; a broker that is dead or killed loses none of them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import SetTop as Box
from tests.brokers import HAS_MOSQUITTO, Broker, Nats, OpenMosquitto
from tests.town import EVENING, MUNICIPALITY, clock_at, home, listed, set_clock, wait_until
from village_console.announce import replies
from village_console.announce.announcer import Announcer
from village_console.announce.facts import Answer, Audience
from village_console.announce.release import Wish, cancel, release
from village_console.announce.rows import Announcement, Delivery
from village_console.announce.rules import Texts
from village_console.announce.templates import templates
from village_console.announce.views import Reach, reach
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.records import catalogue
from village_console.stranded.facts import Means, Said
from village_console.stranded.rows import Words
from village_console.stranded.visits import word_heard
from village_console.viewing.broker_login import BrokerLogin
from village_console.viewing.facts import TelevisionPaired
from village_console.viewing.speaker import MqttSpeaker
from village_console.village.ids import television_id

pytestmark = pytest.mark.integration
HOMES = 12
SAID = {Answer.SAFE: Said.SAFE, Answer.HELP: Said.NEEDS_HELP, Answer.LEAVING: Said.LEAVING}


@pytest.fixture(params=["nats", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    if request.param == "mosquitto" and not HAS_MOSQUITTO:
        pytest.skip("Mosquitto is not installed (make parts)")
    made = Nats(tmp_path) if request.param == "nats" else OpenMosquitto(tmp_path)
    yield made
    made.kill()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "j.db", bytes(32), Purpose("drill", "simulated", "e"), catalogue(), clock_at())
    with journal.writing() as draft:
        for n in range(1, HOMES + 1):
            draft.append(listed(n, n, f"村 {n}", "ムラ"))
            television = television_id(MUNICIPALITY, f"stb-{n}")
            draft.append(TelevisionPaired(subject=television, household=home(n), device=f"stb-{n}"))
    yield journal
    journal.close()


class Desk:
    """A console's voice, and a fleet of boxes whose televisions are on, at one broker."""

    def __init__(self, journal: Journal, port: int) -> None:
        self.journal = journal
        self.speaker = MqttSpeaker(("127.0.0.1", port), "console-1", BrokerLogin(), replies.TOPICS)
        self.announcer = Announcer(
            journal, self.speaker, lambda home, answer: word_heard(home, Means.TELEVISION, SAID[answer]), lambda _device: "",
            drill=True,
        )  # fmt: skip
        self.speaker.on_message, self.speaker.on_tick = self.announcer.on_message, self.announcer.tick
        self.boxes = {f"stb-{n}": Box(f"stb-{n}") for n in range(1, HOMES + 1)}
        self.fleet = Fleet("127.0.0.1", port)
        self.fleet.listen(self._heard)

    def _heard(self, device: str, topic: str, payload: bytes) -> None:
        for said in self.boxes[device].hear(topic, payload, self.journal.clock.now()):
            self.fleet.publish(device, said)

    def power_up(self, *devices: str) -> None:
        for device in devices or tuple(self.boxes):
            (greeting,) = self.boxes[device].power_up("0" * 8)
            self.fleet.connect(device, greeting, self.boxes[device].will())
            self.boxes[device].switch(on=True, at=EVENING)

    def press(self, device: str, key: str) -> None:
        for said in self.boxes[device].press(key, self.journal.clock.now()):
            self.fleet.publish(device, said)


@pytest.fixture
def desk(journal: Journal, broker: Broker) -> Iterator[Desk]:
    made = Desk(journal, broker.port)
    with made.fleet:
        made.speaker.start()
        yield made
        made.speaker.stop()


def made(journal: Journal) -> Announcement:
    texts = Texts("にげて", "にげて", "Go")
    wish = Wish(templates()["evacuate"], Audience.ALL, (), texts, "", EVENING, EVENING + timedelta(hours=1))
    found = release(journal, wish, 1)
    assert isinstance(found, Announcement)
    return found


def counts(journal: Journal, message: Announcement) -> Reach:
    return reach(message, HOMES, journal.rows.all(Delivery).values())


def until(true: Callable[[], bool]) -> None:
    assert wait_until(true, 20)


def test_a_message_is_published_shown_and_answered_and_each_is_counted_for_itself(
    desk: Desk, journal: Journal, broker: Broker
) -> None:
    broker.start()
    some = [f"stb-{n}" for n in range(1, 10)]
    desk.power_up(*some)
    message = made(journal)
    until(lambda: counts(journal, message).published == HOMES and counts(journal, message).shown == len(some))
    desk.press("stb-1", "help")
    desk.press("stb-2", "safe")
    until(lambda: counts(journal, message).answered.total() == 2)
    until(lambda: len(journal.rows.all(Words)) == 2)
    assert counts(journal, message).answered == {Answer.HELP: 1, Answer.SAFE: 1}
    assert all("【訓練】" in box.screen.on_screen["say-1-1"].ja for box in (desk.boxes[name] for name in some))


def say_raw(port: int, topic: bytes, content: bytes) -> None:
    """As a stranger who keeps no rule of MQTT: no client of ours sends such a topic."""

    def text(of: bytes) -> bytes:
        return len(of).to_bytes(2, "big") + of

    connect = text(b"MQTT") + b"\x04\x02\x00\x3c" + text(b"stranger")
    publish = text(topic) + content
    with socket.create_connection(("127.0.0.1", port), 2) as wire:
        wire.sendall(bytes((0x10, len(connect))) + connect)
        wire.recv(4)
        wire.sendall(bytes((0x30, len(publish))) + publish)
        wire.settimeout(0.5)
        with suppress(TimeoutError, ConnectionError):
            wire.recv(1)


def test_a_topic_that_is_no_text_ends_nobodys_hearing(desk: Desk, journal: Journal, broker: Broker) -> None:
    broker.start()
    desk.power_up("stb-1")
    message = made(journal)
    until(lambda: counts(journal, message).shown == 1)
    say_raw(broker.port, b"tv/\xff/shown", b"{}")
    desk.press("stb-1", "help")
    until(lambda: counts(journal, message).answered.total() == 1)


def test_what_a_dead_broker_did_not_take_is_sent_when_it_is_there_and_again_after_it_was_killed(
    desk: Desk, journal: Journal, broker: Broker
) -> None:
    first = made(journal)
    desk.power_up()
    assert counts(journal, first).published == 0
    broker.start()
    until(lambda: counts(journal, first).shown == HOMES)
    broker.kill()
    second = made(journal)
    broker.start()
    until(lambda: counts(journal, second).shown == counts(journal, second).published == HOMES)
    assert counts(journal, first).published == HOMES


def test_a_box_that_comes_late_shows_what_stands_and_not_what_is_over(
    desk: Desk, journal: Journal, broker: Broker
) -> None:
    broker.start()
    message = made(journal)
    until(lambda: counts(journal, message).published == HOMES)
    desk.power_up("stb-1")
    until(lambda: counts(journal, message).shown == 1)
    desk.speaker.stop()
    set_clock(journal.clock, EVENING + timedelta(hours=1))
    desk.power_up("stb-2")
    assert desk.fleet.wait_connected(10)
    assert not wait_until(lambda: bool(desk.boxes["stb-2"].screen.on_screen), 1)


def test_a_message_that_is_called_off_leaves_every_screen(desk: Desk, journal: Journal, broker: Broker) -> None:
    broker.start()
    desk.power_up()
    message = made(journal)
    until(lambda: counts(journal, message).shown == HOMES)
    cancel(journal, message.id, "slip")
    until(lambda: not any(box.screen.on_screen for box in desk.boxes.values()))
