"""Receipt printers that are on no network: a device file, a serial port, USB. The same is known of a paper on each of them."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
import usb.backend.libusb0
import usb.backend.libusb1
import usb.backend.openusb

from device_sim.printers.receipt_printer import ReceiptPrinter
from tests.printer_lines import PRODUCT, VENDOR, Bus, TerminalPair
from village_console.devices.ports import Health, PrinterRecord, PrintOutcome, PrintReport, Transport
from village_console.devices.printers import receipt_printer
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.escpos_transports import refusal
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.papers.document import Document

pytestmark = pytest.mark.integration
PRINTED = PrintReport(PrintOutcome.PRINTED, Health.READY)
USB = PrinterRecord(48, 576, transport=Transport.USB)
ON_USB = f"{VENDOR:04x}:{PRODUCT:04x}"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a silent printer for tenths of a second, not for seconds."""
    monkeypatch.setattr(receipt_printer, "ANSWER_TIMEOUT", 0.3)
    monkeypatch.setattr(receipt_printer, "SECONDS_A_LINE", 0.01)


def paper(lines: int = 5, name: str = "山田 太郎") -> tuple[bytes, int]:
    document = Document(48)
    for n in range(lines):
        document.text(f"S1-{n:04d} {name}")
    document.cut()
    job = encode(document)
    return job.data, job.lines


def only(monkeypatch: pytest.MonkeyPatch, bus: Bus | None) -> None:
    """Let this be the only USB bus that pyusb finds."""

    def found(**_: object) -> Bus | None:
        return bus

    def none(**_: object) -> None:
        return None

    monkeypatch.setattr(usb.backend.libusb1, "get_backend", found)
    for other in (usb.backend.libusb0, usb.backend.openusb):
        monkeypatch.setattr(other, "get_backend", none)


@contextlib.contextmanager
def cabled(
    transport: Transport, twin: ReceiptPrinter, monkeypatch: pytest.MonkeyPatch
) -> Generator[tuple[EscposPrinter, Callable[[], None]]]:
    """The printer at the end of a cable of this kind, and what pulls the cable."""
    if transport is Transport.USB:
        bus = Bus(twin)
        only(monkeypatch, bus)
        yield EscposPrinter(ON_USB, USB), bus.unplug
        bus.unplug()
        return
    with TerminalPair(twin) as pair:
        record = PrinterRecord(48, 576, transport=transport, baud=115200 if transport is Transport.SERIAL else 0)
        yield EscposPrinter(pair.path, record), pair.pull


CABLES = [Transport.FILE, Transport.SERIAL, Transport.USB]


