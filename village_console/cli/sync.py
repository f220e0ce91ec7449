"""`sync`: carry a stick without a desk, and see which console is known until when (同期)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from village_console.cli.progress import progress_line
from village_console.cli.record import Record, latest_in, record
from village_console.sync.carrier import CarrierLostError
from village_console.sync.desk import SyncDesk
from village_console.sync.known import Console
from village_console.sync.meeting import Outcome
from village_console.sync.own import Place
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Carry, or tell; 1 when the stick was refused or vanished."""
    if options.verb == "stick" and options.folder is None:
        sys.stderr.write(words.say("cli.sync.which_folder") + "\n")
        return 2
    with record(options, words) as opened:
        desk = _desk(opened)
        return (
            _tell(desk, latest_in(opened.journal), words)
            if options.verb == "status"
            else _carry(desk, options.folder, words)
        )


def _desk(opened: Record) -> SyncDesk:
    site = opened.settings.site
    return SyncDesk(opened.journal, Place(site.console, site.shelter, site.shelter_name))


def _carry(desk: SyncDesk, folder: Path, words: Words) -> int:
    try:
        with progress_line(words, "cli.sync.reading") as progress:
            outcome = desk.carry(folder, progress)
    except CarrierLostError:
        sys.stderr.write(f"{words.say('stick.lost')}\n{words.say('cli.sync.again')}\n")
        return 1
    for line in _came_of_it(outcome, words):
        sys.stdout.write(line + "\n")
    return 1 if outcome.refused is not None else 0


def _came_of_it(outcome: Outcome, words: Words) -> Iterator[str]:
    if outcome.refused is not None:
        yield words.say(f"sync.refused.{outcome.refused}")
        yield words.say("stick.nothing_changed")
        return
    taken = outcome.taken
    yield words.say("stick.carried", new=taken.new, pushed=outcome.pushed)
    if apart := taken.quarantined + sum(taken.refused.values()) + outcome.spoilt:
        yield words.say("cli.sync.apart", count=apart)


def _tell(desk: SyncDesk, now: datetime, words: Words) -> int:
    table = desk.table()
    for line in [_line(console, now, words) for console in table] or [words.say("consoles.alone")]:
        sys.stdout.write(line + "\n")
    return 0


def _line(console: Console, now: datetime, words: Words) -> str:
    name = words.say("consoles.name", number=console.number, name=console.name)
    if console.revoked:
        return f"{name}  {words.say('consoles.is_revoked')}"
    knows = "  ".join(
        f"{shelter} {_moment(until, now) if until else words.say('unknown')}"
        for shelter, until in console.knows.items()
    )
    here = words.say("unknown") if console.not_arrived_here is None else console.not_arrived_here
    there = words.say("unknown") if console.not_arrived_there is None else console.not_arrived_there
    counts = "" if console.is_own else f"  {words.say('consoles.counts', here=here, there=there)}"
    return f"{name}  {knows or words.say('consoles.never_heard')}{counts}"


def _moment(until: datetime, now: datetime) -> str:
    return f"{until:%H:%M:%S}" if until.date() == now.date() else f"{until:%Y-%m-%d %H:%M}"
