"""The list of needs (ニーズの表) on receipt paper: for whoever looks after them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from village_console.papers.document import Align, Document
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One need on the paper."""

    state: str
    receipt: str
    name: str
    what: str
    left: str
    owner: str
    detail: str


def need_list(shelter: str, at: str, lines: Iterable[NeedLine], columns: int, words: Words, *, drill: bool) -> Document:
    """Lay out the list, one box to tick for each need; a drill is marked at the top and at the foot."""
    paper, needs = Document(columns), list(lines)
    _mark(paper, words, drill=drill)
    paper.text(words.say("needs.paper.title"), double=True, align=Align.CENTRE)
    paper.text(shelter, bold=True, align=Align.CENTRE)
    paper.text(words.say("needs.paper.at", at=at, count=len(needs)), align=Align.CENTRE)
    paper.rule()
    for need in needs:
        paper.text(f"[  ] {need.what}  {need.state}", bold=True)
        paper.text(f"     {need.receipt}  {need.name}")
        paper.text(f"     {need.owner}  {need.left}".rstrip())
        if need.detail:
            paper.text(f"     {need.detail}")
    paper.rule()
    paper.text(words.say("needs.paper.care"))
    _mark(paper, words, drill=drill)
    paper.cut()
    return paper


def _mark(paper: Document, words: Words, *, drill: bool) -> None:
    if drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
