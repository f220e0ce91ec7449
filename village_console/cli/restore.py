"""`restore`: put a backup in the journal's place."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from village_console.cli.backup import slots_of
from village_console.cli.unlocking import unlock
from village_console.journal import key_file
from village_console.journal.backup import lacks, restore
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import JOURNAL
from village_console.records import drill_clock, purpose_of
from village_console.settings import load_settings
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Restore; 1 when that would hide what only the present journal holds, or there is no key."""
    settings, folder = load_settings(options.settings), options.settings.resolve().parent
    backup, journal = options.file.resolve(), folder / JOURNAL
    if not _has_key(folder, backup):
        sys.stderr.write(words.say("cli.restore.no_key", folder=folder) + "\n")
        return 1
    key = unlock(settings, folder, words).key_for(backup)
    missing = lacks(backup, journal, key) if journal.exists() else None
    if missing and not options.force:
        sys.stderr.write(words.say("cli.restore.newer", count=missing) + "\n")
        return 1
    aside = restore(backup, journal, key, purpose_of(settings), round(drill_clock(settings).epoch() * 1000))
    sys.stdout.write(words.say("cli.restore.done", path=journal) + "\n")
    if aside:
        sys.stdout.write(words.say("cli.restore.aside", path=aside) + "\n")
    return 0


def _has_key(folder: Path, backup: Path) -> bool:
    """Whether there is something to open it with; on a new laptop the slots that lie beside the backup."""
    if (folder / key_file.NAME).exists() or (folder / slots_file.NAME).exists():
        return True
    if slots_of(backup).exists():
        shutil.copyfile(slots_of(backup), folder / slots_file.NAME)
        return True
    return False
