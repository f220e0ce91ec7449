"""`backup`: a checked copy of the journal, made beside an open desk."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from village_console.cli.progress import progress_line
from village_console.cli.unlocking import unlock
from village_console.journal import key_file
from village_console.journal.backup import back_up
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import JOURNAL
from village_console.settings import load_settings
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Copy, check, say how many; 1 when there is nothing to copy, or something in the way."""
    settings, folder = load_settings(options.settings), options.settings.resolve().parent
    path, journal = options.file.resolve(), folder / JOURNAL
    if path.exists() or not journal.exists():
        there = words.say("cli.backup.is_there", path=path)
        sys.stderr.write((there if path.exists() else words.say("cli.backup.no_journal", path=journal)) + "\n")
        return 1
    ring = unlock(settings, folder, words)
    with progress_line(words, "cli.backup.checking") as progress:
        count = back_up(journal, ring.key_for(journal), path, progress)
    sys.stdout.write(words.say("cli.backup.done", count=count, path=path) + "\n")
    if (slots := folder / slots_file.NAME).exists():
        shutil.copyfile(slots, slots_of(path))
        sys.stdout.write(words.say("cli.backup.slots_with_it", path=slots_of(path)) + "\n")
    else:
        sys.stdout.write(words.say("cli.backup.key_apart", key=folder / key_file.NAME) + "\n")
    return 0


def slots_of(backup: Path) -> Path:
    """Where the key slots of a backup lie: they give nothing away to whoever has no passphrase."""
    return backup.with_name(backup.name + ".keys")
