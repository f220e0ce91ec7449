"""`printer setup`: a guided test page that fills the printer's record by asking what came out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from village_console.devices.ports import Health, Inline, PrinterRecord, PrintOutcome
from village_console.devices.printers.network import NetworkPrinter
from village_console.devices.printers.try_out import WIDTHS, answers_of, record_text, trial_page
from village_console.settings import endpoint, load_settings
from village_console.words import Words

RECORD = "printer.toml"
_PRINTS = (Health.READY, Health.NEAR_END, Health.NO_ANSWER)
Ask = Callable[[str], str]


def run(options: argparse.Namespace, words: Words, ask: Ask = input) -> int:
    """Ask the printer, print the page, ask the person, write the record; 1 when there is no printer to ask."""
    settings = load_settings(options.settings)
    address = endpoint(settings.devices.printer)
    if address is None:
        return _refused(words, "none")
    try:
        answers = answers_of(address)
    except OSError:
        return _refused(words, "silent", address=settings.devices.printer)
    if answers.health not in _PRINTS:
        return _refused(words, "not_ready", health=words.say(f"health.{answers.health}"))
    _say(words.say("printer_setup.answers", process_id=_yes(answers.process_id, words),
                   sensor=_yes(answers.sensor, words), status=_yes(answers.status, words)))  # fmt: skip
    trying = PrinterRecord(32, 384, process_id=answers.process_id, sensor=answers.sensor, status=answers.status)
    page, lines = trial_page((words.say("printer_setup.page"), words.say("printer_setup.page_end")))
    report = NetworkPrinter(address, trying).send(page, lines)
    if report.outcome is PrintOutcome.NOT_SENT:
        return _refused(words, "not_ready", health=words.say(f"health.{report.health}"))
    width = _choice(ask, words, "width", len(WIDTHS))
    inline = (Inline.IMAGE, Inline.DEFINED, Inline.NONE)[_choice(ask, words, "rare", 3) - 1]
    cutter = _choice(ask, words, "cut", 2) == 1
    columns, dots = WIDTHS[width - 1]
    record = PrinterRecord(columns, dots, inline, answers.process_id, answers.sensor, answers.status, cutter)
    path = Path(options.settings).resolve().parent / RECORD
    path.write_text(record_text(record, words.say("printer_setup.comment")), "utf-8")
    _say(words.say("printer_setup.done", path=path, name=RECORD))
    return 0


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
