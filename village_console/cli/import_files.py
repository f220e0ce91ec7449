"""`import`: take a town's files into the console of a settings file, whole or not at all."""

from __future__ import annotations

import argparse
import sys

from village_console.cli.progress import progress_line
from village_console.cli.unlocking import unlock
from village_console.import_town import Imported, import_town
from village_console.records import drill_clock, open_journal
from village_console.settings import load_settings
from village_console.village.timing import mark
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Import, and tell every repair."""
    settings = load_settings(options.settings)
    folder = options.settings.resolve().parent
    journal = open_journal(settings, folder, drill_clock(settings), unlock(settings, folder, words))
    mark("journal")
    try:
        with progress_line(words, "cli.importing") as progress:
            imported = import_town(
                journal, settings.site.municipality, options.folder, progress, settings.devices.token_ground
            )
    finally:
        journal.close()
    sys.stdout.write(_repairs(imported, words))
    return 0


def _repairs(imported: Imported, words: Words) -> str:
    lines = [
        words.say(
            "import.line", file=r.file, line=r.line, what=words.say(f"repair.{r.what}"), before=r.before, after=r.after
        )
        for r in imported.repairs
    ]
    lines.append(words.say("import.repairs", count=len(imported.repairs)))
    lines.append(
        words.say(
            "import.done", residents=imported.residents, cards=imported.cards, televisions=imported.televisions,
            unchanged=imported.unchanged,
        )
    )  # fmt: skip
    return "\n".join(lines) + "\n"
