"""`wipe`: delete a drill for good; asks for its name."""

from __future__ import annotations

import argparse
import sys

from village_console.cli.record import record
from village_console.cli.unlocking import has_terminal
from village_console.incident.wipe import WipeVerdict, may_wipe, wipe
from village_console.village.run_mode import RunMode
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Wipe; 1 when it was refused. The record itself says whether it is a drill's: it is opened first."""
    with record(options, words) as opened:
        mode, name, folder = opened.settings.mode.run_mode, opened.settings.mode.incident, opened.folder
    typed = options.name or (_ask(name, words) if mode is not RunMode.REAL and has_terminal() else "")
    verdict = may_wipe(mode, name, typed)
    if verdict is not WipeVerdict.WIPED:
        sys.stderr.write(words.say(f"wipe.{verdict}", name=name) + "\n")
        return 1
    left = wipe(folder)
    sys.stdout.write(words.say("wipe.wiped", name=name) + "\n")
    if left:
        sys.stdout.write(words.say("wipe.left", folder=folder, left=words.say("list.comma").join(left)) + "\n")
    return 0


def _ask(name: str, words: Words) -> str:
    return input(words.say("wipe.ask", name=name))
