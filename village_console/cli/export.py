"""`export`: the journal as JSON lines that other tools can check."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from village_console.cli.unlocking import unlock
from village_console.journal.export import export_journal
from village_console.records import drill_clock, open_journal
from village_console.settings import load_settings
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Write it; the look is noted before."""
    settings, folder = load_settings(options.settings), options.settings.resolve().parent
    path: Path = options.file.resolve()
    with closing(open_journal(settings, folder, drill_clock(settings), unlock(settings, folder, words))) as journal:
        count = export_journal(journal, path)
    sys.stdout.write(words.say("cli.export.done", count=count, path=path) + "\n")
    return 0
