"""`desk`: open the console of a settings file; its records lie beside the file."""

from __future__ import annotations

import argparse

from village_console.bootstrap import run_desk
from village_console.cli.unlocking import unlock
from village_console.settings import load_settings
from village_console.village.errors import DeskAtArchiveError
from village_console.village.ids import ARCHIVE
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Run the console until somebody leaves; raises DeskAtArchiveError."""
    settings, folder = load_settings(options.settings), options.settings.resolve().parent
    if settings.site.shelter == ARCHIVE:
        raise DeskAtArchiveError(path=options.settings)
    return run_desk(settings, folder, unlock(settings, folder, words), headless=options.headless)
