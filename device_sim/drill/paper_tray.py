"""The drill's printer, and what leaves it: the last roster with all its pages, and every paper that was torn."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from device_sim.drill.play_errors import PlayError
from device_sim.drill.wires import Address
from device_sim.printers.receipt_printer import ReceiptPrinter
from device_sim.printers.sheet import Sheet, write

_PAGE = re.compile(r"^(?:page )?(\d+)/\d+(?: ページ)?$", re.MULTILINE)
"""The line of a paper that is one page of several."""


class _Tray:
    """Lays the pages of one roster together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages: list[Sheet] = []

    def take(self, sheet: Sheet) -> None:
        """A paper was cut; a second or later page belongs to what was cut before."""
        page = _PAGE.search(sheet.text)
        self._pages = [*self._pages, sheet] if page and int(page[1]) > 1 else [sheet]
        write(_together(self._pages), self._folder, "roster")


def _together(pages: Sequence[Sheet]) -> Sheet:
    """Pages as one paper."""
    return replace(
        pages[0],
        strips=tuple(strip for page in pages for strip in page.strips),
        undecodable=sum(page.undecodable for page in pages),
        inline_images=sum(page.inline_images for page in pages),
        clipped=sum(page.clipped for page in pages),
        refused=tuple(command for page in pages for command in page.refused),
    )


@contextmanager
def printer_at(address: Address, folder: Path) -> Generator[ReceiptPrinter]:
    """A printer that is switched on; keeps `roster.txt` and `.png` of the last roster, and `torn-1.txt` of a torn one.

    Raises PlayError when the port is taken.
    """
    printer = ReceiptPrinter(address.port, on_cut=_Tray(folder).take)
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