@pytest.mark.parametrize("transport", CABLES)
def test_a_paper_is_printed_and_the_printer_says_so(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter() as twin, cabled(transport, twin, monkeypatch) as (printer, _):
        assert printer.health() is Health.READY
        assert printer.send(*paper(2)) == PRINTED
        assert printer.send(*paper(1)) == PRINTED
        assert [sheet.text for sheet in twin.sheets] == ["S1-0000 山田 太郎\nS1-0001 山田 太郎", "S1-0000 山田 太郎"]


@pytest.mark.parametrize("transport", CABLES)
def test_a_roster_longer_than_the_printers_buffer_is_printed_whole(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReceiptPrinter() as twin, cabled(transport, twin, monkeypatch) as (printer, _):
        job = paper(150, "髙橋 葛\U000e0100西")
        assert len(job[0]) > 4 * 4096
        assert printer.send(*job) == PRINTED
        assert (twin.sheets[0].text.count("\n"), twin.sheets[0].inline_images) == (149, 300)


@pytest.mark.parametrize("transport", CABLES)
def test_each_fault_is_known_over_the_cable(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter() as twin, cabled(transport, twin, monkeypatch) as (printer, _):
        twin.near_end()
        assert printer.send(*paper()) == PrintReport(PrintOutcome.PRINTED, Health.NEAR_END)
        twin.cover(is_open=True)
        assert printer.send(*paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.COVER_OPEN)
        twin.cover(is_open=False)
        twin.paper_out_after(2)
        assert printer.send(*paper(9)) == PrintReport(PrintOutcome.UNCERTAIN, Health.PAPER_OUT)
        twin.refill()
        twin.mute()
        assert printer.send(*paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.NO_ANSWER)


@pytest.mark.parametrize("transport", CABLES)
def test_paper_that_ends_in_a_job_longer_than_the_buffer_leaves_it_uncertain(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReceiptPrinter() as twin, cabled(transport, twin, monkeypatch) as (printer, pull):
        twin.paper_out_after(3)
        report = printer.send(*paper(300, "髙橋 花"))
        pull()
        assert report.outcome is PrintOutcome.UNCERTAIN
        twin.power_off()


@pytest.mark.parametrize("transport", CABLES)
def test_a_cable_that_is_pulled_is_not_a_silent_printer(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter() as twin, cabled(transport, twin, monkeypatch) as (printer, pull):
        assert printer.health() is Health.READY
        pull()
        if transport is not Transport.USB:
            twin.power_off()  # the far end of a terminal pair closes when its carrier has noticed
            _wait_until_closed(printer)
        assert printer.health() is Health.GONE
        assert printer.send(*paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.GONE)


def _wait_until_closed(printer: EscposPrinter) -> None:
    for _ in range(40):
        if printer.health() is Health.GONE:
            return


def test_a_usb_printer_is_reset_once_and_not_with_every_question(monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter() as twin:
        bus = Bus(twin)
        only(monkeypatch, bus)
        printer = EscposPrinter(ON_USB, USB)
        assert [printer.health() for _ in range(3)] == [Health.READY] * 3
        assert bus.resets == 1
        bus.unplug()


def test_without_libusb_the_printer_says_what_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, None)
    printer = EscposPrinter(ON_USB, USB)
    assert printer.health() is Health.NO_DRIVER
    assert printer.send(*paper()) == PrintReport(PrintOutcome.NOT_SENT, Health.NO_DRIVER)


def test_a_usb_printer_that_belongs_to_somebody_else_is_not_called_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter() as twin:
        bus = Bus(twin)
        bus.allowed = False
        only(monkeypatch, bus)
        assert EscposPrinter(ON_USB, USB).health() is Health.NOT_ALLOWED
        bus.unplug()


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "no"), OSError(errno.EACCES, "no")])
def test_a_port_that_belongs_to_somebody_else_is_told_from_one_that_is_not_there(error: OSError) -> None:
    wrapped, absent = RuntimeError("cannot open"), RuntimeError("cannot open")
    wrapped.__context__, absent.__context__ = error, FileNotFoundError(errno.ENOENT, "no")
    assert isinstance(refusal(wrapped), PermissionError)
    assert not isinstance(refusal(absent), PermissionError)


def test_what_python_escpos_logs_is_not_written_over_the_screen() -> None:
    code = (
        "import logging; from village_console.devices.printers.escpos_transports import transports; transports();"
        "logging.error('over the screen')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_usb_printer_that_is_not_plugged_in_is_not_there() -> None:
    assert EscposPrinter("1209:0000", USB).health() is Health.GONE


@pytest.mark.parametrize("transport", [Transport.FILE, Transport.SERIAL])
def test_a_device_that_is_not_there_is_not_made(transport: Transport, tmp_path: Path) -> None:
    record = PrinterRecord(48, 576, transport=transport, baud=9600)
    assert EscposPrinter(str(tmp_path / "lp0"), record).health() is Health.GONE
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_device_gets_no_paper(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"")
    report = EscposPrinter(str(path), PrinterRecord(48, 576, transport=Transport.FILE)).send(*paper())
    assert (report.health, path.read_bytes()) == (Health.GONE, b"")


def test_python_escpos_reads_no_pickle_from_outside_and_leaves_no_folder(tmp_path: Path) -> None:
    trap = tmp_path / "pickles"
    trap.mkdir()
    (trap / f"{sys.version.split()[0]}.capabilities.pickle").write_bytes(
        b"cos\nmkdir\n(S'%s'\ntR." % bytes(tmp_path / "x")
    )
    before = set(Path(tempfile.gettempdir()).iterdir())
    code = "from village_console.devices.printers.escpos_transports import transports; transports().Serial"
    environment = os.environ | {"ESCPOS_CAPABILITIES_PICKLE_DIR": str(trap), "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pickles"]
    assert set(Path(tempfile.gettempdir()).iterdir()) >= before
