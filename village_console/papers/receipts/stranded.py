"""Those presumed stranded (逃げ遅れ推定者一覧) on receipt paper: by settlement, for a radio, a car, a wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from village_console.papers.a4.stranded import Home, Settlement
from village_console.papers.document import Align, Document
from village_console.words import Words

PAGE = 25
"""Homes on one page: about half a metre of paper."""


@dataclass(frozen=True, slots=True)
class StrandedHead:
    """What stands above the homes."""

    place: str
    at: str
    order: str
    rest: str
    """Who does not stand on it."""
    drill: bool


def stranded_pages(head: StrandedHead, settlements: Sequence[Settlement], columns: int, words: Words) -> list[Document]:
    """The list in pages, each a paper of its own with n/N; a settlement that goes on says its name again."""
    parts = _parted(settlements)
    homes = sum(len(settlement.homes) for settlement in settlements)
    people = sum(settlement.people for settlement in settlements)
    count = words.say("a4.stranded.count", people=people, homes=homes)
    pages = [words.say("roster.paper.page", n=n, of=len(parts)) for n in range(1, len(parts) + 1)]
    return [
        _page(head, part, columns, words, (count, page if len(parts) > 1 else ""))
        for part, page in zip(parts, pages, strict=True)
    ]


def _page(
    head: StrandedHead, settlements: Sequence[Settlement], columns: int, words: Words, said: tuple[str, str]
) -> Document:
    paper, (count, page) = Document(columns), said
    _mark(paper, head, words)
    paper.text(words.say("stranded.paper.title"), double=True, align=Align.CENTRE)
    paper.text(head.place, bold=True, align=Align.CENTRE)
    paper.text(words.say("roster.paper.at", at=head.at), align=Align.CENTRE)
    paper.text(head.order, align=Align.CENTRE)
    paper.text(count, align=Align.CENTRE)
    if page:
        paper.text(page, bold=True, align=Align.CENTRE)
    paper.rule()
    for settlement in settlements:
        shown = words.say("a4.group.homes", people=settlement.people, homes=len(settlement.homes))
        paper.text(f"[{settlement.name}] {shown}", bold=True)
        for home in settlement.homes:
            _home(paper, home, words)
    paper.rule()
    paper.text(words.say("a4.stranded.doubt"))
    paper.text(head.rest + (f"  {page}" if page else ""))
    _mark(paper, head, words)
    paper.cut()
    return paper


def _home(paper: Document, home: Home, words: Words) -> None:
    paper.text(f"[  ] {words.say('a4.family', name=home.head)}", bold=True)
    for where in (home.address, home.phone):
        if where:
            paper.text(f"     {where}")
    for person in home.missing:
        paper.text(f"     {person.name}  {person.age}  {person.support}".rstrip())
    for sentence in home.evidence:
        paper.text(f"     {sentence.removesuffix('。')}")
    paper.text()


def _parted(settlements: Sequence[Settlement]) -> list[list[Settlement]]:
    """So many homes to a page, in their order."""
    pages: list[list[Settlement]] = [[]]
    room = PAGE
    for settlement in settlements:
        rest = settlement.homes
        while rest:
            if not room:
                pages.append([])
                room = PAGE
            pages[-1].append(replace(settlement, homes=rest[:room]))
            room, rest = room - len(rest[:room]), rest[room:]
    return pages


def _mark(paper: Document, head: StrandedHead, words: Words) -> None:
    if head.drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
