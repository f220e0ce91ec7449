"""Rows of the papers: each with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.paperwork.facts import PaperChecked, PaperIssued, PaperKind, PaperRefused


@dataclass(frozen=True, slots=True)
class Issued:
    """One paper that somebody let go."""

    sha256: str
    paper: PaperKind | None
    """None: only its refusal has come to this console."""
    at: datetime
    refused: bool
    queue: str = ""
    came_out: bool | None = None
    """What a clerk has seen; None: nobody has looked yet."""

    @property
    def is_unknown(self) -> bool:
        """Whether paper should lie somewhere, and nobody has looked."""
        return bool(self.queue) and not self.refused and self.came_out is None


def fold_issued(facts: Sequence[Recorded[Any]]) -> Issued:
    """The same paper may be let go again after a refusal: the newest word holds."""
    at = next((n for n in reversed(range(len(facts))) if isinstance(facts[n].fact, PaperIssued)), None)
    issued: PaperIssued | None = facts[at].fact if at is not None else None
    last = facts[-1]
    later = [r.fact for r in (facts[at:] if at is not None else facts)]
    checked: PaperChecked | None = next((fact for fact in reversed(later) if isinstance(fact, PaperChecked)), None)
    return Issued(
        last.fact.subject.removeprefix("paper:"),
        issued.paper if issued else None,
        last.wall,
        refused=any(isinstance(fact, PaperRefused) for fact in later),
        queue=issued.queue if issued else "",
        came_out=checked.came_out if checked else None,
    )


FOLDS = (
    Fold(Issued, (PaperIssued, PaperRefused, PaperChecked), fold_issued, says=lambda row: (row.refused, row.came_out)),
)
