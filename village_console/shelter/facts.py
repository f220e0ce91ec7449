"""What happens at a shelter's desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from village_console.journal.facts import Fact
from village_console.village.ids import ShelterId


class Path(StrEnum):
    """How the desk came to know where a person stays."""

    CARD = "card"
    NAME = "name"
    COMPANION = "companion"
    DECIDED = "decided"
    """Consoles had said different things, and a person has decided."""
    TOLD = "told"
    """By word of mouth, of somebody who is in no shelter."""
    PAPER = "paper"
    """Written on paper while nothing worked, and entered later."""


class Place(StrEnum):
    """Where a person stays (滞在区分)."""

    SHELTER = "shelter"
    HOME = "home"
    CAR = "car"
    RELATIVES = "relatives"
    FACILITY = "facility"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacueeReceived(Fact):
    """An evacuee (避難者) was received at a shelter; subject: the resident. Somebody who was elsewhere is there no more."""

    shelter: ShelterId
    receipt: str
    """Receipt number (受付番号) with the console's number: `S1-0129`, unique without a network."""
    path: Path
    at: datetime | None = None
    """When it happened, where that stands on paper and was entered later; None: when the envelope says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StayEnded(Fact):
    """An evacuee left a shelter for good (退所); subject: the resident.

    Nothing here is personal, so that counts survive an erasure: a fact with a seal is gone whole when the seal is.
    """

    shelter: ShelterId
    destination: Place
    """Where to; SHELTER: another one, which has still to receive the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOfStayTold(Fact):
    """Somebody who is in no shelter stays here (在宅, 車中 and so on); subject: the resident."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOut(Fact):
    """An evacuee went out for a while (外出) and stays registered; subject: the resident."""

    shelter: ShelterId


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack(Fact):
    """An evacuee who was out came back (もどり); subject: the resident."""

    shelter: ShelterId


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceAssigned(Fact):
    """An evacuee got a space (区画) in a shelter; subject: the resident."""

    shelter: ShelterId
    space: str
    """As the shelter writes it: `B-04`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureSaid(Fact):
    """Whether an evacuee's name may hang on the notice board (掲示の同意); subject: the resident. Nobody said: it may not."""

    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCounted(Fact):
    """So many people came whose names nobody has taken yet (人数だけの受付); subject: the group. A later count replaces it."""

    shelter: ShelterId
    receipt: str
    """Number of the group with the console's number: `S1-B001`."""
    counted: dict[str, int]
    """People by sex and age band (`female/elder`), as `groups.key_of` writes them."""
    why: str = ""
    """Why it was counted again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFromGroup(Fact):
    """Somebody who had been counted with a group was received by name, and is counted once; subject: the resident."""

    group: str
    """The subject of the group."""
    band: str
    """The sex and age band of the group that has one less."""
    receipt: str
    """Of the reception by name: when that is taken back, the group has its person again."""
