"""One connection of the drill link: what is kept until somebody asks, and what a death looks like."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from device_sim.drill.clock import DrillClock
from device_sim.drill.desk_book import DeskBook
from device_sim.drill.desk_lines import Aside, BoardSeen, ConsoleBack, ConsoleLost, read_desk
from device_sim.drill.desk_link import DeskLink
from device_sim.drill.link_words import Board, End, Hello, Nonsense, Press, Pressed, Verdict, decode, encode
from device_sim.drill.patience import Patience
from device_sim.drill.play_errors import ConsoleLostError, NoConsoleError
from device_sim.drill.standing_line import StandingLine
from device_sim.drill.wires import Address

START = datetime.fromisoformat("2026-11-03T17:55:00+09:00")
HELLO = {"saw": "hello", "run_mode": "drill", "world": "simulated", "received": 4}


class OtherEnd:
    """The console's end, driven by hand."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = Address(*self.listener.getsockname()[:2])
        self.wire: socket.socket | None = None

    def answer(self) -> None:
        if self.wire is not None:
            self.wire.close()
        self.wire, _ = self.listener.accept()

    def say(self, **line: Any) -> None:
        self.send(json.dumps(line).encode() + b"\n")

    def send(self, raw: bytes) -> None:
        assert self.wire is not None
        self.wire.sendall(raw)

    def hear(self) -> dict[str, Any]:
        assert self.wire is not None
        with self.wire.makefile("rb") as lines:
            return json.loads(lines.readline())

    def hang_up(self) -> None:
        if self.wire is not None:
            self.wire.close()
        self.wire = None


@pytest.fixture
def other() -> Iterator[OtherEnd]:
    end = OtherEnd()
    yield end
    end.hang_up()
    end.listener.close()


@pytest.fixture
def boards() -> list[Board]:
    return []


@pytest.fixture
def link(other: OtherEnd, boards: list[Board]) -> Iterator[DeskLink]:
    link = DeskLink(other.address, boards.append)
    other.answer()
    yield link
    link.close()


def test_lines_are_those_of_the_wires() -> None:
    assert json.loads(encode(Press(3, ("f3", "4")))) == {"do": "press", "id": 3, "keys": ["f3", "4"]}
    assert json.loads(encode(End())) == {"do": "end"}
    assert decode(json.dumps(HELLO).encode()) == Hello(run_mode="drill", world="simulated", received=4)


@pytest.mark.parametrize("line", [b"", b"{", b'{"saw":"dream"}', b'{"saw":"pressed"}', b"\xff\n"])
def test_what_is_not_of_the_wires_is_nonsense(line: bytes) -> None:
    assert isinstance(decode(line), Nonsense)


def test_a_verdict_that_comes_before_its_key_was_handled_is_kept(link: DeskLink, other: OtherEnd) -> None:
    other.say(saw="verdict", verdict="received", painted=1.0)
    other.say(saw="pressed", id=7, took=True)
    pressed = link.wait_for(Pressed, 2)
    verdict = link.wait_for(Verdict, 2)
    assert pressed is not None
    assert verdict is not None
    assert (pressed[1].id, verdict[1].verdict) == (7, "received")


def test_only_what_fits_is_taken(link: DeskLink, other: OtherEnd) -> None:
    other.say(saw="verdict", verdict="cleared", painted=1.0)
    other.say(saw="verdict", verdict="undone", painted=2.0)
    assert link.wait_for(Verdict, 2, lambda v: v.verdict == "undone")
    assert [arrival.seen for arrival in link.leftovers()] == [Verdict(verdict="cleared", painted=1.0)]


def test_silence_ends_with_the_patience(link: DeskLink) -> None:
    before = time.monotonic()
    assert link.wait_for(Verdict, 0.05) is None
    assert time.monotonic() - before < 1


def test_a_board_is_told_at_once(link: DeskLink, other: OtherEnd, boards: list[Board]) -> None:
    other.say(saw="board", households=[{"household": "H1", "people": ["1"]}])
    other.say(saw="pressed", id=1, took=True)
    assert link.wait_for(Pressed, 2)
    assert boards[0].households[0].people == ("1",)


def test_a_console_that_hangs_up_is_noticed_while_waiting(link: DeskLink, other: OtherEnd) -> None:
    threading.Timer(0.05, other.hang_up).start()
    with pytest.raises(ConsoleLostError):
        link.wait_for(Verdict, 5)
    assert link.is_lost


def test_half_a_line_of_a_dying_console_is_nothing(link: DeskLink, other: OtherEnd) -> None:
    other.send(b'{"saw":"verdict","verd')
    other.hang_up()
    with pytest.raises(ConsoleLostError):
        link.wait_for(Verdict, 5)
    assert link.leftovers() == []


def test_a_standing_line_is_restored_and_both_are_on_record(other: OtherEnd, tmp_path: Path) -> None:
    clock = DrillClock(START)

    def boot() -> threading.Thread:
        def greet() -> None:
            other.answer()
            other.say(**HELLO)

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        return thread

    first = boot()
    with DeskBook(tmp_path / "desk.jsonl", clock.now) as book:
        line = StandingLine(other.address, clock, book, Patience(begin=5, redial=5))
        assert line.open().received == 4
        first.join(5)
        other.say(saw="verdict", verdict="received", painted=1.0, resident="1")
        other.say(saw="board", households=[])
        assert line.link.wait_for(Hello, 0.1) is None
        other.hang_up()
        with pytest.raises(ConsoleLostError):
            line.link.wait_for(Pressed, 5)
        second = boot()
        line.restore(ConsoleLostError("gone"))
        assert not line.is_lost
        second.join(5)
        line.close()
    lines = read_desk(tmp_path / "desk.jsonl")
    assert [type(entry) for entry in lines] == [BoardSeen, ConsoleLost, Aside, ConsoleBack]


def test_a_line_that_nobody_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = Address(*listener.getsockname()[:2])
    clock = DrillClock(START)
    with DeskBook(tmp_path / "desk.jsonl", clock.now) as book:
        line = StandingLine(address, clock, book, Patience(begin=0.15))
        with pytest.raises(NoConsoleError, match=r"within 0\.15 seconds"):
            line.open()
        with pytest.raises(ConsoleLostError):
            line.send_clock()
        line.close()
