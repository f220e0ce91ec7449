"""The record of a settings file, opened for one command and closed after it."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from village_console.cli.unlocking import unlock
from village_console.journal.journal import Journal
from village_console.records import drill_clock, open_journal
from village_console.settings import Settings, load_settings
from village_console.village.timing import mark
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class Record:
    """An open record and what belongs to it."""

    journal: Journal
    settings: Settings
    folder: Path


@contextmanager
def record(options: argparse.Namespace, words: Words) -> Generator[Record]:
    """Open the record of `--settings`; raises what `unlock` and `open_journal` raise."""
    settings, folder = load_settings(options.settings), options.settings.resolve().parent
    journal = open_journal(settings, folder, drill_clock(settings), unlock(settings, folder, words))
    mark("journal")
    try:
        yield Record(journal, settings, folder)
    finally:
        journal.close()


def on_its_day(said: datetime | time, latest: datetime) -> datetime:
    """A whole moment as it is; a time of the day as the one of today or yesterday that is nearer to `latest`."""
    if isinstance(said, datetime):
        return said
    today = datetime.combine(latest.date(), said)
    return min(today, today - timedelta(days=1), key=lambda found: abs(found - latest))


def latest_in(journal: Journal) -> datetime:
    """Now, or when the newest fact arrived: a drill's clock stands at its beginning while no drill is played."""
    facts = [recorded for _, recorded in journal.every_fact()[-1:] if recorded]
    return max([journal.clock.now(), *(recorded.arrived for recorded in facts)])
