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


@dataclass(frozen=True, slots=True)
class MealLine:
    """Somebody on the list of those who get something."""

    receipt: str
    name: str
    times: int
    """How often today."""
    warning: str
    """What the person must not eat."""


def meal_list(  # noqa: PLR0913 -- what stands above the names
    what: str, shelter: str, at: str, lines: Iterable[MealLine], columns: int, words: Words, *, drill: bool
) -> Document:
    """Lay out the list of everybody here with what they have had today: for handing out where there is no reader."""
    paper, people = Document(columns), list(lines)
    _mark(paper, words, drill=drill)
    paper.text(words.say("meals.paper.title", what=what), double=True, align=Align.CENTRE)
    paper.text(shelter, bold=True, align=Align.CENTRE)
    warned = sum(bool(line.warning) for line in people)
    paper.text(words.say("meals.paper.at", at=at, count=len(people), warned=warned), align=Align.CENTRE)
    paper.rule()
    for line in people:
        had = words.say("meals.paper.had", n=line.times) if line.times else ""
        paper.text(f"[  ] {line.receipt}  {line.name}  {had}".rstrip())
        if line.warning:
            paper.text(f"     {words.say('meals.paper.warning', what=line.warning)}", bold=True)
    paper.rule()
    paper.text(words.say("meals.paper.end", count=len(people)))
    _mark(paper, words, drill=drill)
    paper.cut()
    return paper


def _mark(paper: Document, words: Words, *, drill: bool) -> None:
    if drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
