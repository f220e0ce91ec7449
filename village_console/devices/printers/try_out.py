"""Finds out what a receipt printer can do: what it answers, and what a person sees on its test page (`printer setup`)."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from village_console.devices.ports import Health, Inline, PrinterRecord
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.network import NetworkPrinter
from village_console.papers.document import Document

WIDTHS = ((32, 384), (35, 420), (42, 512), (48, 576))
"""Columns and dots of the papers that are sold."""
RARE = "髙﨑"
"""Two characters that no receipt printer has in its own font."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a printer said without anybody looking."""

    health: Health
    process_id: bool
    sensor: bool

    @property
    def status(self) -> bool:
        """Whether it says anything at all."""
        return self.health is not Health.NO_ANSWER


def answers_of(address: tuple[str, int]) -> Answers:
    """Ask everything that needs no paper; raises OSError when nothing listens there."""
    health = NetworkPrinter(address, PrinterRecord(32, 384)).health()
    return Answers(
        health, _says(address, b"\x1d(H\x06\x00\x30\x30ABCD", b"\x37\x22ABCD"), _says(address, b"\x1dr\x01", None)
    )


def trial_page(questions: Sequence[str]) -> tuple[bytes, int]:
    """The page, and its lines: rulers of every width, rare characters by both methods, and a cut."""
    page, lines = bytearray(), 0
    for n, (columns, dots) in enumerate(WIDTHS, start=1):
        paper = Document(columns)
        if n == 1:
            paper.text(questions[0])
        paper.text((f"{n}" + "-" * columns)[: columns - 1] + "|")
        data = encode(paper, PrinterRecord(columns, dots))
        page, lines = page + data.data, lines + data.lines
    for letter, inline in (("A", Inline.IMAGE), ("B", Inline.DEFINED)):
        paper = Document(32)
        paper.text(f"{letter}  {RARE} {RARE}")
        data = encode(paper, PrinterRecord(32, 384, inline))
        page, lines = page + data.data, lines + data.lines
    paper = Document(32)
    paper.text(questions[1])
    paper.cut()
    data = encode(paper, PrinterRecord(32, 384))
    return bytes(page + data.data), lines + data.lines


def record_text(record: PrinterRecord, comment: str) -> str:
    """A record as its file says it."""
    said = (
        f"columns = {record.columns}", f"dots = {record.dots}", f'inline = "{record.inline}"',
        f"process_id = {str(record.process_id).lower()}", f"sensor = {str(record.sensor).lower()}",
        f"status = {str(record.status).lower()}", f"cutter = {str(record.cutter).lower()}",
    )  # fmt: skip
    return "\n".join((f"# {comment}", *said)) + "\n"


def _says(address: tuple[str, int], question: bytes, answer: bytes | None) -> bool:
    """Whether something comes back that can be the answer; `answer`: None for any single byte."""
    with socket.create_connection(address, 1.5) as connection:
        connection.settimeout(1.5)
        try:
            connection.sendall(b"\x1b@" + question)
            heard = b""
            while data := connection.recv(64):
                heard += data
                if answer is None or answer in heard:
                    return True
        except OSError:
            return False
    return False
