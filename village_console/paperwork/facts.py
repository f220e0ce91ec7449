"""What was handed over on paper."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from village_console.journal.facts import Fact


class PaperKind(StrEnum):
    """What kind of paper it is."""

    ROSTER = "roster"
    STRANDED = "stranded"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperIssued(Fact):
    """A person let an A4 paper go to a printer or into a file (交付); subject: the paper.

    Nothing on it is here: its hash tells whether a sheet that turns up is this one.
    """

    paper: PaperKind
    sha256: str
    """Of the PDF."""
    pages: int
    people: int
    """How many stand on it."""
    gaps: int
    """How many of its characters had no shape."""
    queue: str = ""
    """The print queue that it went to; empty: a file, of which no paper is to come out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRefused(Fact):
    """The printer's queue or the folder did not take the paper: it was not handed over; subject: the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperChecked(Fact):
    """A clerk has looked whether the sheets lie there (出たか 確かめた): a queue calls done what it has only read."""

    came_out: bool


def paper_subject(sha256: str) -> str:
    """The journal's subject for a paper."""
    return f"paper:{sha256}"
