"""Rows of the papers: each with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.paperwork.facts import PaperIssued, PaperKind, PaperRefused


@dataclass(frozen=True, slots=True)
class Issued:
    """One paper that somebody let go."""

    sha256: str
    paper: PaperKind | None
    """None: only its refusal has come to this console."""
    at: datetime
    refused: bool


def fold_issued(facts: Sequence[Recorded[Any]]) -> Issued:
    """The same paper may be let go again after a refusal: the newest word holds."""
    issued: PaperIssued | None = next((r.fact for r in reversed(facts) if isinstance(r.fact, PaperIssued)), None)
    last = facts[-1]
    sha256 = last.fact.subject.removeprefix("paper:")
    return Issued(sha256, issued.paper if issued else None, last.wall, isinstance(last.fact, PaperRefused))


FOLDS = (Fold(Issued, (PaperIssued, PaperRefused), fold_issued, says=lambda row: row.refused),)
