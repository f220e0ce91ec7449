"""`verify`: check chain and signature of every fact in the journal of a settings file."""

from __future__ import annotations

import argparse
import sys

from village_console.cli.progress import progress_line
from village_console.cli.unlocking import unlock
from village_console.records import drill_clock, open_journal
from village_console.settings import load_settings
from village_console.village.timing import mark
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Check all; raises JournalIsDamagedError at the first fact that does not hold."""
    settings = load_settings(options.settings)
    folder = options.settings.resolve().parent
    journal = open_journal(settings, folder, drill_clock(settings), unlock(settings, folder, words))
    mark("journal")
    try:
        with progress_line(words, "cli.verify.checking") as progress:
            count = journal.verify(progress)
    finally:
        journal.close()
    sys.stdout.write(words.say("cli.verify.done", count=count) + "\n")
    return 0
