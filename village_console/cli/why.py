"""`why`: the facts behind a row, oldest first, with who wrote them where and what became of them."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from village_console.behind import Behind, behind, sentence, subjects_of, writer
from village_console.cli.record import latest_in, on_its_day, record
from village_console.journal.journal import Journal
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Tell; 1 when there is nothing of the kind."""
    with record(options, words) as opened:
        journal = opened.journal
        arrived = on_its_day(options.as_of, latest_in(journal)) if options.as_of else None
        rows = journal.as_of(arrived) if arrived else journal.rows
        subjects = subjects_of(journal, rows, options.what)
        facts = behind(journal, subjects, arrived)
        if not facts:
            sys.stderr.write(words.say("behind.nothing", what=options.what) + "\n")
            return 1
        journal.note_look("opened", subjects[0])
        sys.stdout.write("\n".join([_head(arrived, words), *(line(journal, one, words) for one in facts)]) + "\n")
    return 0


def line(journal: Journal, one: Behind, words: Words) -> str:
    """One fact: when, what, what became of it; who wrote it, at which console, and when it came here if it came later."""
    recorded = one.recorded
    by = writer(journal.rows, recorded.by, words)
    where = (
        words.say("behind.here")
        if recorded.dev == journal.device
        else words.say("behind.console", dev=recorded.dev[:8])
    )
    came = "" if recorded.dev == journal.device else words.say("behind.came", at=f"{recorded.arrived:%m/%d %H:%M:%S}")
    return words.say(
        "behind.line", at=f"{recorded.wall:%Y-%m-%d %H:%M:%S}", said=sentence(recorded, words),
        state=words.say(f"behind.state.{one.standing}"), by=by, where=where, came=came, hash=recorded.hash[:8],
    )  # fmt: skip


def _head(arrived: datetime | None, words: Words) -> str:
    return words.say("behind.as_of", at=f"{arrived:%Y-%m-%d %H:%M:%S}") if arrived else words.say("behind.now")
