"""A card on the wire: a tiny reader listens on the loopback, as the console's slot does, and the card dials it."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import LinkEnd, NoReaderError, VpcdLink

CA = DrillCa.create()
ISSUE = Issue.plain(42, datetime(2026, 11, 3, tzinfo=UTC))
SELECT_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
SELECT_AUTH = bytes.fromhex("00A4020C02000A")
READ = bytes.fromhex("00B0000000")


class Reader:
    """The reader's side of docs/wires.md section 2."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(5)
        self._wire: socket.socket | None = None
        self.port: int = self._listener.getsockname()[1]

    @property
    def wire(self) -> socket.socket:
        """The card that lies on the reader; waits for one."""
        if self._wire is None:
            self._wire = self._listener.accept()[0]
            self._wire.settimeout(5)
        return self._wire

    def send(self, body: bytes) -> None:
        self.wire.sendall(struct.pack(">H", len(body)))
        self.wire.sendall(body)

    def receive(self) -> bytes | None:
        """The next message, None when the card is gone."""
        head = self._take(2)
        return None if head is None else self._take(int.from_bytes(head, "big"))

    def ask(self, body: bytes) -> bytes | None:
        self.send(body)
        return self.receive()

    def _take(self, length: int) -> bytes | None:
        received = b""
        while len(received) < length:
            part = self.wire.recv(length - len(received))
            if not part:
                return None
            received += part
        return received

    def die(self) -> None:
        """Vanish as a killed process does: the connection is reset."""
        self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._listener.close()


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def card() -> VirtualMyNumberCard:
    return VirtualMyNumberCard(CA, ISSUE)


def wait_for_end(link: VpcdLink) -> LinkEnd | None:
    deadline = time.monotonic() + 5
    while link.ended is None and time.monotonic() < deadline:
        time.sleep(0.001)
    return link.ended


