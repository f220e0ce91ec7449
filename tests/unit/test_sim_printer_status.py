"""The printer's answers carry the bits that Epson's manuals give them."""

import pytest

from device_sim.printers.commands import Command
from device_sim.printers.paper_path import PaperPath
from device_sim.printers.status import Status

FINE = Status()
OUT = Status(paper_end=True)
OPEN = Status(cover_open=True)
LOW = Status(near_end=True)


@pytest.mark.parametrize(
    ("status", "answers"),
    [(FINE, "12 12 12 12"), (OUT, "1a 32 12 7e"), (OPEN, "1a 16 12 12"), (LOW, "12 12 12 1e")],
    ids=["fine", "paper out", "cover open", "near end"],
)
def test_real_time_answers_are_true(status: Status, answers: str) -> None:
    assert b"".join(status.real_time_answer(kind) for kind in (1, 2, 3, 4)) == bytes.fromhex(answers)


@pytest.mark.parametrize("kind", [0, 5, 7, 18, 255])
def test_other_real_time_questions_are_not_answered(kind: int) -> None:
    assert FINE.real_time_answer(kind) == b""


@pytest.mark.parametrize(("status", "answer"), [(FINE, b"\x00"), (LOW, b"\x03"), (OUT, b"\x0f")])
def test_the_queued_paper_question_is_answered(status: Status, answer: bytes) -> None:
    assert status.queued_answer(Command("GS r", b"\x01", b"")) == answer


def test_the_drawer_that_is_not_there_is_shut() -> None:
    assert FINE.queued_answer(Command("GS r", b"\x02", b"")) == b"\x00"
    assert FINE.queued_answer(Command("GS r", b"\x09", b"")) == b""


def test_the_printer_says_that_it_speaks_japanese() -> None:
    assert FINE.queued_answer(Command("GS I", b"\x45", b"")) == b"_KANJI JAPANESE\0"
    assert FINE.queued_answer(Command("GS I", b"\x02", b"")) == b"\x03"


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (b"\x06\x00\x30\x30AB12", b"\x37\x22AB12\x00"),
        (b"\x06\x00\x30\x30AB1\x01", b""),
        (b"\x03\x00\x31\x30\x01", b""),
    ],
)
def test_a_process_id_comes_back_if_it_is_printable(arguments: bytes, answer: bytes) -> None:
    assert FINE.queued_answer(Command("GS ( H", arguments, b"")) == answer


def test_a_command_that_asks_nothing_gets_no_answer() -> None:
    assert FINE.queued_answer(Command("LF", b"", b"\n")) == b""


def test_the_roll_ends_after_the_lines_that_were_left() -> None:
    path = PaperPath()
    path.end_after(2)
    path.use(1)
    assert path.status == FINE
    path.use(4)
    assert path.status == OUT


def test_an_endless_roll_does_not_end() -> None:
    path = PaperPath()
    path.use(10_000)
    assert path.status == FINE


def test_a_roll_without_lines_has_ended() -> None:
    path = PaperPath()
    path.end_after(0)
    assert path.status == OUT


def test_a_new_roll_clears_both_paper_sensors_and_leaves_the_cover() -> None:
    path = PaperPath()
    path.near_end()
    path.end_after(0)
    path.cover(is_open=True)
    path.refill()
    assert path.status == OPEN


def test_whoever_watches_is_told_the_present_and_every_change() -> None:
    path, seen = PaperPath(), list[Status]()
    path.watch(seen.append)
    path.cover(is_open=True)
    path.cover(is_open=False)
    assert seen == [FINE, OPEN, FINE]
