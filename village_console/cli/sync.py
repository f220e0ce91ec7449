"""`sync`: carry a stick or join a village without a desk, and see which console is known until when (同期)."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from village_console.cli.progress import progress_line
from village_console.cli.record import Record, latest_in, record
from village_console.journal.keys.printed import read_code
from village_console.sync.address import Address
from village_console.sync.anchor_setting import keep_anchor
from village_console.sync.carrier import CarrierLostError
from village_console.sync.desk import SyncDesk
from village_console.sync.known import Console
from village_console.sync.meeting import Outcome
from village_console.sync.own import Place
from village_console.sync.pairing import Code, Unpaired
from village_console.words import Words

FOUND_WITHIN = 10.0
"""Seconds in which an anchor that lets laptops in tells the network so."""


def run(options: argparse.Namespace, words: Words) -> int:
    """Carry, or tell; 1 when the stick was refused or vanished."""
    if options.verb == "stick" and options.folder is None:
        sys.stderr.write(words.say("cli.sync.which_folder") + "\n")
        return 2
    with record(options, words) as opened:
        desk = _desk(opened)
        match options.verb:
            case "status":
                return _tell(desk, latest_in(opened.journal), words)
            case "join":
                return _join(desk, options, words)
            case _:
                return _carry(desk, options.folder, words)


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


# Being let in over the LAN


def _join(desk: SyncDesk, options: argparse.Namespace, words: Words) -> int:
    addresses = [options.at] if options.at else _found(desk, words)
    if not addresses:
        return 1
    code = _typed_code(words)
    if code is None:
        return 1
    outcome = desk.join_over(addresses, code)
    if isinstance(outcome, Unpaired):
        sys.stderr.write(words.say(f"pairing.refused.{outcome}") + "\n")
        return 1
    by = words.say("consoles.name", number=outcome.by.number, name=outcome.by.name)
    sys.stdout.write(words.say("cli.sync.joined", by=by) + "\n")
    if options.at and not keep_anchor(options.settings, f"{options.at[0]}:{options.at[1]}"):
        sys.stdout.write(words.say("pairing.address_not_kept") + "\n")
    return 0


def _found(desk: SyncDesk, words: Words) -> list[Address]:
    """Where the one anchor is that lets laptops in; else it is said why none is asked."""
    finder, until = desk.finder(), time.monotonic() + FOUND_WITHIN
    sys.stderr.write(words.say("pairing.nobody_found") + "\n")
    finder.start()
    try:
        while not (windows := finder.windows()) and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        finder.stop()
    ours = [window for window in windows if window.same_purpose]
    if len(ours) == 1:
        return list(ours[0].addresses)
    for window in windows:
        name = words.say("consoles.name", number=window.number, name=window.name)
        where = " ".join(f"{host}:{port}" for host, port in window.addresses)
        other = "" if window.same_purpose else f"  {words.say('pairing.another_purpose')}"
        sys.stderr.write(f"{name}  {where}{other}\n")
    sys.stderr.write(words.say("cli.sync.several" if ours else "cli.sync.no_anchor") + "\n")
    return []


def _typed_code(words: Words) -> Code | None:
    """What is typed, or comes from a pipe, until it is a code; None at the end of input."""
    from village_console.tui.syncing import slip_said  # noqa: PLC0415 -- slow import

    while True:
        sys.stderr.write(words.say("cli.sync.code"))
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            sys.stderr.write("\n")
            return None
        found = read_code(line)
        if isinstance(found, tuple):
            return found
        sys.stderr.write(slip_said(found, words) + "\n")


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
