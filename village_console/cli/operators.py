"""`staff`: who works at the consoles; cards are given at the desk, where the reader is."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from village_console.cli.record import record
from village_console.cli.unlocking import has_terminal, text_of
from village_console.operators.facts import Role
from village_console.operators.rows import StaffMember
from village_console.operators.rules import is_passphrase
from village_console.operators.sign_in import Operators
from village_console.settings import Settings
from village_console.shelter.receive import Desk
from village_console.village.ids import ShelterId
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Do what the verb says; 1 when it was refused."""
    with record(options, words) as opened:
        operators = Operators(opened.journal, _desk(opened.settings))
        verbs: dict[str, Callable[[Operators, argparse.Namespace, Words], int]] = {
            "list": _list, "add": _add, "remove": _remove,
        }  # fmt: skip
        return verbs[options.verb](operators, options, words)


def _list(operators: Operators, _options: argparse.Namespace, words: Words) -> int:
    said = [_line(member, words) for member in operators.staff()] or [words.say("operators_cli.none")]
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 0


def _add(operators: Operators, options: argparse.Namespace, words: Words) -> int:
    if not options.name or not options.name.strip():
        return _refused(words, "who")
    passphrase = _passphrase(options, words)
    if passphrase and not is_passphrase(passphrase):
        return _refused(words, "weak")
    member = operators.add(options.name.strip(), Role(options.role), passphrase)
    sys.stdout.write(words.say("operators_cli.added", line=_line(member, words)) + "\n")
    return 0


def _remove(operators: Operators, options: argparse.Namespace, words: Words) -> int:
    found = [member for member in operators.staff() if options.name in (member.id, member.name)]
    if len(found) != 1:
        return _refused(words, "which" if found else "unknown")
    operators.remove(found[0], options.why)
    sys.stdout.write(words.say("operators_cli.removed", name=found[0].name) + "\n")
    return 0


def _passphrase(options: argparse.Namespace, words: Words) -> str:
    """As a file has it, or as somebody types it twice; empty where nobody can: then by card only."""
    if options.passphrase_file:
        return text_of(options.passphrase_file).strip()
    if not has_terminal():
        return ""
    while True:
        typed = getpass.getpass(words.say("operators_cli.new"))
        if getpass.getpass(words.say("unlock.again")) == typed:
            return typed.strip()
        sys.stderr.write(words.say("unlock.differs") + "\n")


def _line(member: StaffMember, words: Words) -> str:
    role, cards = words.say(f"operators.role.{member.role}"), len(member.cards)
    by = words.say("means.passphrase") if member.verifier else "-"
    return words.say("operators_cli.line", id=member.id, name=member.name, role=role, by=by, cards=cards)


def _refused(words: Words, why: str) -> int:
    sys.stderr.write(words.say(f"operators_cli.refused.{why}") + "\n")
    return 1


def _desk(settings: Settings) -> Desk:
    return Desk(ShelterId(settings.site.shelter), settings.site.console, {}, settings.devices.token_ground)
