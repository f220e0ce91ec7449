"""The card reader against a PC/SC that can be made to fail in every way a real one was seen to fail."""

# ruff: noqa: N802 -- PC/SC names its calls

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.town import wait_until
from village_console.devices.cards import pcsc, pcsc_calls
from village_console.devices.cards.pcsc import PcscReader
from village_console.devices.cards.pcsc_calls import ANY_READER, Result
from village_console.devices.cards.transport import Transport
from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable, Health, Part, Tap
from village_console.village.run_mode import World

READER, OTHER = "Reader 00 00", "Reader 01 00"
READ = CardRead("felica", "not_known", b"12345678", World.PHYSICAL)


@dataclass
class FakePcsc:
    """Readers and cards in software, and a list of calls that are to fail; results are negative, as on Windows."""

    cards: dict[str, int] = field(default_factory=lambda: {READER: 0})
    """The counter of each reader; odd: a card lies there."""
    dead: bool = False
    failures: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    answer: bytes = b"12345678\x90\x00"
    calls: list[str] = field(default_factory=list[str])
    changed: threading.Condition = field(default_factory=threading.Condition)

    def lay(self, reader: str = READER, times: int = 1) -> None:
        with self.changed:
            self.cards[reader] += times
            self.changed.notify_all()

    def _result(self, call: str) -> int:
        self.calls.append(call)
        if self.dead:
            return Result.NO_SERVICE - (1 << 32)
        if self.failures and self.failures[0][0] == call:
            return self.failures.pop(0)[1] - (1 << 32)
        return 0

    def SCardEstablishContext(self, _scope: int, /) -> list[Any]:
        return [self._result("establish"), object()]

    def SCardReleaseContext(self, _context: Any, /) -> int:
        return self._result("release")

    def SCardCancel(self, _context: Any, /) -> int:
        with self.changed:
            self.changed.notify_all()
        return 0

    def SCardListReaders(self, _context: Any, _groups: list[str], /) -> list[Any]:
        if result := self._result("list"):
            return [result]
        return [0, [*self.cards]] if self.cards else [Result.NO_READERS - (1 << 32)]

    def SCardGetStatusChange(self, _context: Any, milliseconds: int, states: list[tuple[str, int]], /) -> list[Any]:
        if result := self._result("look" if milliseconds == 0 else "wait"):
            return [result, []]
        if any(reader not in self.cards for reader, _ in states if reader != ANY_READER):
            return [Result.UNKNOWN_READER - (1 << 32), []]
        with self.changed:
            if all(self._state(reader) == state for reader, state in states):
                self.changed.wait(min(milliseconds / 1000, 0.01))
            return [0, [(reader, self._state(reader), []) for reader, _ in states]]

    def _state(self, reader: str) -> int:
        counter = self.cards.get(reader, 0)
        return (counter & 0xFFFF) << 16 | (pcsc_calls.PRESENT if counter % 2 else 0)

    def SCardConnect(self, _context: Any, reader: str, _share: int, _protocols: int, /) -> list[Any]:
        result = self._result("connect")
        if not result and self.cards[reader] % 2 == 0:
            result = Result.NO_SMARTCARD - (1 << 32)
        return [result, reader, 2]

    def SCardDisconnect(self, _card: Any, disposition: int, /) -> int:
        return self._result(f"disconnect {disposition}")

    def SCardBeginTransaction(self, _card: Any, /) -> int:
        return self._result("begin")

    def SCardEndTransaction(self, _card: Any, _disposition: int, /) -> int:
        return self._result("end")

    def SCardTransmit(self, _card: Any, _protocol: int, _apdu: list[int], /) -> list[Any]:
        return [self._result("transmit"), list(self.answer)]


@dataclass
class Bench:
    """A reader on a fake, and what it told."""

    fake: FakePcsc
    taps: list[Tap] = field(default_factory=list[Tap])
    health: list[Health] = field(default_factory=list[Health])
    reader: PcscReader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = PcscReader(self._read, self.taps.append, self._tell, lambda: self.fake)

    def _read(self, transport: Transport) -> Tap:
        answer = transport.send(b"\xff\xca\x00\x00\x00")
        return CardRead("felica", "not_known", answer.data, World.PHYSICAL) if answer.ok else CardUnreadable()

    def _tell(self, part: Part, health: Health, count: int) -> None:
        assert (part, count) == (Part.READER, 0)
        self.health.append(health)

    def after(self, *taps: Tap) -> bool:
        """Whether exactly these taps are told; nothing more follows."""
        told = wait_until(lambda: len(self.taps) >= len(taps), 5)
        settled = len(self.fake.calls)
        wait_until(lambda: len(self.fake.calls) > settled + 6, 1)
        return told and self.taps == [*taps]


