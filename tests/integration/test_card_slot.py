"""Cards on the console's slot, over a real socket: what each came to, in the order in which they were laid down."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import LinkEnd, NoReaderError, VpcdLink
from tests.town import wait_until
from village_console.children import free_ports
from village_console.devices.cards import loopback_slot, my_number
from village_console.devices.cards.loopback_slot import LoopbackSlot
from village_console.devices.ports import (
    CardRead,
    CardRemoved,
    CardUnreadable,
    CardUnusable,
    Health,
    Part,
    Tap,
)
from village_console.village.errors import PortIsTakenError
from village_console.village.run_mode import World

pytestmark = pytest.mark.integration

CA = DrillCa.create()
TODAY = datetime(2026, 11, 3, tzinfo=UTC)


def card(serial: int) -> VirtualMyNumberCard:
    return VirtualMyNumberCard(CA, Issue.plain(serial, TODAY))


def read(serial: int) -> CardRead:
    return CardRead("my_number", "VILLAGE-CONSOLE-DRILL", bytes([serial]), World.SIMULATED)


class Reader:
    """The console's slot, and what it told."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_ports(1)[0]
        self.taps: list[Tap] = []
        self.health: list[tuple[Part, Health, int]] = []
        self.slot = LoopbackSlot(("127.0.0.1", self.port), my_number.read, self.taps.append, self._tell)

    def _tell(self, part: Part, health: Health, count: int) -> None:
        self.health.append((part, health, count))

    def heard(self, count: int) -> list[Tap]:
        """The taps, as soon as there are so many."""
        assert wait_until(lambda: len(self.taps) >= count)
        return self.taps

    def lay(self, on_it: VirtualMyNumberCard, pull_after: int | None = None) -> VpcdLink:
        """A card that is to be put on this reader."""
        return VpcdLink(on_it, "127.0.0.1", self.port, pull_after=pull_after)


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    reader.slot.start()
    yield reader
    reader.slot.stop()


def test_a_slot_that_listens_is_ready(reader: Reader) -> None:
    assert reader.health == [(Part.READER, Health.READY, 0)]


def test_a_card_is_read_once_however_long_it_lies_there(reader: Reader) -> None:
    with reader.lay(card(5)) as link:
        link.start()
        assert reader.heard(1) == [read(5)]
        time.sleep(0.3)
        assert link.ended is None
    assert reader.taps == [read(5)]


def test_cards_one_after_another_are_read_in_turn(reader: Reader) -> None:
    for serial in range(1, 11):
        with reader.lay(card(serial)) as link:
            link.start()
            reader.heard(serial)
    assert reader.taps == [read(serial) for serial in range(1, 11)]


def test_a_second_card_waits_until_the_first_has_gone(reader: Reader) -> None:
    with reader.lay(card(1)) as first, reader.lay(card(2)) as second:
        first.start()
        second.start()
        reader.heard(1)
        time.sleep(0.2)
        assert (reader.taps, second.answered) == ([read(1)], 0)
        first.withdraw()
        assert reader.heard(2) == [read(1), read(2)]


@pytest.mark.parametrize("answers", range(5))
def test_a_card_that_is_pulled_while_it_is_read_was_removed(reader: Reader, answers: int) -> None:
    with reader.lay(card(5), pull_after=answers) as link:
        link.start()
        assert reader.heard(1) == [CardRemoved()]
        assert link.ended is LinkEnd.PULLED


def test_after_a_card_was_pulled_the_next_one_is_read(reader: Reader) -> None:
    with reader.lay(card(5), pull_after=1) as link:
        link.start()
        reader.heard(1)
    with reader.lay(card(5)) as link:
        link.start()
        assert reader.heard(2) == [CardRemoved(), read(5)]


def test_a_card_that_cannot_be_read_says_so(reader: Reader) -> None:
    empty = VirtualMyNumberCard(CA, replace(Issue.plain(5, TODAY), has_auth=False))
    with reader.lay(empty) as link:
        link.start()
        assert reader.heard(1) == [CardUnreadable()]


def test_a_card_keeps_no_memory_of_the_reader(reader: Reader) -> None:
    lying = card(5)
    for count in (1, 2):
        with reader.lay(lying) as link:
            link.start()
            reader.heard(count)
        assert lying.transmit(bytes.fromhex("00B08A0000")) == b"\x6f\x00"
    assert reader.taps == [read(5), read(5)]
    assert lying.tripped == []


@pytest.mark.parametrize("noise", [b"", b"\x00", b"\x00\x05abc", b"\x00\x00" * 4, b"\xff" * 70_000])
def test_whoever_dials_and_is_no_card_was_removed_and_the_slot_lives_on(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, noise: bytes
) -> None:
    monkeypatch.setattr(loopback_slot, "TIMEOUT", 0.3)
    with socket.create_connection(("127.0.0.1", reader.port)) as stranger:
        with contextlib.suppress(OSError):  # the slot may have hung up already
            stranger.sendall(noise)
            stranger.shutdown(socket.SHUT_WR)
        (tap,) = reader.heard(1)
    assert tap in (CardRemoved(), CardUnusable())
    with reader.lay(card(5)) as link:
        link.start()
        assert reader.heard(2)[1] == read(5)


def test_whoever_dials_and_says_nothing_is_given_up(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback_slot, "TIMEOUT", 0.2)
    with socket.create_connection(("127.0.0.1", reader.port)):
        assert reader.heard(1) == [CardRemoved()]


def test_a_port_that_is_taken_is_named() -> None:
    first = Reader()
    second = Reader(first.port)
    first.slot.start()
    try:
        with pytest.raises(PortIsTakenError) as refused:
            second.slot.start()
        assert refused.value.values == {"address": f"127.0.0.1:{first.port}", "what": "slot"}
        assert second.health == []
        second.slot.stop()
    finally:
        first.slot.stop()


def test_a_slot_that_has_stopped_listens_no_more(reader: Reader) -> None:
    with reader.lay(card(5)) as link:
        link.start()
        reader.heard(1)
        reader.slot.stop()
        assert wait_until(lambda: link.ended is LinkEnd.READER_GONE)
    with pytest.raises(NoReaderError), reader.lay(card(5)):
        pass
    assert "card-slot" not in {thread.name for thread in threading.enumerate()}
