"""1,000 slips, a fifth of them with a fault of the printer: is any lost, is any there twice without a mark?

The peer sends as python-escpos does: everything, and again when an exception comes. Both printers have the same faults.
"""

from __future__ import annotations

import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Timer

from device_sim.printers.receipt_printer import ReceiptPrinter
from tests.benchmarks.measured import Measured
from village_console.devices.ports import Health, PrinterRecord, PrintOutcome, Ticket
from village_console.devices.printers import receipt_printer
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.journal.facts import Catalogue
from village_console.journal.journal import Journal
from village_console.journal.spool import JobState, Spool
from village_console.journal.store import Purpose
from village_console.papers.document import Document, packed
from village_console.tui.printing import print_job, reissue
from village_console.tui.station import Printed
from village_console.village.clock import Clock
from village_console.words import Words

SLIPS = 1000
SEEDS = (1, 2, 3)
FAULTY = 0.2
LINES = 12
RECORD = PrinterRecord(48, 576)
LINES_A_SECOND = 2_000.0
_LATER = (0.001, 0.012)
"""Seconds after which a fault comes: before, in the middle of, or after a slip."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What lies in front of the printer at the end."""

    lost: int
    doubled: int
    """There twice or more, and not all but one of them marked."""
    reissued: int
    torn: int


@dataclass(slots=True)
class _Paper:
    """The printer as the spool sees it."""

    printer: EscposPrinter

    @property
    def columns(self) -> int:
        return RECORD.columns

    def health(self) -> Health:
        return self.printer.health()

    def lacking(self, pages: Sequence[Document]) -> tuple[str, ...]:
        return tuple(c for page in pages for c in encode(page, RECORD).missing)

    def print(self, document: Document, ticket: Ticket) -> Printed:
        job = encode(document, RECORD)
        return Printed(self.printer.send(job.data, job.lines, ticket), job.missing)


def measure() -> list[Measured]:
    """Ours and the peer's losses over all seeds."""
    patience, line = receipt_printer.ANSWER_TIMEOUT, receipt_printer.SECONDS_A_LINE
    receipt_printer.ANSWER_TIMEOUT, receipt_printer.SECONDS_A_LINE = 0.15, 0.002
    try:
        ours = [_through_the_spool(seed) for seed in SEEDS]
        theirs = [_fire_and_forget(seed) for seed in SEEDS]
    finally:
        receipt_printer.ANSWER_TIMEOUT, receipt_printer.SECONDS_A_LINE = patience, line
    slips = SLIPS * len(SEEDS)
    note = (
        f"of {slips} slips with {FAULTY:.0%} faults (paper, cover, power, mute): {sum(t.doubled for t in ours)} unmarked"
        f" doubles, {sum(t.reissued for t in ours)} reissued with their mark, {sum(t.torn for t in ours)} torn; the peer sends"
        f" again when an exception comes ({sum(t.doubled for t in theirs)} doubles)"
    )
    doubles = Measured(
        "spool_doubles", sum(t.doubled for t in ours), sum(t.doubled for t in theirs), "slips", "unmarked"
    )
    return [Measured("spool_lost", sum(t.lost for t in ours), sum(t.lost for t in theirs), "slips", note), doubles]


def _through_the_spool(seed: int) -> Tally:
    words, chance = Words(), Random(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        ReceiptPrinter(lines_per_second=LINES_A_SECOND) as twin,
        closing(_journal(Path(folder))) as journal,
    ):
        spool, paper = journal.spool, _Paper(EscposPrinter(twin.address, RECORD))
        for n in range(SLIPS):
            job = spool.queue(packed(_slip(n)), "slip", 1, f"slip {n}")
            mend = _fault(twin, chance)
            while True:
                outcome = print_job(spool, job, paper).report.outcome
                mend()
                if outcome is PrintOutcome.PRINTED:
                    break
                if outcome is PrintOutcome.UNCERTAIN:
                    if _lies_there(twin, n):
                        spool.move(job.id, JobState.PRINTED)
                        break
                    job = reissue(spool, job, words)
        return _tally(twin, spool)


def _fire_and_forget(seed: int) -> Tally:
    chance = Random(seed)
    with ReceiptPrinter(lines_per_second=LINES_A_SECOND) as twin:
        for n in range(SLIPS):
            data, mend = encode(_slip(n), RECORD).data, _fault(twin, chance)
            for _ in range(3):
                try:
                    with socket.create_connection(_address(twin), 0.5) as connection:
                        connection.sendall(data)
                    break
                except OSError:
                    mend()
            mend()
        twin.wait_for_sheets(SLIPS, 5)
        return _tally(twin, None)


def _fault(twin: ReceiptPrinter, chance: Random) -> Callable[[], None]:
    """Let one of the faults come in a moment, or none; the returned act mends it."""
    if chance.random() >= FAULTY:
        return lambda: None
    kind, lines = chance.choice(("paper", "cover", "power", "mute")), chance.randrange(LINES)
    begin: dict[str, Callable[[], None]] = {
        "paper": lambda: twin.paper_out_after(lines), "cover": lambda: twin.cover(is_open=True), "power": twin.power_off,
        "mute": twin.mute,
    }  # fmt: skip
    end: dict[str, Callable[[], None]] = {
        "paper": twin.refill, "cover": lambda: twin.cover(is_open=False), "power": twin.power_on, "mute": twin.unmute,
    }  # fmt: skip
    timer = Timer(chance.uniform(*_LATER), begin[kind])
    timer.start()

    def mend() -> None:
        timer.cancel()
        timer.join()
        end[kind]()

    return mend


def _lies_there(twin: ReceiptPrinter, n: int) -> bool:
    """Whether a person finds the slip whole; what is still being printed is waited for."""
    count = len(twin.sheets)
    with suppress(TimeoutError):
        twin.wait_for_sheets(count + 1, 0.05)
    return any(_number(sheet.text) == n for sheet in twin.sheets if not sheet.torn)


def _tally(twin: ReceiptPrinter, spool: Spool | None) -> Tally:
    whole = [sheet.text for sheet in twin.sheets if not sheet.torn]
    seen, unmarked = (
        Counter(_number(text) for text in whole),
        Counter(_number(text) for text in whole if "再発行" not in text),
    )
    reissued = sum(job.issue > 0 for job in spool.last(10 * SLIPS)) if spool else 0
    lost = sum(seen[n] == 0 for n in range(SLIPS))
    doubled = sum(unmarked[n] > 1 for n in range(SLIPS))
    return Tally(lost, doubled, reissued, sum(sheet.torn for sheet in twin.sheets))


def _number(text: str) -> int:
    """The number of a slip that has its beginning and its end."""
    numbers = [line.partition(" ")[2] for line in text.splitlines() if line.startswith(("FROM ", "TO "))]
    return int(numbers[0]) if len(numbers) == 2 and numbers[0] == numbers[1] and numbers[0].isdecimal() else -1


def _slip(n: int) -> Document:
    paper = Document(RECORD.columns)
    paper.text(f"FROM {n}")
    for _ in range(LINES - 2):
        paper.text("受付票")
    paper.text(f"TO {n}")
    paper.cut()
    return paper


def _address(twin: ReceiptPrinter) -> tuple[str, int]:
    host, _, port = twin.address.rpartition(":")
    return host, int(port)


def _journal(folder: Path) -> Journal:
    return Journal(folder / "journal.db", bytes(32), Purpose("test", "simulated", "spool"), Catalogue((), ()), Clock())
