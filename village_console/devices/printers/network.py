"""A receipt printer on TCP port 9100. What it does not answer is not known; silence is never taken for fine."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

from village_console.devices.ports import Health, PrinterRecord, PrintOutcome, PrintReport, Ticket

CONNECT_TIMEOUT = 1.5
ANSWER_TIMEOUT = 1.5
SECONDS_A_LINE = 0.06
"""A slow mechanism prints a 30-dot line at 60 mm/s in this time."""
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


class NetworkPrinter:
    """One printer behind one address; every job has a connection of its own."""

    def __init__(self, address: tuple[str, int], record: PrinterRecord) -> None:
        """Nothing is opened until something is asked."""
        self._address = address
        self.record = record
        self._lock = threading.Lock()
        self._job = 0

    def health(self) -> Health:
        """Ask how it is (DLE EOT 1, 2 and 4); a printer on a one-way line never says."""
        if not self.record.status:
            return Health.NO_ANSWER
        with self._lock:
            try:
                with socket.create_connection(self._address, CONNECT_TIMEOUT) as connection:
                    return _health(connection)
            except OSError:
                return Health.NO_ANSWER

    def send(self, job: bytes, lines: int, ticket: Ticket | None = None) -> PrintReport:
        """Ask, send, and wait for the printer's word that the mechanism is done: GS ( H, or GS r, or DLE EOT later on."""
        with self._lock:
            try:
                connection = socket.create_connection(self._address, CONNECT_TIMEOUT)
            except OSError:
                return PrintReport(PrintOutcome.NOT_SENT, Health.NO_ANSWER)
            with connection:
                if ticket is not None and ticket.reissue:
                    with suppress(OSError):
                        connection.sendall(_CLEAR)
                health = _health(connection) if self.record.status else Health.READY
                if health not in (Health.READY, Health.NEAR_END):
                    return PrintReport(PrintOutcome.NOT_SENT, health)
                return self._send(connection, job, lines, ticket, health)

    def _send(
        self, connection: socket.socket, job: bytes, lines: int, ticket: Ticket | None, before: Health
    ) -> PrintReport:
        self._job = (ticket.number if ticket else self._job + 1) % 10_000
        name = f"{self._job:04d}".encode("ascii").translate(_TICKET)
        question = b"\x1d(H\x06\x00\x30\x30" + name if self.record.process_id else _ASK_SENSOR * self.record.sensor
        patience = ANSWER_TIMEOUT + lines * SECONDS_A_LINE
        try:
            connection.settimeout(patience)
            connection.sendall(job + question)
            if ticket is not None:
                ticket.sent()
            done = self._confirmed(connection, name, patience)
        except OSError:
            return PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
        if done:
            return PrintReport(PrintOutcome.PRINTED, before)
        if not self.record.status:
            return PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
        with suppress(OSError):
            return PrintReport(PrintOutcome.UNCERTAIN, _health(connection))
        return PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)

    def _confirmed(self, connection: socket.socket, name: bytes, patience: float) -> bool:
        """The strongest word that this make can give; a one-way line gives none."""
        if self.record.process_id:
            return _wait_for(connection, _ENVELOPE + name)
        if self.record.sensor:
            return _sensor_says_paper(connection)
        if not self.record.status:
            return False
        time.sleep(patience)
        return _health(connection) in (Health.READY, Health.NEAR_END)


def _health(connection: socket.socket) -> Health:
    connection.settimeout(ANSWER_TIMEOUT)
    online, cause, paper = (_ask(connection, question) for question in (_ASK_ONLINE, _ASK_CAUSE, _ASK_PAPER))
    if online is None or cause is None or paper is None:
        return Health.NO_ANSWER
    if paper & _PAPER_END == _PAPER_END:
        return Health.PAPER_OUT
    if cause & _COVER:
        return Health.COVER_OPEN
    if cause & _ERROR or online & _OFFLINE:
        return Health.FAULT
    return Health.NEAR_END if paper & _NEAR_END else Health.READY


def _ask(connection: socket.socket, question: bytes) -> int | None:
    """One status byte, known by its fixed bits; anything else on the line is passed over."""
    try:
        connection.sendall(question)
        while data := connection.recv(1):
            if data[0] & _FIXED_BITS == _FIXED_VALUE:
                return data[0]
    except OSError:
        return None
    return None


def _sensor_says_paper(connection: socket.socket) -> bool:
    """GS r 1 is answered when everything before it is printed; with the paper at its end that is not so."""
    try:
        while data := connection.recv(1):
            if data[0] & _SENSOR_BITS == 0:
                return data[0] & _SENSOR_END == 0
    except TimeoutError:
        return False
    return False


def _wait_for(connection: socket.socket, answer: bytes) -> bool:
    heard = b""
    try:
        while data := connection.recv(64):
            heard += data
            if answer in heard:
                return True
    except TimeoutError:
        return False
    return False
