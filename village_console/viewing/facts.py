"""What is agreed about televisions, and the words for what one said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from village_console.journal.facts import Fact, personal
from village_console.village.ids import HouseholdId, ResidentId


class TvState(StrEnum):
    """What a television is known to have been at a moment. Silence is not OFF."""

    ON = "on"
    OFF = "off"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a television's log says about one moment."""

    state: TvState
    last_heard: datetime | None
    """Device time of the last event that speaks for the state; None when nothing was ever heard."""
    source: str = field(default="", compare=False)
    """The dialect that said so; empty: not known."""


class Purpose(StrEnum):
    """What a log may be used for (同意の目的)."""

    DISASTER = "disaster"
    WATCH_OVER = "watch_over"


class Granularity(StrEnum):
    """How much of what a television says is kept (情報の粒度); each holds what those before it hold."""

    NOTHING = "nothing"
    DAILY = "daily"
    """Whether it was on at all that day."""
    ON_OFF = "on_off"
    CHANGES = "changes"
    """That the channel was changed and when, not which."""
    CHANNEL = "channel"

    @property
    def rank(self) -> int:
        """Its place in the order, from 0."""
        return list(Granularity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelevisionPaired(Fact):
    """A set-top stands in a household; subject: the television."""

    household: HouseholdId
    device: str
    """The set-top's name on the wire (端末番号)."""
    registrant: ResidentId | None = personal(default=None)
    """Who registered it (登録者)."""
    with_card: bool = False
    """Whether that person's card lay on the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewingConsentGiven(Fact):
    """Consent (同意) to one purpose, or its refusal; subject: the television."""

    purpose: Purpose
    agreed: bool
    who: ResidentId | None = personal()
    """Who registered, if the town knows."""
    granularity: Granularity = Granularity.ON_OFF
    """Without a word on it, what the rule of the evacuation order needs and no more."""
    until: date | None = None
    """The last day on which it holds; None: until it is withdrawn."""
