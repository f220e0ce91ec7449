"""How many bytes does a roster of 200 people take to a receipt printer, against python-escpos' raster of the same paper?"""

from __future__ import annotations

from typing import Any

from device_sim.printers.proof import proof
from tests.benchmarks.measured import Measured
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.escpos_transports import transports
from village_console.papers.receipts.roster import RosterHead, RosterLine, roster
from village_console.words import Words

PEOPLE = 200
RARE = 17
"""Every so many has a name that the printer's own font lacks."""


def measure() -> list[Measured]:
    """Bytes over the wire; the same paper, dot for dot, is what python-escpos is given as a picture."""
    lines = [
        RosterLine(f"S1-{n:04d}", "髙橋 﨑男" if n % RARE == 0 else "佐藤 正一", "", "84歳", "上興部", "18:12")
        for n in range(1, PEOPLE + 1)
    ]
    head = RosterHead("中央公民館", "11/3 18:30", drill=True, people=PEOPLE, households=80, filter="")
    job = encode(roster(head, lines, 48, Words()))
    (sheet,) = proof(job.data)
    raster = _raster(sheet.image)
    note = f"{PEOPLE} people, {PEOPLE // RARE} of them with rare characters as pictures in their line; goal: under 1/30"
    return [Measured("roster_bytes", len(job.data) / 1024, len(raster) / 1024, "KiB", note)]


def _raster(picture: Any) -> bytes:
    printer: Any = transports().Dummy()
    printer.image(picture, impl="bitImageRaster", fragment_height=picture.height)
    printer.cut()
    return bytes(printer.output)