Started = Callable[..., Bench]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """`started(cards=...)`: a reader at work on a fake, without the waiting."""
    monkeypatch.setattr(pcsc, "RETRY_AFTER", (0.001,) * 4)
    monkeypatch.setattr(pcsc, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(pcsc, "LONGEST_PAUSE", 0.01)
    benches: list[Bench] = []

    def start(**fake: Any) -> Bench:
        bench = Bench(FakePcsc(**fake))
        benches.append(bench)
        bench.reader.start()
        assert wait_until(lambda: bool(bench.health))
        return bench

    yield start
    for bench in benches:
        bench.reader.stop()
    assert "pcsc-reader" not in {thread.name for thread in threading.enumerate()}


def test_a_card_is_told_once(started: Started) -> None:
    bench = started()
    bench.fake.lay()
    assert bench.after(READ)
    assert "disconnect 0" in bench.fake.calls


def test_a_card_that_lay_there_before_is_told(started: Started) -> None:
    assert started(cards={READER: 7}).after(READ)


def test_the_same_card_laid_down_again_is_told_again(started: Started) -> None:
    bench = started()
    bench.fake.lay()
    assert bench.after(READ)
    bench.fake.lay(times=2)
    assert bench.after(READ, READ)


def test_a_card_that_came_and_went_between_two_looks_was_removed(started: Started) -> None:
    bench = started()
    assert bench.after()
    bench.fake.lay(times=2)
    assert bench.after(CardRemoved())


def test_two_readers_are_watched(started: Started) -> None:
    assert started(cards={READER: 1, OTHER: 3}).after(READ, READ)


@pytest.mark.parametrize(
    "result",
    [Result.SHARING_VIOLATION, Result.NOT_TRANSACTED, 0x80100067, 0x80100068, 0x80100066, 0x80100013, 0x80100003],
)
@pytest.mark.parametrize("call", ["connect", "begin", "transmit"])
def test_what_passes_is_tried_again(started: Started, call: str, result: int) -> None:
    bench = started(cards={READER: 1}, failures=[(call, result)] * 4)
    assert bench.after(READ)
    assert bench.health == [Health.READY]


@pytest.mark.parametrize("call", ["connect", "begin", "transmit"])
def test_what_does_not_pass_in_five_attempts_is_unreadable(started: Started, call: str) -> None:
    bench = started(cards={READER: 1}, failures=[(call, Result.NOT_TRANSACTED)] * 5)
    assert bench.after(CardUnreadable())


@pytest.mark.parametrize(("failures", "let_go"), [(1, "00"), (3, "0000"), (4, "00010"), (5, "00011")])
def test_a_card_is_reset_only_after_pcscd_has_had_time_to_look_whether_it_is_there(
    started: Started, failures: int, let_go: str
) -> None:
    bench = started(cards={READER: 1}, failures=[("transmit", Result.NOT_TRANSACTED)] * failures)
    assert bench.after(CardUnreadable() if failures == 5 else READ)
    assert "".join(call[-1] for call in bench.fake.calls if call.startswith("disconnect")) == let_go


@pytest.mark.parametrize("result", [Result.NO_SMARTCARD, Result.REMOVED_CARD, Result.READER_UNAVAILABLE])
@pytest.mark.parametrize("call", ["connect", "begin", "transmit"])
def test_a_card_that_is_gone_was_removed_at_once(started: Started, call: str, result: int) -> None:
    bench = started(cards={READER: 1}, failures=[(call, result)])
    assert bench.after(CardRemoved())
    assert bench.fake.calls.count("connect") == 1


def test_an_empty_answer_of_a_card_that_still_lies_there_is_unreadable(started: Started) -> None:
    assert started(cards={READER: 1}, answer=b"").after(CardUnreadable())


def test_a_card_that_took_the_place_of_another_is_told_under_its_own_counter(started: Started) -> None:
    bench = started()

    real, steps = bench.fake._result, [2]

    def swap(call: str) -> int:
        if call == "begin" and steps:
            bench.fake.cards[READER] += steps.pop()
        return real(call)

    bench.fake._result = swap
    bench.fake.lay()
    assert bench.after(CardRemoved(), READ)


@pytest.mark.parametrize("call", ["establish", "list", "wait", "look", "connect", "begin", "transmit"])
@pytest.mark.parametrize("result", [Result.NO_SERVICE, Result.SERVICE_STOPPED])
def test_when_the_daemon_dies_anywhere_the_card_is_read_under_the_next(
    started: Started, call: str, result: int
) -> None:
    bench = started(cards={READER: 1}, failures=[(call, result)])
    assert bench.after(READ)
    assert bench.health[-2:] == [Health.NO_ANSWER, Health.READY]
    assert bench.fake.calls.count("establish") == 2


def test_a_daemon_that_stays_away_is_told_once_and_tried_again(started: Started) -> None:
    bench = started(dead=True)
    assert wait_until(lambda: bench.fake.calls.count("establish") > 5)
    assert bench.health == [Health.NO_ANSWER]
    bench.fake.dead = False
    assert wait_until(lambda: bench.health == [Health.NO_ANSWER, Health.READY])


def test_readers_may_be_pulled_and_plugged_in(started: Started) -> None:
    bench = started(cards={})
    assert bench.health == [Health.ABSENT]
    bench.fake.cards = {READER: 1}
    assert bench.after(READ)
    bench.fake.cards = {}
    assert wait_until(lambda: bench.health == [Health.ABSENT, Health.READY, Health.ABSENT])
    bench.fake.cards = {READER: 1}
    assert bench.after(READ, READ)


def test_where_pc_sc_is_not_installed_there_is_no_reader() -> None:
    health: list[Health] = []
    reader = PcscReader(lambda _: READ, print, lambda _part, value, _count: health.append(value), lambda: None)
    reader.start()
    assert wait_until(lambda: health == [Health.ABSENT])
    reader.stop()


def test_a_reader_that_was_never_started_can_be_stopped() -> None:
    PcscReader(lambda _: READ, print, print, lambda: None).stop()
