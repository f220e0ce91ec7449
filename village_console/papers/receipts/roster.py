"""The roster (避難者名簿) on receipt paper, at any width."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from village_console.papers.document import Align, Document
from village_console.words import Words

WIDE = 42
RECEIPT = 10
"""Columns of a receipt number: `S1-2-0129` and a gap."""
"""Columns from which a line has room for the settlement."""


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person on the paper."""

    receipt: str
    name: str
    kana: str
    age: str
    settlement: str
    since: str
    note: str = ""
    """What has to be known of the line: that it was entered later, from paper."""


@dataclass(frozen=True, slots=True)
class RosterHead:
    """What stands above the names."""

    shelter: str
    at: str
    drill: bool
    people: int
    households: int
    filter: str
    unnamed: int = 0
    """People who are here and were only counted (人数だけ)."""


def roster(head: RosterHead, lines: Iterable[RosterLine], columns: int, words: Words) -> Document:
    """Lay out a roster; a drill is marked at the top and at the foot."""
    paper = Document(columns)
    _mark(paper, words, drill=head.drill)
    paper.text(words.say("roster.paper.title"), double=True, align=Align.CENTRE)
    paper.text(head.shelter, bold=True, align=Align.CENTRE)
    paper.text(words.say("roster.paper.at", at=head.at), align=Align.CENTRE)
    paper.text(words.say("roster.paper.count", people=head.people, households=head.households), align=Align.CENTRE)
    if head.filter:
        paper.text(words.say("roster.paper.filter", words=head.filter), align=Align.CENTRE)
    paper.rule()
    for line in lines:
        _person(paper, line)
    paper.rule()
    paper.text(words.say("roster.paper.end", people=head.people))
    if head.unnamed:
        paper.text(words.say("roster.paper.unnamed", people=head.unnamed, all=head.people + head.unnamed))
    _mark(paper, words, drill=head.drill)
    paper.cut()
    return paper


def _person(paper: Document, line: RosterLine) -> None:
    _line(paper, line)
    if line.note:
        paper.row(("", RECEIPT), (line.note, paper.columns - RECEIPT))


def _line(paper: Document, line: RosterLine) -> None:
    if paper.columns >= WIDE:
        name = paper.columns - RECEIPT - 8 - 6 - 6
        paper.row((line.receipt, RECEIPT), (line.name, name), (line.settlement, 8), (line.age, 6), (line.since, 6))
    else:
        paper.row((line.receipt, RECEIPT), (line.name, paper.columns - RECEIPT))
        paper.row(("", RECEIPT), (f"{line.settlement} {line.age} {line.since}", paper.columns - RECEIPT))


def _mark(paper: Document, words: Words, *, drill: bool) -> None:
    if drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
