"""A job on a real socket: what is known of it afterwards is never more than the printer said."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing

import pytest

from device_sim.printers.receipt_printer import ReceiptPrinter
from tests.town import wait_until
from village_console.devices.ports import Health, PrinterRecord, PrintOutcome, PrintReport
from village_console.devices.printers import receipt_printer
from village_console.devices.printers.escpos import Job, encode
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.papers.document import Document

pytestmark = pytest.mark.integration

SIZE = PrinterRecord(48, 576)
PRINTED = PrintReport(PrintOutcome.PRINTED, Health.READY)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a silent printer for tenths of a second, not for seconds."""
    monkeypatch.setattr(receipt_printer, "ANSWER_TIMEOUT", 0.2)
    monkeypatch.setattr(receipt_printer, "SECONDS_A_LINE", 0.01)


@pytest.fixture
def twin() -> Iterator[ReceiptPrinter]:
    with ReceiptPrinter() as twin:
        yield twin


def printer_at(address: str) -> EscposPrinter:
    return EscposPrinter(address, SIZE)


@pytest.fixture
def printer(twin: ReceiptPrinter) -> EscposPrinter:
    return printer_at(twin.address)


def paper(lines: int = 5, name: str = "山田 太郎") -> Job:
    document = Document(48)
    for n in range(lines):
        document.text(f"S1-{n:04d} {name}")
    document.cut()
    return encode(document)


def send(printer: EscposPrinter, job: Job) -> PrintReport:
    return printer.send(job.data, job.lines)


def test_a_paper_is_printed_and_the_printer_says_so(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    assert send(printer, paper(2)) == PRINTED
    assert [(sheet.text, sheet.torn) for sheet in twin.sheets] == [("S1-0000 山田 太郎\nS1-0001 山田 太郎", False)]


def test_a_roster_longer_than_the_printers_buffer_is_printed_whole(
    printer: EscposPrinter, twin: ReceiptPrinter
) -> None:
    job = paper(400, "髙橋 葛\U000e0100西")
    assert len(job.data) > 10 * 4096
    assert send(printer, job) == PRINTED
    assert twin.sheets[0].text.count("\n") == 399
    assert (twin.sheets[0].inline_images, twin.sheets[0].undecodable) == (800, 0)


def test_papers_are_printed_one_after_the_other(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    reports = list[PrintReport]()
    clerks = [threading.Thread(target=lambda: reports.append(send(printer, paper(20)))) for _ in range(4)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert reports == [PRINTED] * 4
    assert [sheet.text.count("\n") for sheet in twin.sheets] == [19] * 4


def test_without_paper_nothing_is_sent(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    twin.paper_out_after(0)
    assert send(printer, paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.PAPER_OUT)
    twin.refill()
    assert send(printer, paper(1)) == PRINTED
    assert [sheet.text for sheet in twin.sheets] == ["S1-0000 山田 太郎"]


def test_with_an_open_cover_nothing_is_sent(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    twin.cover(is_open=True)
    assert send(printer, paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.COVER_OPEN)
    assert twin.waiting_bytes == 0


def test_a_roll_that_runs_low_prints_all_the_same(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    twin.near_end()
    assert send(printer, paper()).outcome is PrintOutcome.PRINTED


def test_paper_that_ends_in_the_middle_leaves_it_uncertain(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    twin.paper_out_after(3)
    assert send(printer, paper(10)) == PrintReport(PrintOutcome.UNCERTAIN, Health.PAPER_OUT)
    assert twin.sheets == []
    twin.refill()
    assert twin.wait_for_sheets(1, 5)
    assert twin.sheets[0].text.count("\n") == 9


def test_paper_that_ends_in_a_job_longer_than_the_buffer_leaves_it_uncertain(
    printer: EscposPrinter, twin: ReceiptPrinter
) -> None:
    twin.paper_out_after(3)
    assert send(printer, paper(100, "髙橋 花")).outcome is PrintOutcome.UNCERTAIN


@contextlib.contextmanager
def in_the_middle(printer: ReceiptPrinter, act: Callable[[], None]) -> Generator[None]:
    """Do something to a printer a few lines after it has begun to print."""

    def wait_and_act() -> None:
        wait_until(lambda: printer.waiting_bytes > 0)
        threading.Event().wait(0.05)
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_a_cover_that_is_opened_in_the_middle_leaves_it_uncertain() -> None:
    with ReceiptPrinter(lines_per_second=100) as slow, in_the_middle(slow, lambda: slow.cover(is_open=True)):
        report = send(printer_at(slow.address), paper(50))
    assert report == PrintReport(PrintOutcome.UNCERTAIN, Health.COVER_OPEN)


def test_a_cutter_that_is_stuck_in_the_middle_leaves_it_uncertain() -> None:
    with ReceiptPrinter(lines_per_second=100) as slow:
        with in_the_middle(slow, lambda: slow.jam(is_jammed=True)):
            report = send(printer_at(slow.address), paper(50))
        assert send(printer_at(slow.address), paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.FAULT)
    assert report == PrintReport(PrintOutcome.UNCERTAIN, Health.FAULT)


def test_a_printer_that_answers_nothing_gets_nothing(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    twin.mute()
    assert send(printer, paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.NO_ANSWER)
    assert (twin.waiting_bytes, twin.sheets) == (0, [])


def test_a_printer_that_falls_silent_in_the_middle_leaves_it_uncertain() -> None:
    with ReceiptPrinter(lines_per_second=100) as slow:
        with in_the_middle(slow, slow.mute):
            report = send(printer_at(slow.address), paper(30))
        assert slow.wait_for_sheets(1, 5)
    assert report == PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)


def test_a_power_cut_in_the_middle_leaves_it_uncertain() -> None:
    with ReceiptPrinter(lines_per_second=100) as slow:
        with in_the_middle(slow, slow.power_off):
            report = send(printer_at(slow.address), paper(60))
        assert [sheet.torn for sheet in slow.sheets] == [True]
    assert report == PrintReport(PrintOutcome.UNCERTAIN, Health.GONE)


def test_after_a_power_cut_the_next_paper_is_printed(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    twin.power_off()
    assert send(printer, paper(1)) == PrintReport(PrintOutcome.NOT_SENT, Health.GONE)
    twin.power_on()
    assert send(printer, paper(1)) == PRINTED


def test_where_nobody_listens_nothing_is_sent() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = int(listener.getsockname()[1])
    printer = EscposPrinter(f"127.0.0.1:{port}", SIZE)
    assert send(printer, paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.GONE)


class Late:
    """A printer that says that a job is done only when it is asked how it is."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._listener.getsockname())
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    self._attend(connection)

    def _attend(self, connection: socket.socket) -> None:
        done = b""
        while received := connection.recv(4096):
            _, asked, ticket = received.partition(b"\x1d(H\x06\x00\x30\x30")
            if asked:
                done = b"\x37\x22" + ticket + b"\0"
            elif received.startswith(b"\x10\x04"):
                connection.sendall(done + b"\x12")
                done = b""

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def test_a_late_word_about_a_job_is_not_taken_for_the_printers_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt_printer, "ANSWER_TIMEOUT", 0.05)
    with closing(Late()) as late:
        printer = EscposPrinter(late.address, SIZE)
        reports = [printer.send(b"job", 0) for _ in range(30)]  # in digits, the 26th would say "cover open"
    assert reports == [PrintReport(PrintOutcome.UNCERTAIN, Health.READY)] * 30