def test_the_card_gives_its_atr_and_answers_commands(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.send(b"\x01")
        assert reader.ask(b"\x04") == card.atr
        assert reader.ask(SELECT_JPKI) == b"\x90\x00"
        assert reader.ask(SELECT_AUTH) == b"\x90\x00"
        answer = reader.ask(READ)
    certificate = CA.issue_auth(ISSUE.serial, ISSUE.common_name, ISSUE.not_before, ISSUE.not_after)
    assert answer == certificate[:256] + b"\x90\x00"
    assert link.answered == 3


@pytest.mark.parametrize("control", [b"\x00", b"\x01", b"\x02", b"\x7f"])
def test_a_control_other_than_the_atr_is_not_answered(
    reader: Reader, card: VirtualMyNumberCard, control: bytes
) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.send(control)
        assert reader.ask(b"\x04") == card.atr


def test_reset_and_power_reach_the_card(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.ask(SELECT_JPKI)
        reader.send(b"\x02")
        assert reader.ask(SELECT_AUTH) == b"\x6a\x82"
        reader.send(b"\x00")
        assert reader.ask(SELECT_JPKI) == b"\x6f\x00"
        reader.send(b"\x01")
        assert reader.ask(SELECT_JPKI) == b"\x90\x00"


def test_messages_may_arrive_in_any_pieces(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in struct.pack(">H", len(SELECT_JPKI)) + SELECT_JPKI:
            reader.wire.sendall(bytes([byte]))
        assert reader.receive() == b"\x90\x00"
        both = b"".join(struct.pack(">H", len(body)) + body for body in (SELECT_AUTH, b"\x04"))
        reader.wire.sendall(both)
        assert (reader.receive(), reader.receive()) == (b"\x90\x00", card.atr)


def test_an_empty_message_is_a_command_too_short_to_mean_anything(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        assert reader.ask(b"") == b"\x67\x00"


def test_withdrawing_the_card_hangs_up_at_once(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.ask(SELECT_JPKI)
        link.withdraw()
        assert reader.receive() is None
        assert link.ended is LinkEnd.WITHDRAWN
        link.withdraw()


def test_a_withdrawn_card_has_forgotten_everything_when_it_comes_back(
    reader: Reader, card: VirtualMyNumberCard
) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.ask(SELECT_JPKI)
    second = Reader()
    with VpcdLink(card, "127.0.0.1", second.port) as link:
        link.start()
        assert second.ask(SELECT_AUTH) == b"\x6a\x82"
    second.close()


def test_a_card_can_be_pulled_in_the_middle_of_a_reading(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port, pull_after=2) as link:
        link.start()
        assert reader.ask(SELECT_JPKI) == b"\x90\x00"
        assert reader.ask(SELECT_AUTH) == b"\x90\x00"
        with contextlib.suppress(ConnectionError):
            assert reader.ask(READ) is None
        assert wait_for_end(link) is LinkEnd.PULLED
    assert link.answered == 2


def test_a_card_that_is_pulled_after_nothing_leaves_the_first_command_unanswered(
    reader: Reader, card: VirtualMyNumberCard
) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port, pull_after=0) as link:
        link.start()
        assert reader.ask(b"\x04") == card.atr
        assert reader.ask(SELECT_JPKI) is None
        assert link.ended is LinkEnd.PULLED


def test_the_presence_check_of_a_reader_does_not_count_as_a_command(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port, pull_after=1) as link:
        link.start()
        for _ in range(5):
            assert reader.ask(b"\x04") == card.atr
        assert link.ended is None


def test_serving_in_the_callers_thread_tells_how_it_ended(reader: Reader, card: VirtualMyNumberCard) -> None:
    answers: list[bytes | None] = []

    def tap() -> None:
        answers.append(reader.ask(SELECT_JPKI))
        reader.close()

    desk = threading.Thread(target=tap)
    desk.start()
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        assert link.serve() is LinkEnd.READER_GONE
    desk.join(5)
    assert answers == [b"\x90\x00"]


def test_the_death_of_the_reader_ends_the_link_quietly(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.ask(SELECT_JPKI)
        reader.send(SELECT_AUTH)
        reader.die()
        assert wait_for_end(link) is LinkEnd.READER_GONE


def test_a_reader_that_dies_in_the_middle_of_a_message_ends_the_link(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.wire.sendall(b"\x00\x20half a message")
        reader.close()
        assert wait_for_end(link) is LinkEnd.READER_GONE


def test_where_nobody_listens_the_error_says_what_to_do(card: VirtualMyNumberCard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoReaderError, match=f"127.0.0.1:{port}: start the console"), VpcdLink(card, "127.0.0.1", port):
        pass


def test_a_link_that_was_never_entered_can_not_be_served(card: VirtualMyNumberCard) -> None:
    with pytest.raises(RuntimeError, match="enter the link"):
        VpcdLink(card, "127.0.0.1", 1).serve()


def test_a_second_card_waits_its_turn_on_the_same_reader(reader: Reader, card: VirtualMyNumberCard) -> None:
    other = VirtualMyNumberCard(CA, ISSUE, atr=b"\x3b\x00")
    with VpcdLink(card, "127.0.0.1", reader.port) as first, VpcdLink(other, "127.0.0.1", reader.port) as second:
        first.start()
        second.start()
        assert reader.ask(b"\x04") == card.atr
        assert (second.answered, second.ended) == (0, None)


def test_a_tap_does_not_wait_for_delayed_acknowledgements(reader: Reader, card: VirtualMyNumberCard) -> None:
    with VpcdLink(card, "127.0.0.1", reader.port) as link:
        link.start()
        reader.ask(SELECT_JPKI)
        begun = time.monotonic()
        for _ in range(50):
            reader.ask(SELECT_AUTH)
        # 50 delayed acknowledgements would take 2 s; a busy machine may need some tenths without any.
        assert time.monotonic() - begun < 1
