"""What the console sends is what the twin prints, and what the twin answers is what the console understands."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
import zxingcpp

from device_sim.printers.proof import proof
from device_sim.printers.receipt_printer import ReceiptPrinter
from device_sim.printers.sheet import Glyph, Line
from device_sim.printers.status import Status
from tests.town import wait_until
from village_console.devices.ports import Health, PrinterRecord, PrintOutcome, PrintReport
from village_console.devices.printers import receipt_printer
from village_console.devices.printers.escpos import CUT, START, encode
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.papers.document import Align, Document

SIZE = PrinterRecord(48, 576)


@pytest.fixture
def twin() -> Iterator[ReceiptPrinter]:
    with ReceiptPrinter() as twin:
        yield twin


@pytest.fixture
def printer(twin: ReceiptPrinter) -> EscposPrinter:
    return EscposPrinter(twin.address, SIZE)


def document(*lines: str) -> Document:
    document = Document(48)
    for line in lines:
        document.text(line)
    document.cut()
    return document


def test_a_paper_without_text_is_a_cut_after_a_beginning() -> None:
    assert encode(document()).data == START + CUT


def test_the_beginning_puts_the_twin_into_japanese() -> None:
    (sheet,) = proof(b"\x1b!\x38\x1bM\x01" + encode(document("避難者名簿 ｱｲｳ ¥100")).data)
    assert (sheet.text, sheet.refused, sheet.undecodable) == ("避難者名簿 ｱｲｳ ¥100", (), 0)


def test_without_the_beginning_the_twin_prints_something_else() -> None:
    (sheet,) = proof(encode(document("避難者名簿")).data[len(START) :])
    assert not set("避難者名簿") & set(sheet.text)


def test_styles_end_with_their_span() -> None:
    paper = Document(48)
    paper.text("題", double=True, align=Align.CENTRE)
    paper.text("太", bold=True)
    paper.text("並")
    paper.cut()
    (sheet,) = proof(encode(paper).data)
    printed = [placed for strip in sheet.strips if isinstance(strip, Line) for placed in strip.items]
    glyphs = [placed.item for placed in printed if isinstance(placed.item, Glyph)]
    assert [placed.x for placed in printed] == [264, 0, 0]
    assert [(glyph.scale, glyph.bold) for glyph in glyphs] == [((2, 2), False), ((1, 1), True), ((1, 1), False)]


def test_two_papers_in_one_go_are_two_sheets() -> None:
    sheets = proof(encode(document("一")).data + encode(document("二")).data)
    assert [(sheet.text, sheet.torn) for sheet in sheets] == [("一", False), ("二", False)]


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (48, 576)])
def test_codes_go_over_the_wire_and_are_read_on_the_paper_by_a_reader_that_is_not_ours(columns: int, dots: int) -> None:
    # 16 04 and 16 05 are DLE EOT and DLE ENQ as pairs of digits: within data they are data
    codes = ["50100123847581", "16040116050216", "00000000000000", "99999999999999"]
    paper = Document(columns)
    for code in codes:
        paper.qr(code)
        paper.text()
        paper.barcode(code)
        paper.text()
    paper.cut()
    job = encode(paper)
    with ReceiptPrinter(width=dots) as twin:
        report = EscposPrinter(twin.address, PrinterRecord(columns, dots)).send(job.data, job.lines)
        assert (report.outcome, twin.wait_for_sheets(1, 10)) == (PrintOutcome.PRINTED, True)
        (sheet,) = twin.sheets
    assert (sheet.width, sheet.refused, sheet.clipped) == (dots, (), 0)
    read = sorted(zxingcpp.read_barcodes(sheet.image), key=lambda found: found.position.top_left.y)
    assert [(found.format.name, found.text) for found in read] == [
        (form, code) for code in codes for form in ("QRCode", "Code128")
    ]


def test_a_printer_that_has_all_it_needs_is_ready(printer: EscposPrinter) -> None:
    assert printer.health() is Health.READY


def test_each_fault_has_a_word_of_its_own(printer: EscposPrinter, twin: ReceiptPrinter) -> None:
    twin.near_end()
    assert printer.health() is Health.NEAR_END
    twin.cover(is_open=True)
    assert printer.health() is Health.COVER_OPEN
    twin.paper_out_after(0)
    assert printer.health() is Health.PAPER_OUT
    twin.refill()
    assert printer.health() is Health.COVER_OPEN
    twin.cover(is_open=False)
    assert printer.health() is Health.READY
    twin.jam(is_jammed=True)
    assert printer.health() is Health.FAULT
    twin.jam(is_jammed=False)
    assert printer.health() is Health.READY


@pytest.mark.parametrize("cover_open", [False, True])
@pytest.mark.parametrize("paper_end", [False, True])
@pytest.mark.parametrize("near_end", [False, True])
@pytest.mark.parametrize("jammed", [False, True])
def test_every_answer_of_the_twin_has_the_fixed_bits_that_the_driver_knows_it_by(
    *, cover_open: bool, paper_end: bool, near_end: bool, jammed: bool
) -> None:
    status = Status(cover_open=cover_open, paper_end=paper_end, near_end=near_end, jammed=jammed)
    answers = b"".join(status.real_time_answer(kind) for kind in (1, 2, 3, 4))
    assert {byte & 0b1001_0011 for byte in answers} == {0b0001_0010}
    assert {byte & 0b1001_0011 for byte in status.automatic()} & {0b0001_0010} == set()


def test_a_printer_that_answers_nothing_is_not_taken_for_a_good_one(
    printer: EscposPrinter, twin: ReceiptPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_printer, "ANSWER_TIMEOUT", 0.1)
    twin.mute()
    assert printer.health() is Health.NO_ANSWER
    twin.unmute()
    assert printer.health() is Health.READY


@pytest.mark.parametrize("record", [SIZE, PrinterRecord(48, 576, process_id=False)], ids=["GS ( H", "GS r"])
def test_what_a_printer_tells_unasked_is_no_answer(twin: ReceiptPrinter, record: PrinterRecord) -> None:
    host, _, port = twin.address.rpartition(":")
    with socket.create_connection((host, int(port))) as other:
        other.sendall(b"\x1da\x0e")
        assert other.recv(4) == b"\x10\x00\x00\x00"
        twin.cover(is_open=True)
        assert other.recv(4) == b"\x38\x00\x00\x00"
        twin.cover(is_open=False)
        twin.near_end()
        wait_until(lambda: twin.waiting_bytes == 0)
    job = encode(document("一", "二"))
    twin.paper_out_after(1)
    report = EscposPrinter(twin.address, record).send(job.data, job.lines)
    assert report == PrintReport(PrintOutcome.UNCERTAIN, Health.PAPER_OUT)


def test_a_printer_is_told_by_a_reset_to_tell_nothing(twin: ReceiptPrinter) -> None:
    host, _, port = twin.address.rpartition(":")
    with socket.create_connection((host, int(port))) as other:
        other.sendall(b"\x1da\x0e")
        assert other.recv(4)
        other.sendall(b"\x1b@\x1dr\x01")
        assert other.recv(4) == b"\x00"
        twin.near_end()
        other.settimeout(0.2)
        with pytest.raises(TimeoutError):
            other.recv(4)


def test_a_printer_that_is_not_there_is_not_taken_for_a_silent_one() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    assert EscposPrinter(address, SIZE).health() is Health.GONE
