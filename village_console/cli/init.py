"""`init`: make a console in a new folder."""

from __future__ import annotations

import argparse
import secrets
import sys

from village_console.cli.recovery_sheet import recovery_sheet
from village_console.cli.unlocking import has_terminal, new_passphrase, text_of
from village_console.init import FILES, NewConsole, make_console
from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.secret import Passphrase, PassphraseVerdict, Recovery, judge
from village_console.journal.keys.slots_file import read_slots
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Make it; 1 when there is one already, or the passphrase is too weak."""
    given = {name: getattr(options, name) for name in ("municipality", "shelter", "name") if getattr(options, name)}
    if any((options.folder / name).exists() for name in FILES):
        sys.stderr.write(words.say("init.exists", folder=options.folder) + "\n")
        return 1
    text = _passphrase(options, words)
    if text and (verdict := judge(text)) is not PassphraseVerdict.FINE:
        sys.stderr.write(words.say(f"unlock.{verdict}") + "\n")
        return 1
    recovery = Recovery(secrets.token_bytes(key_file.KEY_BYTES))
    locks = {words.say("keys.kind.passphrase"): Passphrase(text), words.say("keys.kind.recovery"): recovery}
    path = make_console(options.folder, NewConsole(**given), words, locks if text else None)
    if text:
        slot = read_slots(options.folder / slots_file.NAME).slots[-1]
        sys.stdout.write(recovery_sheet(recovery.secret, slot.id, words, colours=sys.stdout.isatty()) + "\n")
    kept = words.say("init.locked" if text else "init.unattended", key=options.folder / key_file.NAME)
    sys.stdout.write(f"{words.say('init.done', path=path)}\n{kept}\n")
    return 0


def _passphrase(options: argparse.Namespace, words: Words) -> str:
    """What is to open it; empty where nobody is there to know one: then the laptop keeps its key itself, and says so."""
    if options.unattended:
        return ""
    if options.passphrase_file:
        return text_of(options.passphrase_file)
    return new_passphrase(words) if has_terminal() else ""
