"""The slip (受付票) that a person takes along from reception, and the sheet of codes to cut and hand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from village_console.papers.characters import columns_of
from village_console.papers.document import Align, Document
from village_console.village.printed_code import PrintedCode
from village_console.village.run_mode import RunMode
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a slip. A slip lies about: it has no name on it unless somebody asks for that."""

    receipt: str
    shelter: str
    at: str
    code: PrintedCode
    name: str = ""


def slip(slip: Slip, columns: int, words: Words) -> Document:
    """Lay out a slip; a drill is marked at the top and at the foot."""
    paper = Document(columns)
    _mark(paper, slip.code, words)
    paper.text(words.say("slip.paper.title"), double=True, align=Align.CENTRE)
    paper.text()
    paper.text(slip.shelter, bold=True, align=Align.CENTRE)
    paper.text(slip.at, align=Align.CENTRE)
    paper.rule()
    paper.text(words.say("slip.paper.receipt"), align=Align.CENTRE)
    paper.text(slip.receipt, double=True, align=Align.CENTRE)
    if slip.name:
        paper.text(slip.name, bold=True, align=Align.CENTRE)
    paper.text()
    _code(paper, slip.code)
    paper.text()
    paper.rule()
    paper.text(words.say("slip.paper.show"), align=Align.CENTRE)
    paper.text()
    _mark(paper, slip.code, words)
    paper.cut()
    return paper


def code_sheet(codes: Sequence[PrintedCode], shelter: str, columns: int, words: Words) -> Document:
    """Lay out codes that are nobody's yet, one below the other with a line to cut along (番号札)."""
    paper = Document(columns)
    for n, code in enumerate(codes, start=1):
        _mark(paper, code, words)
        paper.text()
        paper.text(words.say("slip.blank.title", n=n, of=len(codes)), bold=True, align=Align.CENTRE)
        paper.text(shelter, align=Align.CENTRE)
        paper.text()
        _code(paper, code)
        paper.text()
        paper.text(words.say("slip.blank.nobody"), align=Align.CENTRE)
        if n < len(codes):
            paper.text()
            paper.text(_dashes(words.say("slip.blank.cut_here"), columns), align=Align.CENTRE)
            paper.text()
    paper.cut()
    return paper


def _code(paper: Document, code: PrintedCode) -> None:
    """Two codes, for they are spoilt by different things, and the digits for a voice and a keyboard."""
    paper.qr(code.digits)
    paper.text()
    paper.barcode(code.digits)
    paper.text()
    for line in _read_aloud(code, paper.columns):
        paper.text(line, double=True, align=Align.CENTRE)


def _read_aloud(code: PrintedCode, columns: int) -> list[str]:
    """The groups on one line, or on two where they would not fit in large print."""
    whole = " ".join(code.groups)
    half = len(code.groups) // 2
    return [whole] if columns_of(whole) * 2 <= columns else [" ".join(code.groups[:half]), " ".join(code.groups[half:])]


def _dashes(text: str, columns: int) -> str:
    """A text between dashes across the paper."""
    side = (columns - columns_of(text) - 2) // 4
    return f"{'- ' * side}{text}{' -' * side}"


def _mark(paper: Document, code: PrintedCode, words: Words) -> None:
    if code.run_mode is not RunMode.REAL:
        paper.text(words.say("paper.drill"), double=True, align=Align.CENTRE)
