"""The drill's printer, and what leaves it: the last roster as it is, and every paper that was torn."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from device_sim.drill.play_errors import PlayError
from device_sim.drill.wires import Address
from device_sim.printers.receipt_printer import ReceiptPrinter
from device_sim.printers.sheet import write


@contextmanager
def printer_at(address: Address, folder: Path) -> Generator[ReceiptPrinter]:
    """A printer that is switched on; keeps `roster.txt` and `.png` of the last paper, and `torn-1.txt` of a torn one.

    Raises PlayError when the port is taken.
    """
    printer = ReceiptPrinter(address.port, on_cut=lambda sheet: write(sheet, folder, "roster"))
    try:
        printer.power_on()
    except OSError as error:
        message = f"the printer cannot listen at {address}: {error.strerror}"
        raise PlayError(message) from error
    try:
        yield printer
    finally:
        printer.power_off()
        torn = [sheet for sheet in printer.sheets if sheet.torn]
        for n, sheet in enumerate(torn, start=1):
            write(sheet, folder, f"torn-{n}")
