"""The sheet about a television and what was agreed to (同意書の控え), for the person to take home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from village_console.papers.document import Align, Document
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One purpose and what was agreed to for it, in words."""

    purpose: str
    granularity: str
    until: str
    kept_for: str


@dataclass(frozen=True, slots=True)
class ConsentSheet:
    """What stands on the sheet."""

    place: str
    at: str
    name: str
    """Of whoever registered the television."""
    device: str
    knows: str
    lines: Sequence[ConsentLine]
    """Empty: nothing is agreed to."""
    is_drill: bool


def consent_sheet(sheet: ConsentSheet, columns: int, words: Words) -> Document:
    """Lay out the sheet; a drill is marked at the top and at the foot."""
    paper = Document(columns)
    _mark(paper, sheet, words)
    paper.text(words.say("consent.paper.title"), double=True, align=Align.CENTRE)
    paper.text()
    paper.text(f"{sheet.place}  {sheet.at}")
    paper.text(words.say("name.polite", name=sheet.name), bold=True)
    paper.text(words.say("consent.paper.device", device=sheet.device))
    paper.text(sheet.knows)
    paper.rule()
    for line in sheet.lines:
        paper.text(line.purpose, bold=True)
        paper.text(words.say("consent.paper.kept", granularity=line.granularity))
        paper.text(words.say("consent.paper.until", until=line.until))
        paper.text(words.say("consent.paper.for", days=line.kept_for))
        paper.text()
    if not sheet.lines:
        paper.text(words.say("consent.paper.nothing"), bold=True)
    paper.rule()
    paper.text(words.say("consent.paper.withdraw"))
    paper.text(words.say("consent.paper.ask"))
    paper.text()
    _mark(paper, sheet, words)
    paper.cut()
    return paper


def _mark(paper: Document, sheet: ConsentSheet, words: Words) -> None:
    if sheet.is_drill:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
