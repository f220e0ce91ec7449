"""The slip about a card that was given to a person (カードの控え): what it does, and what to do when it is lost."""

from __future__ import annotations

from dataclasses import dataclass

from village_console.papers.document import Align, Document
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class CardSlip:
    """What stands on the slip. No name and nothing of the card's number: it lies about."""

    receipt: str
    place: str
    at: str
    drill: bool


def card_slip(slip: CardSlip, columns: int, words: Words) -> Document:
    """Lay out the slip; a drill is marked at the top and at the foot."""
    paper = Document(columns)
    _mark(paper, slip, words)
    paper.text(words.say("card_slip.paper.title"), double=True, align=Align.CENTRE)
    paper.text()
    paper.text(slip.place, bold=True, align=Align.CENTRE)
    paper.text(slip.at, align=Align.CENTRE)
    paper.rule()
    paper.text(words.say("slip.paper.receipt"), align=Align.CENTRE)
    paper.text(slip.receipt, double=True, align=Align.CENTRE)
    paper.text()
    paper.text(words.say("card_slip.paper.tap"))
    paper.text(words.say("card_slip.paper.kept"))
    paper.text(words.say("card_slip.paper.lost"))
    paper.rule()
    paper.text()
    _mark(paper, slip, words)
    paper.cut()
    return paper


def _mark(paper: Document, slip: CardSlip, words: Words) -> None:
    if slip.drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
