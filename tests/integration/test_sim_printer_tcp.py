"""The printer over TCP: it prints what was sent, says what is so, and fails as real ones do."""

import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Thread, active_count

import pytest

from device_sim.printers.receipt_printer import ReceiptPrinter
from device_sim.printers.sheet import Sheet

JAPANESE = bytes.fromhex("1b40 1b7401 1b5208 1c4301 1c530000 1b331e")
CUT = b"\x1dV\x42\x00"
SECONDS = 10.0
SILENCE = 0.3


def roster(count: int) -> list[str]:
    return [f"{number:>3} 避難者{number:04}さん" for number in range(1, count + 1)]


def job(lines: list[str]) -> bytes:
    return JAPANESE + "".join(line + "\n" for line in lines).encode("shift_jis") + CUT


def process_id(name: bytes) -> bytes:
    return b"\x1d(H\x06\x00\x30\x30" + name


def wait_until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


@contextmanager
def connected(printer: ReceiptPrinter) -> Generator[socket.socket, None, None]:
    host, port = printer.address.split(":")
    with socket.create_connection((host, int(port)), SECONDS) as connection:
        yield connection


def ask(connection: socket.socket, question: bytes, length: int = 1) -> bytes:
    """Send a question and return as many bytes of the answer."""
    connection.sendall(question)
    answer = b""
    while len(answer) < length and (received := connection.recv(length - len(answer))):
        answer += received
    return answer


def status(connection: socket.socket) -> str:
    """The answers to DLE EOT 1, 2 and 4."""
    return " ".join(ask(connection, b"\x10\x04" + bytes((kind,))).hex() for kind in (1, 2, 4))


def is_silent(connection: socket.socket) -> bool:
    connection.settimeout(SILENCE)
    try:
        connection.recv(1)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(SECONDS)
    return False


def test_a_roster_comes_out_as_it_was_sent() -> None:
    with ReceiptPrinter() as printer:
        with connected(printer) as connection:
            connection.sendall(job(roster(200)))
            assert printer.wait_for_sheets(1, SECONDS)
        assert printer.sheets[0].text.splitlines() == roster(200)


def test_whoever_asked_for_sheets_is_given_each_one() -> None:
    seen: list[Sheet] = []
    with ReceiptPrinter(on_cut=seen.append) as printer, connected(printer) as connection:
        connection.sendall(job(["一"]) + job(["二"]))
        assert printer.wait_for_sheets(2, SECONDS)
        assert wait_until(lambda: len(seen) == 2)
    assert [sheet.text for sheet in seen] == ["一", "二"]


def test_status_is_told_at_once_and_truly() -> None:
    with ReceiptPrinter() as printer, connected(printer) as connection:
        assert status(connection) == "12 12 12"
        printer.near_end()
        assert status(connection) == "12 12 1e"
        printer.cover(is_open=True)
        assert status(connection) == "1a 16 1e"
        printer.cover(is_open=False)
        printer.paper_out_after(0)
        assert status(connection) == "1a 32 7e"
        printer.refill()
        assert status(connection) == "12 12 12"


def test_a_process_id_comes_back_when_what_came_before_it_is_printed() -> None:
    with ReceiptPrinter(lines_per_second=50) as printer, connected(printer) as connection:
        begun = time.monotonic()
        answer = ask(connection, job(roster(20)) + process_id(b"0001"), 7)
        assert answer == b"\x37\x220001\x00"
        assert time.monotonic() - begun >= 20 / 50
        assert len(printer.sheets) == 1


def test_queued_questions_wait_for_the_paper_and_real_time_ones_do_not() -> None:
    with ReceiptPrinter() as printer, connected(printer) as connection:
        printer.paper_out_after(0)
        connection.sendall(b"\x1dr\x01" + process_id(b"0001"))
        assert is_silent(connection)
        assert status(connection) == "1a 32 7e"
        printer.refill()
        assert ask(connection, b"", 8) == b"\x00\x37\x220001\x00"


def test_paper_out_in_the_middle_of_a_sheet_loses_nothing() -> None:
    with ReceiptPrinter() as printer, connected(printer) as connection:
        printer.paper_out_after(7)
        connection.sendall(job(roster(30)))
        assert wait_until(lambda: status(connection) == "1a 32 7e")
        assert printer.waiting_bytes > 0
        assert printer.sheets == []
        printer.refill()
        assert printer.wait_for_sheets(1, SECONDS)
        assert printer.sheets[0].text.splitlines() == roster(30)


def test_an_open_cover_holds_the_printing_until_it_is_closed() -> None:
    with ReceiptPrinter() as printer, connected(printer) as connection:
        printer.cover(is_open=True)
        connection.sendall(job(["村"]))
        assert not printer.wait_for_sheets(1, SILENCE)
        printer.cover(is_open=False)
        assert printer.wait_for_sheets(1, SECONDS)


