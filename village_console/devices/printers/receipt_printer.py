"""A receipt printer on any line. What it does not answer is not known; silence is never taken for fine."""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress

from village_console.devices.ports import Health, PrinterRecord, PrintOutcome, PrintReport, Ticket
from village_console.devices.printers.lines import Line, NoDriverError, line_to

ANSWER_TIMEOUT = 1.5
SECONDS_A_LINE = 0.06
"""A slow mechanism prints a 30-dot line at 60 mm/s in this time."""
_BITS_A_BYTE = 10
"""On a serial line, with the bits around it."""
_ASK_ONLINE, _ASK_CAUSE, _ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
_FIXED_BITS, _FIXED_VALUE = 0b1001_0011, 0b0001_0010
_OFFLINE, _COVER, _PAPER_END, _NEAR_END, _ERROR = 0x08, 0x04, 0x60, 0x0C, 0x40
_ENVELOPE = b"\x37\x22"
_ASK_SENSOR = b"\x1dr\x01"
_SENSOR_BITS, _SENSOR_END = 0b1001_0000, 0x0C
_CLEAR = b"\x10\x05\x02"
"""DLE ENQ 2: what waits in the printer is thrown away."""
_TICKET = bytes.maketrans(b"0123456789", b"ABCDEFGHIJ")
"""A job's number in letters: the digits 2 and 6 have the fixed bits of a status byte, and an answer may come late."""
PRINTS = frozenset({Health.READY, Health.NEAR_END, Health.ONE_WAY})
"""Where a paper may be sent: nothing is known against it."""


class EscposPrinter:
    """One printer behind one address; jobs go one after the other."""

    def __init__(self, address: str, record: PrinterRecord) -> None:
        """Nothing is opened until something is asked; raises PrinterAddressIsWrongError."""
        self._open = line_to(address, record)
        self.record = record
        self._lock = threading.Lock()
        self._job = 0

    def health(self) -> Health:
        """Ask how it is (DLE EOT 1, 2 and 4); of a one-way line only that it is there."""
        with self._lock:
            try:
                with closing(self._open()) as line:
                    return self._health(line)
            except OSError as error:
                return _gone(error)

    def send(self, job: bytes, lines: int, ticket: Ticket | None = None) -> PrintReport:
        """Ask, send, and wait for the printer's word that the mechanism is done: GS ( H, or GS r, or DLE EOT later on."""
        with self._lock:
            try:
                line = self._open()
            except OSError as error:
                return PrintReport(PrintOutcome.NOT_SENT, _gone(error))
            with closing(line):
                if ticket is not None and ticket.reissue:
                    with suppress(OSError):
                        line.write(_CLEAR, ANSWER_TIMEOUT)
                try:
                    health = self._health(line)
                except OSError as error:
                    return PrintReport(PrintOutcome.NOT_SENT, _gone(error))
                if health not in PRINTS:
                    return PrintReport(PrintOutcome.NOT_SENT, health)
                return self._send(line, job, lines, ticket, health)

    def _health(self, line: Line) -> Health:
        return _health(line) if self.record.status else Health.ONE_WAY

    def _send(self, line: Line, job: bytes, lines: int, ticket: Ticket | None, before: Health) -> PrintReport:
        self._job = (ticket.number if ticket else self._job + 1) % 10_000
        name = f"{self._job:04d}".encode("ascii").translate(_TICKET)
        question = b"\x1d(H\x06\x00\x30\x30" + name if self.record.process_id else _ASK_SENSOR * self.record.sensor
        patience = ANSWER_TIMEOUT + lines * SECONDS_A_LINE
        if self.record.baud:
            patience += len(job) * _BITS_A_BYTE / self.record.baud
        try:
            line.write(job + question, patience)
            if ticket is not None:
                ticket.sent()
            if self._confirmed(line, name, patience):
                return PrintReport(PrintOutcome.PRINTED, before)
            return PrintReport(PrintOutcome.UNCERTAIN, self._health(line))
        except TimeoutError:  # it takes no more bytes: it may still say why
            with suppress(OSError):
                return PrintReport(PrintOutcome.UNCERTAIN, self._health(line))
            return PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
        except OSError:
            return PrintReport(PrintOutcome.UNCERTAIN, Health.GONE)

    def _confirmed(self, line: Line, name: bytes, patience: float) -> bool:
        """The strongest word that this make can give; a one-way line gives none."""
        if self.record.process_id:
            return _wait_for(line, _ENVELOPE + name, patience)
        if self.record.sensor:
            return _sensor_says_paper(line, patience)
        if not self.record.status:
            return False
        time.sleep(patience)
        return _health(line) in (Health.READY, Health.NEAR_END)


def _gone(error: OSError) -> Health:
    if isinstance(error, PermissionError):
        return Health.NOT_ALLOWED
    return Health.NO_DRIVER if isinstance(error, NoDriverError) else Health.GONE


def _health(line: Line) -> Health:
    online, cause, paper = (_ask(line, question) for question in (_ASK_ONLINE, _ASK_CAUSE, _ASK_PAPER))
    if online is None or cause is None or paper is None:
        return Health.NO_ANSWER
    if paper & _PAPER_END == _PAPER_END:
        return Health.PAPER_OUT
    if cause & _COVER:
        return Health.COVER_OPEN
    if cause & _ERROR or online & _OFFLINE:
        return Health.FAULT
    return Health.NEAR_END if paper & _NEAR_END else Health.READY


def _ask(line: Line, question: bytes) -> int | None:
    """One status byte, known by its fixed bits; anything else on the line is passed over."""
    line.write(question, ANSWER_TIMEOUT)
    while data := line.read(ANSWER_TIMEOUT):
        for byte in data:
            if byte & _FIXED_BITS == _FIXED_VALUE:
                return byte
    return None


def _sensor_says_paper(line: Line, patience: float) -> bool:
    """GS r 1 is answered when everything before it is printed; with the paper at its end that is not so."""
    while data := line.read(patience):
        for byte in data:
            if byte & _SENSOR_BITS == 0:
                return byte & _SENSOR_END == 0
    return False


def _wait_for(line: Line, answer: bytes, patience: float) -> bool:
    heard = b""
    while data := line.read(patience):
        heard += data
        if answer in heard:
            return True
    return False
