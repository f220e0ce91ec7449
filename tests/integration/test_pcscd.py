"""The card reader against a real pcscd: cards laid down, pulled and swapped, and pcscd killed under it."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.storage import StorageKind, VirtualStorageCard
from device_sim.cards.vpcd import Card, NoReaderError
from tests.integration.pcscd import SLOTS, Pcscd, run_pcscd
from tests.town import wait_until
from village_console.devices.cards import recognise
from village_console.devices.cards.pcsc import PcscReader
from village_console.devices.ports import CardRead, CardRemoved, CardUnusable, Health, Part, Tap, Unusable
from village_console.village.run_mode import World

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("pcscd")]
pcscd = pytest.fixture(scope="module")(run_pcscd)

CA = DrillCa.create()
TODAY = datetime(2026, 11, 3, tzinfo=UTC)
IDM = bytes.fromhex("0101081A2B3C4D5E")
UNTIL_NOTICED = 0.6
"""Seconds; pcscd looks every 0.4 s."""
PATIENCE = 10
"""Seconds for which somebody holds a card to the reader."""


def card(serial: int) -> VirtualMyNumberCard:
    return VirtualMyNumberCard(CA, Issue.plain(serial, TODAY))


def read(serial: int) -> CardRead:
    return CardRead("my_number", "VILLAGE-CONSOLE-DRILL", serial.to_bytes(1 + (serial > 255), "big"), World.SIMULATED)


class Desk:
    """A PcscReader, and what it told."""

    def __init__(self) -> None:
        self.taps: list[Tap] = []
        self.health: list[Health] = []
        self.heard = threading.Condition()
        self.reader = PcscReader(recognise.read, self._tap, self._tell)

    def _tap(self, tap: Tap) -> None:
        with self.heard:
            self.taps.append(tap)
            self.heard.notify_all()

    def _tell(self, part: Part, health: Health, count: int) -> None:
        assert (part, count) == (Part.READER, 0)
        self.health.append(health)

    def after(self, count: int, seconds: float = PATIENCE) -> list[Tap]:
        """The taps, as soon as there are so many."""
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.taps) >= count, seconds), self.taps
            return self.taps

    def ready(self) -> bool:
        return self.health[-1:] == [Health.READY]


@pytest.fixture
def desk(pcscd: Pcscd, capfd: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """Watching an empty pair of readers; whatever happens, not a letter goes to the screen."""
    assert pcscd
    time.sleep(UNTIL_NOTICED)  # the card of the test before may still be thought to lie there
    desk = Desk()
    desk.reader.start()
    assert wait_until(desk.ready)
    yield desk
    desk.reader.stop()
    assert "pcsc-reader" not in {thread.name for thread in threading.enumerate()}
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("slot", [0, 1])
def test_a_card_is_read_once_however_long_it_lies_there(desk: Desk, pcscd: Pcscd, slot: int) -> None:
    with pcscd.lay(card(5), slot) as link:
        link.start()
        assert desk.after(1) == [read(5)]
        time.sleep(1.5)
    time.sleep(UNTIL_NOTICED)
    assert desk.taps == [read(5)]


def test_cards_on_both_readers_are_read(desk: Desk, pcscd: Pcscd) -> None:
    with pcscd.lay(card(1), 0) as left, pcscd.lay(card(2), 1) as right:
        left.start()
        right.start()
        assert sorted(desk.after(2), key=repr) == [read(1), read(2)]


def test_storage_cards_are_read_through_the_reader(desk: Desk, pcscd: Pcscd) -> None:
    with pcscd.lay(VirtualStorageCard(StorageKind.FELICA, IDM)) as link:
        link.start()
        assert desk.after(1) == [CardRead("felica", "not_known", IDM, World.SIMULATED)]
    with pcscd.lay(VirtualStorageCard(StorageKind.MIFARE_CLASSIC_1K, b"\x08abc"), 1) as link:
        link.start()
        assert desk.after(2)[1] == CardUnusable(Unusable.CHANGING_NUMBER)


@pytest.mark.parametrize("answers", range(5))
def test_a_card_that_is_pulled_while_it_is_read_was_removed(desk: Desk, pcscd: Pcscd, answers: int) -> None:
    with pcscd.lay(card(5), pull_after=answers) as link:
        link.start()
        assert desk.after(1) == [CardRemoved()]
    time.sleep(UNTIL_NOTICED)
    with pcscd.lay(card(5)) as link:
        link.start()
        assert desk.after(2) == [CardRemoved(), read(5)]


@pytest.mark.parametrize("answers", range(5))
def test_a_card_that_is_pulled_and_laid_down_again_at_once_is_read(desk: Desk, pcscd: Pcscd, answers: int) -> None:
    with pcscd.lay(card(5), pull_after=answers) as link:
        link.start()
        assert wait_until(lambda: link.ended is not None)
    with pcscd.lay(card(5)) as link:
        link.start()
        assert wait_until(lambda: read(5) in desk.taps), desk.taps


def test_a_card_that_lay_there_before_the_console_is_read(pcscd: Pcscd) -> None:
    desk = Desk()
    with pcscd.lay(card(5)) as link:
        link.start()
        time.sleep(UNTIL_NOTICED)
        desk.reader.start()
        assert desk.after(1) == [read(5)]
        desk.reader.stop()


def test_stopping_does_not_wait_for_cards(pcscd: Pcscd) -> None:
    assert pcscd
    desk = Desk()
    desk.reader.start()
    assert wait_until(desk.ready)
    time.sleep(0.3)
    begun = time.monotonic()
    desk.reader.stop()
    assert time.monotonic() - begun < 0.5


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_when_pcscd_dies_the_reader_says_so_and_comes_back_with_it(
    desk: Desk, pcscd: Pcscd, how: signal.Signals
) -> None:
    pcscd.kill(how)
    assert wait_until(lambda: desk.health[-1] is Health.NO_ANSWER)
    pcscd.start()
    assert wait_until(desk.ready)
    with pcscd.lay(card(7)) as link:
        link.start()
        assert desk.after(1) == [read(7)]


class Person:
    """Somebody with a card, who lays it down again until the desk has said that it was read."""

    def __init__(self, desk: Desk, pcscd: Pcscd, random: Random, slot: int) -> None:
        self._desk, self._pcscd, self._random, self._slot = desk, pcscd, random, slot
        self.pulled = 0
        self.ignored = 0
        """How often a card lay on a living reader and nothing was said."""

    def is_read(self, serial: int) -> None:
        held = card(serial)
        if self._random.random() < 0.1:
            self._present(held, serial, self._random.randrange(5))
            self.pulled += 1
        while not self._present(held, serial, None):
            pass

    def _present(self, held: Card, serial: int, pull_after: int | None) -> bool:
        """Hold the card there until it is told or drops off; whether it was read."""
        told = len(self._desk.taps)
        try:
            with self._pcscd.lay(held, self._slot, pull_after) as link:
                link.start()
                deadline = time.monotonic() + PATIENCE
                while link.ended is None and time.monotonic() < deadline and not self._told(serial, told):
                    with self._desk.heard:
                        self._desk.heard.wait(0.05)
                self.ignored += link.ended is None and not self._told(serial, told)
        except NoReaderError:
            time.sleep(0.05)
        return self._told(serial, 0)

    def _told(self, serial: int, since: int) -> bool:
        return read(serial) in self._desk.taps[since:]


def taps_by_itself(person: Person, serials: range) -> threading.Thread:
    """A queue of people at one reader."""
    queue = threading.Thread(target=lambda: [person.is_read(serial) for serial in serials], daemon=True)
    queue.start()
    return queue


def goes_on_until(desk: Desk, due: float) -> None:
    """Different taps, so many; whoever is next never waits longer than somebody would."""
    while len(set(desk.taps)) < due:
        desk.after(len(desk.taps) + 1, 3 * PATIENCE)


@pytest.mark.parametrize(
    ("slots", "taps", "kills"),
    [
        pytest.param(2, 40, 2, marks=pytest.mark.timeout(180)),
        pytest.param(SLOTS, 1000, 10, marks=[pytest.mark.soak, pytest.mark.timeout(600)]),
        # pcscd sees a card come in one look and go in the next: 0.8 s a card on each reader, so 400 s at the least.
        pytest.param(2, 1000, 10, marks=[pytest.mark.soak, pytest.mark.timeout(1800)]),
    ],
)
def test_nobody_is_lost_or_told_twice_while_cards_are_pulled_and_pcscd_is_killed(
    desk: Desk, pcscd: Pcscd, slots: int, taps: int, kills: int
) -> None:
    people = [Person(desk, pcscd, Random(slot), slot) for slot in range(slots)]
    queues = [taps_by_itself(person, range(1 + slot, 1 + taps, slots)) for slot, person in enumerate(people)]
    for kill in range(1, kills + 1):
        goes_on_until(desk, kill * taps / (kills + 2))
        pcscd.kill(signal.SIGKILL if kill % 2 else signal.SIGTERM)
        pcscd.start()
    goes_on_until(desk, taps)
    for queue in queues:
        queue.join(3 * PATIENCE)
    times = Counter(tap for tap in desk.taps if isinstance(tap, CardRead))
    assert [serial for serial in range(1, taps + 1) if read(serial) not in times] == []
    assert {tap: count for tap, count in times.items() if count > 1} == {}
    assert [person.ignored for person in people] == [0] * slots
    assert desk.health.count(Health.NO_ANSWER) == kills
    assert sum(person.pulled for person in people) > 0