def test_a_full_buffer_stops_reading_and_so_stops_answering() -> None:
    with ReceiptPrinter(buffer_bytes=256) as printer, connected(printer) as connection:
        printer.paper_out_after(0)
        connection.sendall(job(roster(30)) + b"\x10\x04\x01")
        assert is_silent(connection)
        assert 200 < printer.waiting_bytes <= 256
        printer.refill()
        assert connection.recv(1) == b"\x12"
        assert printer.wait_for_sheets(1, SECONDS)
        assert printer.sheets[0].text.splitlines() == roster(30)


@pytest.mark.parametrize("clearing", [b"\x10\x05\x02", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"])
def test_clearing_drops_what_waits_and_keeps_what_is_printed(clearing: bytes) -> None:
    with ReceiptPrinter() as printer, connected(printer) as connection:
        printer.paper_out_after(3)
        connection.sendall(job(roster(30)) + process_id(b"0001"))
        assert wait_until(lambda: status(connection) == "1a 32 7e")
        assert ask(connection, clearing + b"\x10\x04\x01") == b"\x1a"
        printer.refill()
        connection.sendall(CUT)
        assert printer.wait_for_sheets(1, SECONDS)
        assert printer.sheets[0].text.splitlines() == roster(3)
        assert is_silent(connection)


def test_a_power_cut_drops_connection_and_buffer_and_leaves_a_torn_sheet() -> None:
    with ReceiptPrinter() as printer:
        with connected(printer) as connection:
            printer.paper_out_after(4)
            connection.sendall(job(roster(30)))
            assert wait_until(lambda: status(connection) == "1a 32 7e")
            printer.power_off()
            assert connection.recv(1) == b""
        (torn,) = printer.sheets
        assert (torn.torn, torn.text.splitlines()) == (True, roster(4))
        with pytest.raises(ConnectionRefusedError), connected(printer):
            pass
        printer.refill()
        printer.power_on()
        with connected(printer) as connection:
            connection.sendall(job(["再発行"]))
            assert printer.wait_for_sheets(2, SECONDS)
        assert printer.sheets[1].text == "再発行"


def test_a_power_cut_is_not_slowed_by_a_slow_mechanism() -> None:
    with ReceiptPrinter(lines_per_second=0.1) as printer, connected(printer) as connection:
        connection.sendall(job(roster(30)))
        assert wait_until(lambda: printer.waiting_bytes > 0)
        begun = time.monotonic()
        printer.power_off()
        assert time.monotonic() - begun < 2


def test_an_empty_printer_leaves_no_torn_sheet() -> None:
    with ReceiptPrinter() as printer:
        printer.power_off()
        printer.power_off()
    assert printer.sheets == []


def test_a_mute_printer_prints_and_says_nothing() -> None:
    with ReceiptPrinter() as printer, connected(printer) as connection:
        printer.mute()
        connection.sendall(job(["村"]) + b"\x10\x04\x01" + process_id(b"0001"))
        assert printer.wait_for_sheets(1, SECONDS)
        assert is_silent(connection)
        printer.unmute()
        assert status(connection) == "12 12 12"


def test_a_second_connection_waits_until_the_first_is_gone() -> None:
    with ReceiptPrinter() as printer, connected(printer) as first, connected(printer) as second:
        assert status(first) == "12 12 12"
        second.sendall(job(["二"]) + b"\x10\x04\x01")
        assert is_silent(second)
        assert printer.sheets == []
        first.close()
        assert second.recv(1) == b"\x12"
        assert printer.wait_for_sheets(1, SECONDS)


def test_a_connection_that_says_nothing_for_long_is_closed() -> None:
    with ReceiptPrinter(idle_seconds=0.1) as printer, connected(printer) as connection:
        assert connection.recv(1) == b""


def test_a_job_is_finished_although_its_sender_has_gone() -> None:
    with ReceiptPrinter() as printer:
        with connected(printer) as connection:
            printer.paper_out_after(2)
            connection.sendall(job(roster(5)))
            assert wait_until(lambda: status(connection) == "1a 32 7e")
        printer.refill()
        assert printer.wait_for_sheets(1, SECONDS)
    assert printer.sheets[0].text.splitlines() == roster(5)


def test_an_answer_to_one_who_has_gone_is_lost_and_disturbs_nobody() -> None:
    with ReceiptPrinter() as printer:
        printer.cover(is_open=True)
        with connected(printer) as first:
            first.sendall(process_id(b"0001") + job(["村"]))
            assert wait_until(lambda: printer.waiting_bytes > len(job(["村"])))
        printer.cover(is_open=False)
        assert printer.wait_for_sheets(1, SECONDS)
        with connected(printer) as second:
            assert status(second) == "12 12 12"
            assert is_silent(second)


def test_a_printer_on_a_taken_port_says_so() -> None:
    with ReceiptPrinter() as printer:
        other = ReceiptPrinter(int(printer.address.split(":")[1]))
        with pytest.raises(OSError, match="in use"):
            other.power_on()


def test_a_printer_leaves_no_thread_behind() -> None:
    before = active_count()
    with ReceiptPrinter() as printer, connected(printer) as connection:
        assert active_count() == before + 2
        switch = Thread(target=printer.power_off)
        switch.start()
        switch.join(SECONDS)
        assert connection.recv(1) == b""
    assert active_count() == before
