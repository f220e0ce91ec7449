"""`salvage`: what can be saved of a damaged journal."""

from __future__ import annotations

import argparse
import sys

from village_console.cli.unlocking import unlock
from village_console.journal.keys.ring import JOURNAL
from village_console.journal.salvage import salvage
from village_console.records import catalogue, drill_clock, purpose_of
from village_console.settings import load_settings
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Save it and say how much; 1 when something is missing."""
    settings, folder = load_settings(options.settings), options.settings.resolve().parent
    path = folder / JOURNAL
    if not path.exists():
        sys.stderr.write(words.say("cli.backup.no_journal", path=path) + "\n")
        return 1
    key = unlock(settings, folder, words).key_for(path)
    came = salvage(path, key, purpose_of(settings), catalogue(), drill_clock(settings))
    said = [words.say("cli.salvage.done", facts=came.facts, of=came.of, looks=came.looks)]
    if came.refused:
        said.append(words.say("cli.salvage.refused", count=sum(came.refused.values())))
    if came.facts < came.of:
        said.append(words.say("cli.salvage.peers"))
    if came.aside:
        said.append(words.say("cli.salvage.aside", path=came.aside))
    sys.stdout.write("\n".join(said) + "\n")
    return int(came.facts < came.of)
