"""`paper`: an A4 paper as a PDF, or to the printer; the same papers as on the screens, and the same record of them."""

from __future__ import annotations

import argparse
import sys

from village_console.a4_desk import make_a4_desk
from village_console.cli.record import latest_in, record
from village_console.papers.a4.compiling import A4Paper, compose
from village_console.papers.a4.tray import FileTray
from village_console.paperwork.desk import A4Desk
from village_console.paperwork.rosters import Order
from village_console.places import shelters_of
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.stranded.known import board_in
from village_console.village.ids import ShelterId
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Lay it out, say what has no shape, let it go; 1 when there is nothing to lay out."""
    with record(options, words) as opened:
        journal, site = opened.journal, opened.settings.site
        reception = ReceptionDesk(journal, Desk(ShelterId(site.shelter), site.console, shelters_of(site.municipality)))
        desk = make_a4_desk(
            opened.settings, opened.folder, journal, reception, lambda: board_in(journal.rows, journal.clock.now())
        )
        paper = _paper(desk, options, words)
        if paper is None:
            key = "cli.paper.no_order" if options.what == "stranded" else "cli.paper.nobody"
            sys.stderr.write(words.say(key, person=options.person) + "\n")
            return 1
        composed = compose(paper)
        for gap in composed.gaps:
            sys.stderr.write(words.say("cli.paper.gap", codes=gap.codes, where=gap.where) + "\n")
        tray = FileTray(options.out.resolve()) if options.out else desk.site.tray
        where = desk.issue(composed, tray)
    said = [words.say("cli.paper.done", title=paper.title, pages=composed.pages, where=where)]
    said += [] if tray.prints else [words.say("cli.paper.unseen")]
    sys.stdout.write("\n".join([*said, words.say("cli.paper.hash", sha256=composed.sha256)]) + "\n")
    return 0


def _paper(desk: A4Desk, options: argparse.Namespace, words: Words) -> A4Paper | None:
    frame = desk.frame(words, latest_in(desk.journal))
    if options.what == "roster":
        return desk.roster(frame, Order(options.order))
    if options.what == "stranded":
        return desk.stranded(frame)
    if options.person is None:
        return desk.blank_sheets(frame, options.blank)
    person = desk.person(options.person)
    return None if person is None else desk.sheet(frame, person)
