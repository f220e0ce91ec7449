"""Finds out what a receipt printer can do: what it answers, and what a person sees on its test page (`printer setup`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from village_console.devices.ports import Codec, Health, Inline, PrinterRecord, Qr, Transport
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.lines import Line, line_to
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.papers.document import Document

WIDTHS = ((32, 384), (35, 420), (42, 512), (48, 576))
"""Columns and dots of the papers that are sold."""
BAUDS = (9600, 19200, 38400, 115200)
RARE = "髙﨑"
"""Two characters that no receipt printer has in its own font."""
USUAL = "避難者名簿"
TRIAL_DIGITS = "12345678901"
"""As many as a printed code has; they are nobody's."""
_SECONDS = 1.5
_PROCESS_ID = b"\x1d(H\x06\x00\x30\x30ABCD"
_NARROWEST = PrinterRecord(*WIDTHS[0])


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


def transport_of(address: str) -> Transport:
    """What kind of line an address is most probably of."""
    if address.startswith("/"):
        return Transport.FILE if re.search(r"/(usb/)?lp\d+$", address) else Transport.SERIAL
    return Transport.USB if re.fullmatch(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}", address) else Transport.TCP


def answers_of(address: str, record: PrinterRecord) -> Answers:
    """Ask everything that needs no paper; raises OSError when nothing is there."""
    health = EscposPrinter(address, record).health()
    with closing(line_to(address, record)()) as line:
        return Answers(health, _says(line, _PROCESS_ID, b"\x37\x22ABCD"), _says(line, b"\x1dr\x01", None))


def trial_page(questions: Sequence[str]) -> tuple[bytes, int]:
    """The page, and its lines: a heading in each code, rulers of every width, rare characters and a QR by each method, a cut."""
    page, lines = bytearray(), 0
    for paper, record in _parts(questions):
        job = encode(paper, record)
        page, lines = page + job.data, lines + job.lines
    return bytes(page), lines


def _parts(questions: Sequence[str]) -> Iterator[tuple[Document, PrinterRecord]]:
    for letter, codec in (("S", Codec.SHIFT_JIS), ("J", Codec.JIS)):
        yield _line(f"{letter}  {USUAL} {questions[0]}"), _with(codec)
    for n, (columns, dots) in enumerate(WIDTHS, start=1):
        yield _line((f"{n}" + "-" * columns)[: columns - 1] + "|", columns), PrinterRecord(columns, dots)
    yield _line(f"A  {RARE} {RARE}"), _with(Codec.SHIFT_JIS)
    yield _line(f"B  {RARE} {RARE}"), _with(Codec.SHIFT_JIS, Inline.DEFINED)
    yield _line(f"C  {RARE} {RARE}"), _with(Codec.JIS, Inline.DEFINED)
    for letter, qr in (("D", Qr.NATIVE), ("E", Qr.IMAGE)):
        yield _coded(letter), replace(_NARROWEST, codec=Codec.NONE, qr=qr)
    last = _line(questions[1])
    last.cut()
    yield last, _with(Codec.NONE)


def _with(codec: Codec, inline: Inline = Inline.IMAGE) -> PrinterRecord:
    return PrinterRecord(_NARROWEST.columns, _NARROWEST.dots, codec=codec, inline=inline)


def _line(text: str, columns: int = _NARROWEST.columns) -> Document:
    paper = Document(columns)
    paper.text(text)
    return paper


def _coded(letter: str) -> Document:
    paper = _line(letter)
    paper.qr(TRIAL_DIGITS)
    return paper


def record_text(record: PrinterRecord, comment: str) -> str:
    """A record as its file says it."""
    said = [
        f"columns = {record.columns}", f"dots = {record.dots}", f'transport = "{record.transport}"',
        f'codec = "{record.codec}"', f'inline = "{record.inline}"', f'qr = "{record.qr}"',
        f"process_id = {str(record.process_id).lower()}",
        f"sensor = {str(record.sensor).lower()}", f"status = {str(record.status).lower()}",
        f"cutter = {str(record.cutter).lower()}",
    ]  # fmt: skip
    said += [f"baud = {record.baud}"] if record.baud else []
    return "\n".join((f"# {comment}", *said)) + "\n"


def _says(line: Line, question: bytes, answer: bytes | None) -> bool:
    """Whether something comes back that can be the answer; `answer`: None for any single byte."""
    try:
        line.write(b"\x1b@" + question, _SECONDS)
        heard = b""
        while data := line.read(_SECONDS):
            heard += data
            if answer is None or answer in heard:
                return True
    except OSError:
        return False
    return False
