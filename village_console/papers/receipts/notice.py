"""The list for the notice board (掲示の名簿): only who has said yes, and of them no more than is needed to find them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from village_console.papers.document import Align, Document
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One person who has agreed."""

    name: str
    kana: str
    settlement: str


def notice_list(  # noqa: PLR0913 -- what stands above and below the names
    shelter: str, at: str, lines: Iterable[NoticeLine], others: int, columns: int, words: Words, *, drill: bool
) -> Document:
    """Lay out the list; `others`: how many are here of whom nobody has said that they may stand on it."""
    paper, people = Document(columns), list(lines)
    _mark(paper, words, drill=drill)
    paper.text(words.say("notice.title"), double=True, align=Align.CENTRE)
    paper.text(shelter, bold=True, align=Align.CENTRE)
    paper.text(words.say("notice.at", at=at), align=Align.CENTRE)
    paper.rule()
    for line in people:
        paper.row((line.name, columns - 10), (line.settlement, 10))
        if line.kana:
            paper.text(f"  {line.kana}")
    paper.rule()
    paper.text(words.say("notice.end", count=len(people), others=others))
    paper.text(words.say("notice.ask"))
    _mark(paper, words, drill=drill)
    paper.cut()
    return paper


def _mark(paper: Document, words: Words, *, drill: bool) -> None:
    if drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
