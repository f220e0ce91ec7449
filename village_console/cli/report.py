"""`report`: the roster or the stranded board in plain text, now or as it was known at a past moment."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from village_console.cli.record import Record, latest_in, on_its_day, record
from village_console.journal.rows import Rows
from village_console.register.households import NameIndex
from village_console.register.rows import Resident
from village_console.shelter.rows import Outing, Stay
from village_console.shelter.views import People, presence, roster
from village_console.stranded.known import board_in
from village_console.village.ids import ShelterId
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Tell; the look is written before."""
    with record(options, words) as opened:
        journal = opened.journal
        at = on_its_day(options.as_of, latest_in(journal)) if options.as_of else latest_in(journal)
        rows = journal.as_of(at) if options.as_of else journal.rows
        lines = _roster(opened, rows, words) if options.what == "roster" else _stranded(rows, at, words)
        journal.note_look("opened", f"report {options.what} {len(lines)}")
    head = words.say("report.head", at=f"{at:%Y-%m-%d %H:%M:%S}")
    sys.stdout.write("\n".join([head, *lines]) + "\n")
    return 0


def _roster(opened: Record, rows: Rows, words: Words) -> list[str]:
    shelter = ShelterId(opened.settings.site.shelter)
    residents = rows.all(Resident)
    people = People(residents, rows.all(Stay), rows.all(Outing))
    here = presence(people, shelter)
    lines = [
        words.say("report.person", receipt=e.stay.receipt, name=e.resident.name, settlement=e.resident.settlement,
                  at=f"{e.stay.since:%H:%M}")
        for e in roster(people, shelter, NameIndex(residents))
    ]  # fmt: skip
    erased = here.people - len(lines)
    lines.append(words.say("report.here", people=here.people, households=here.households))
    return [*lines, words.say("report.erased", count=erased)] if erased else lines


def _stranded(rows: Rows, at: datetime, words: Words) -> list[str]:
    board = board_in(rows, at)
    if board is None:
        return [words.say("report.no_order")]
    homes = [
        words.say("report.home", household=row.household.id.rpartition("/")[2], settlement=row.household.settlement,
                  people=len(row.missing))
        for row in board.stranded
    ]  # fmt: skip
    counts = words.say(
        "report.stranded", level=words.say(f"order.level.{board.order.level}"), at=f"{board.order.issued_at:%H:%M}",
        people=board.people, homes=len(board.stranded), blind=len(board.cannot_tell), cleared=len(board.cleared),
    )  # fmt: skip
    return [*homes, counts]
