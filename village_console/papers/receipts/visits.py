"""The sheet (訪問票) that a team takes along: where to go, who is missing there, and boxes for what it found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from village_console.papers.document import Align, Document
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class VisitHead:
    """What stands above the homes."""

    team: str
    order: str
    at: str
    stay_inside: bool
    drill: bool
    homes: int


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One home on the sheet."""

    state: str
    settlement: str
    address: str
    phone: str
    names: tuple[str, ...]
    support: bool
    why: str


def visit_sheet(head: VisitHead, lines: Iterable[VisitLine], columns: int, words: Words) -> Document:
    """Lay out a sheet; a drill is marked at the top and at the foot, a level 5 in large print."""
    paper = Document(columns)
    _mark(paper, words, drill=head.drill)
    paper.text(words.say("visit.paper.title", team=head.team), double=True, align=Align.CENTRE)
    paper.text(head.order, align=Align.CENTRE)
    paper.text(words.say("visit.paper.at", at=head.at, homes=head.homes), align=Align.CENTRE)
    if head.stay_inside:
        paper.text(words.say("visit.paper.stay_inside"), double=True, align=Align.CENTRE)
    paper.rule()
    for n, line in enumerate(lines, start=1):
        paper.text(f"{n}. {line.settlement}  {line.state}", bold=True)
        paper.text(f"   {line.address}  {line.phone}".rstrip())
        for name in line.names:
            paper.text(f"   {name}")
        if line.support:
            paper.text(f"   {words.say('person.support')}", bold=True)
        paper.text(f"   {line.why}")
        paper.text(f"   {words.say('visit.paper.boxes')}")
        paper.rule()
    paper.text(words.say("visit.paper.end"))
    _mark(paper, words, drill=head.drill)
    paper.cut()
    return paper


def _mark(paper: Document, words: Words, *, drill: bool) -> None:
    if drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
