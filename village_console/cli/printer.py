"""`printer setup`: a guided test page that fills the printer's record by asking what came out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from village_console.devices.ports import Codec, Health, Inline, PrinterRecord, PrintOutcome, Qr, Transport
from village_console.devices.printers.lines import NoDriverError
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.devices.printers.try_out import (
    BAUDS,
    WIDTHS,
    answers_of,
    record_text,
    transport_of,
    trial_page,
)
from village_console.settings import load_settings
from village_console.words import Words

RECORD = "printer.toml"
_PRINTS = (Health.READY, Health.NEAR_END, Health.NO_ANSWER)
Ask = Callable[[str], str]


def run(options: argparse.Namespace, words: Words, ask: Ask = input) -> int:
    """Ask the printer, print the page, ask the person, write the record; 1 when there is no printer to ask."""
    address = load_settings(options.settings).devices.printer
    if not address:
        return _refused(words, "none")
    trying = _line_of(address, ask, words)
    try:
        answers = answers_of(address, trying)
    except NoDriverError:
        return _refused(words, "no_driver")
    except PermissionError:
        return _refused(words, "not_allowed", address=address)
    except OSError:
        return _refused(words, "silent", address=address)
    if answers.health not in _PRINTS:
        return _refused(words, "not_ready", health=words.say(f"health.{answers.health}"))
    _say(words.say("printer_setup.answers", process_id=_yes(answers.process_id, words),
                   sensor=_yes(answers.sensor, words), status=_yes(answers.status, words)))  # fmt: skip
    trying = replace(trying, process_id=answers.process_id, sensor=answers.sensor, status=answers.status)
    page, lines = trial_page((words.say("printer_setup.page"), words.say("printer_setup.page_end")))
    report = EscposPrinter(address, trying).send(page, lines)
    if report.outcome is PrintOutcome.NOT_SENT:
        return _refused(words, "not_ready", health=words.say(f"health.{report.health}"))
    record = _looked_at(trying, ask, words)
    if record is None:
        return _refused(words, "no_japanese")
    path = Path(options.settings).resolve().parent / RECORD
    path.write_text(record_text(record, words.say("printer_setup.comment")), "utf-8")
    _say(words.say("printer_setup.done", path=path, name=RECORD))
    return 0


def _line_of(address: str, ask: Ask, words: Words) -> PrinterRecord:
    """What is known before anything is asked: the line, and its speed where only a person can know it."""
    transport = transport_of(address)
    baud = BAUDS[_choice(ask, words, "baud", len(BAUDS)) - 1] if transport is Transport.SERIAL else 0
    return PrinterRecord(*WIDTHS[0], transport=transport, baud=baud)


def _looked_at(trying: PrinterRecord, ask: Ask, words: Words) -> PrinterRecord | None:
    """What a person has seen on the page; None when no way to print Japanese was among it."""
    columns, dots = WIDTHS[_choice(ask, words, "width", len(WIDTHS)) - 1]
    codec = (Codec.SHIFT_JIS, Codec.JIS, Codec.NONE)[_choice(ask, words, "codec", 3) - 1]
    inline = (Inline.IMAGE, Inline.DEFINED, Inline.NONE)[_choice(ask, words, "rare", 3) - 1]
    if codec is Codec.NONE and inline is not Inline.IMAGE:
        return None
    qr = (Qr.NATIVE, Qr.IMAGE, Qr.NONE)[_choice(ask, words, "qr", 3) - 1]
    cutter = _choice(ask, words, "cut", 2) == 1
    return replace(trying, columns=columns, dots=dots, codec=codec, inline=inline, qr=qr, cutter=cutter)


def _choice(ask: Ask, words: Words, question: str, most: int) -> int:
    """Ask until a digit is typed that is one of the choices."""
    while True:
        typed = ask(words.say(f"printer_setup.ask.{question}") + " ").strip()
        if typed.isdecimal() and 1 <= int(typed) <= most:
            return int(typed)
        _say(words.say("printer_setup.again", most=most))


def _yes(known: bool, words: Words) -> str:  # noqa: FBT001 -- what was found out
    return words.say("printer_setup.yes" if known else "printer_setup.no")


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


def _refused(words: Words, why: str, **values: object) -> int:
    sys.stderr.write(words.say(f"printer_setup.refused.{why}", **values) + "\n")
    return 1
