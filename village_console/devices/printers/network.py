"""A receipt printer on TCP port 9100. What it does not answer is not known; silence is never taken for fine."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from village_console.devices.ports import Health, PaperSize, PrintOutcome, PrintReport

CONNECT_TIMEOUT = 1.5
ANSWER_TIMEOUT = 1.5
SECONDS_A_LINE = 0.06
"""A slow mechanism prints a 30-dot line at 60 mm/s in this time."""
_ASK_ONLINE, _ASK_CAUSE, _ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
_FIXED_BITS, _FIXED_VALUE = 0b1001_0011, 0b0001_0010
_OFFLINE, _COVER, _PAPER_END, _NEAR_END, _ERROR = 0x08, 0x04, 0x60, 0x0C, 0x40
_ENVELOPE = b"\x37\x22"
_TICKET = bytes.maketrans(b"0123456789", b"ABCDEFGHIJ")
"""A job's number in letters: the digits 2 and 6 have the fixed bits of a status byte, and an answer may come late."""


class NetworkPrinter:
    """One printer behind one address; every job has a connection of its own."""

    def __init__(self, address: tuple[str, int], size: PaperSize) -> None:
        """Nothing is opened until something is asked."""
        self._address = address
        self.size = size
        self._lock = threading.Lock()
        self._job = 0

    def health(self) -> Health:
        """Ask how it is (DLE EOT 1, 2 and 4)."""
        with self._lock:
            try:
                with socket.create_connection(self._address, CONNECT_TIMEOUT) as connection:
                    return _health(connection)
            except OSError:
                return Health.NO_ANSWER

    def send(self, job: bytes, lines: int) -> PrintReport:
        """Ask, send, and wait for the printer's word that the mechanism is done (GS ( H)."""
        with self._lock:
            try:
                connection = socket.create_connection(self._address, CONNECT_TIMEOUT)
            except OSError:
                return PrintReport(PrintOutcome.NOT_SENT, Health.NO_ANSWER)
            with connection:
                health = _health(connection)
                if health not in (Health.READY, Health.NEAR_END):
                    return PrintReport(PrintOutcome.NOT_SENT, health)
                return self._send(connection, job, lines)

    def _send(self, connection: socket.socket, job: bytes, lines: int) -> PrintReport:
        self._job = (self._job + 1) % 10_000
        ticket = f"{self._job:04d}".encode("ascii").translate(_TICKET)
        try:
            connection.settimeout(ANSWER_TIMEOUT + lines * SECONDS_A_LINE)
            connection.sendall(job + b"\x1d(H\x06\x00\x30\x30" + ticket)
            done = _wait_for(connection, _ENVELOPE + ticket)
        except OSError:
            return PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
        if done:
            return PrintReport(PrintOutcome.PRINTED, Health.READY)
        with suppress(OSError):
            return PrintReport(PrintOutcome.UNCERTAIN, _health(connection))
        return PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)


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
