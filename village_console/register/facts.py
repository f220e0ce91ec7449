"""What a town tells: residents and their cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from village_console.journal.facts import Fact, personal
from village_console.village.ids import CardToken, HouseholdId, ResidentId, ShelterId


class Sex(StrEnum):
    """As written in the register; unknown is a value of its own."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentListed(Fact):
    """A resident (住民) stands in the register; subject: the resident. A later one replaces it."""

    household: HouseholdId
    number: str = personal()
    """The town's own number of the person (住民番号), never the My Number."""
    name: str = personal()
    kana: str = personal()
    birth: date | None = personal()
    sex: Sex = personal()
    relation: str = personal()
    """To the head of the household (続柄)."""
    settlement: str = personal()
    address: str = personal()
    phone: str = personal()
    needs_evacuation_support: bool = personal()
    """避難行動要支援者."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBound(Fact):
    """A card stands for a resident; subject: the card's token. A later one names what it replaces as its `prev`."""

    resident: ResidentId
    kind: str
    shelter: ShelterId | None = None
    """Where it was handed out; None: the town's own list has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesTaken(Fact):
    """A console took the next serials for printed codes; subject: its codes. They are used up, printed or not."""

    first: int
    count: int


def card_subject(token: CardToken) -> str:
    """The journal's subject for a card."""
    return f"card:{token}"


def codes_subject(console: int) -> str:
    """The journal's subject for the codes that a console prints."""
    return f"codes:{console}"


def token_of(subject: str) -> CardToken:
    """The token of a card's subject."""
    return CardToken(subject.removeprefix("card:"))
