"""`erase`: delete what is personal of one person, and tell which papers and exports somebody must go after."""

from __future__ import annotations

import argparse
import sys

from village_console.cli.looks import line_of
from village_console.cli.record import record
from village_console.incident.erase import erase_person, person_of
from village_console.incident.rules import EraseVerdict
from village_console.journal.keys.ring import JOURNAL
from village_console.needs.desk import subjects_of
from village_console.needs.rows import Need
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Erase; 1 when it was refused."""
    with record(options, words) as opened:
        person = person_of(opened.journal, options.person)
        if person is None:
            sys.stderr.write(words.say(f"erase.{EraseVerdict.UNKNOWN}", person=options.person) + "\n")
            return 1
        rows = opened.journal.rows
        needs = subjects_of(rows.all(Need).values(), rows.aliases.members(person))
        done = erase_person(opened.journal, person, options.why, also=needs)
        said = words.say(f"erase.{done.verdict}", person=person, members=len(done.members), cards=done.cards)
        if done.verdict is not EraseVerdict.ERASED:
            sys.stderr.write(said + "\n")
            return 1
        sys.stdout.write(said + "\n")
        copies = [f"  {path}" for path in sorted(opened.folder.glob(f"{JOURNAL}.aside*"))]
        told = [line_of(look, words) for look in done.carriers] + copies or [words.say("erase.no_carriers")]
        sys.stdout.write("\n".join([words.say("erase.carriers"), *told, words.say("erase.elsewhere")]) + "\n")
    return 0
