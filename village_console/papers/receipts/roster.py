"""The roster (避難者名簿) on receipt paper, at any width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from village_console.papers.document import Align, Document
from village_console.words import Words

PAGE = 60
"""People on one page: about half a metre of paper."""
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
    group: str = ""
    """Settlement or household under whose heading the person stands."""


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


def roster_pages(head: RosterHead, lines: Sequence[RosterLine], columns: int, words: Words) -> list[Document]:
    """A roster in pages, each a paper of its own with n/N: where one is torn off or lost the others stand."""
    parts = [lines[n : n + PAGE] for n in range(0, len(lines), PAGE)] or [lines]
    pages = [words.say("roster.paper.page", n=n, of=len(parts)) for n in range(1, len(parts) + 1)]
    return [
        roster(head, part, columns, words, page if len(parts) > 1 else "")
        for part, page in zip(parts, pages, strict=True)
    ]


def roster(head: RosterHead, lines: Iterable[RosterLine], columns: int, words: Words, page: str = "") -> Document:
    """Lay out a roster, or one page of it; a drill is marked at the top and at the foot."""
    paper = Document(columns)
    _mark(paper, words, drill=head.drill)
    paper.text(words.say("roster.paper.title"), double=True, align=Align.CENTRE)
    paper.text(head.shelter, bold=True, align=Align.CENTRE)
    paper.text(words.say("roster.paper.at", at=head.at), align=Align.CENTRE)
    paper.text(words.say("roster.paper.count", people=head.people, households=head.households), align=Align.CENTRE)
    if page:
        paper.text(page, bold=True, align=Align.CENTRE)
    if head.filter:
        paper.text(words.say("roster.paper.filter", words=head.filter), align=Align.CENTRE)
    paper.rule()
    group = ""
    for line in lines:
        if line.group != group:
            group = line.group
            paper.text(f"[{group}]", bold=True)
        _person(paper, line)
    paper.rule()
    paper.text(words.say("roster.paper.end", people=head.people) + (f"  {page}" if page else ""))
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
