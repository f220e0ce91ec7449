"""The village's anchor: whether it answers, knows this console, and keeps what it confirms."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from village_console.doctor.finding import Finding, State, broken
from village_console.journal import key_file
from village_console.journal.journal import Journal
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import JOURNAL
from village_console.records import open_journal
from village_console.settings import Settings, endpoint
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.carrier import CarrierLostError, Refused
from village_console.sync.discovery import Finder
from village_console.village.clock import Clock
from village_console.village.errors import JournalIsInUseError, VillageError

LISTEN = 3.0
"""Seconds in which an anchor is to be heard of."""
_DO = {
    Refused.OTHER_VILLAGE: "anchor_other",
    Refused.OTHER_PURPOSE: "anchor_other",
    Refused.NOT_ADMITTED: "anchor_admit",
    Refused.REVOKED: "anchor_admit",
    Refused.NOT_DURABLE: "anchor_replace",
    Refused.TOO_OLD: "anchor_replace",
}


def anchor(known: Settings, folder: Path) -> Iterator[Finding]:
    """One finding; nothing at a console that is the village's only one and names no anchor."""

    def look(journal: Journal) -> Iterator[Finding]:
        if known.sync.anchor or len(journal.members()) > 1:
            yield _look(known, journal)

    yield from with_journal("anchor", known, folder, look, named=bool(known.sync.anchor))


def with_journal(
    what: str, known: Settings, folder: Path, look: Callable[[Journal], Iterator[Finding]], *, named: bool
) -> Iterator[Finding]:
    """What somebody finds who looks with this console's own keys; `named`: to be said also when they are not at hand."""
    if not (folder / JOURNAL).exists():
        return
    if not (folder / key_file.NAME).exists():
        if named and (folder / slots_file.NAME).exists():
            yield Finding(what, State.UNKNOWN, "anchor_locked")
        return
    try:
        with closing(open_journal(known, folder, Clock())) as journal:
            yield from look(journal)
    except JournalIsInUseError:
        if named:
            yield Finding(what, State.UNKNOWN, "anchor_busy")
    except VillageError as error:
        yield broken(what, error)


def _look(known: Settings, journal: Journal) -> Finding:
    address = endpoint(known.sync.anchor) or _found(journal)
    if address is None:
        return Finding("anchor", State.LOOK, "anchor_not_found", "anchor_start")
    values: dict[str, object] = {"address": f"{address[0]}:{address[1]}"}
    with closing(AnchorCarrier(journal, address)) as carrier:
        try:
            found = carrier.heads()
        except CarrierLostError:
            return Finding("anchor", State.LOOK, "anchor_no_answer", "anchor_start", values)
    if isinstance(found, Refused):
        return Finding("anchor", State.MEND, f"anchor_{found}", _DO[found], values)
    return Finding("anchor", State.FINE, "anchor_level", values=values | {"end": found.end})


def _found(journal: Journal) -> tuple[str, int] | None:
    finder, deadline = Finder(journal), time.monotonic() + LISTEN
    finder.start()
    try:
        while not finder() and time.monotonic() < deadline:
            time.sleep(0.05)
        return next(iter(finder()), None)
    finally:
        finder.stop()
