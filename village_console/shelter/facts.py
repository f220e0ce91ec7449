"""What happens at a shelter's desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from village_console.journal.facts import Fact
from village_console.village.ids import ShelterId


class Path(StrEnum):
    """How a person was received."""

    CARD = "card"
    NAME = "name"
    COMPANION = "companion"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacueeReceived(Fact):
    """An evacuee (避難者) was received at a shelter; subject: the resident."""

    shelter: ShelterId
    receipt: str
    """Receipt number (受付番号) with the console's number: `S1-0129`, unique without a network."""
    path: Path
