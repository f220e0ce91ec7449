"""`desk`: open the console of a settings file; its records lie beside the file."""

from __future__ import annotations

import argparse

from village_console.bootstrap import run_desk
from village_console.cli.unlocking import unlock
from village_console.settings import load_settings
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Run the console until somebody leaves."""
    settings, folder = load_settings(options.settings), options.settings.resolve().parent
    return run_desk(settings, folder, unlock(settings, folder, words), headless=options.headless)
