"""The lines of truth.jsonl (`docs/wires.md`, section 7)."""

from datetime import date, datetime
from typing import Literal

import msgspec


class DrillTruth(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="drill"):
    """What drill this was."""

    scenario: str
    seed: int
    starts_at: datetime
    order_at: datetime
    ends_at: datetime
    residents: int
    households: int
    televisions: int


class PersonTruth(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="person"):
    """Where one person really was."""

    resident: str
    household: str
    name: str
    kana: str
    birth: date
    at_home: bool
    """When the order was given."""
    leaves_at: datetime | None
    destination: Literal["shelter", "relatives", "home", "away"]
    arrives_at: datetime | None
    """At the shelter."""
    card: Literal["in_hand", "at_home", "none"]
    stranded: bool
    """At home when the order was given and still there when the drill ended (逃げ遅れ)."""


class TvTruth(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="tv"):
    """A television was switched."""

    household: str
    device: str
    at: datetime
    kind: Literal["power", "channel"]
    value: str


class PartyTruth(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="party"):
    """People of one household who arrive at the shelter together."""

    household: str
    arrives_at: datetime
    people: tuple[str, ...]
    taps: tuple[str, ...]
    """Who has a card in hand and taps; the others of the party are companions."""
    by_name: tuple[str, ...]
    """Who is found by name, when nobody of the party has a card in hand."""


class InjectTruth(msgspec.Struct, frozen=True, kw_only=True, tag_field="truth", tag="inject", omit_defaults=True):
    """A scripted act; one that needs somebody happens when that somebody's party is at the desk."""

    at: datetime
    act: str
    planned_at: datetime | None = None
    """When the scenario asked for it, where that is not `at`."""
    level: int | None = None
    household: str | None = None
    """Whose party it happens with; together with `at`, which is the party's arrival, it names the party."""
    resident: str | None = None
    serial: str | None = None
    """Of a card that nobody of the register holds; hexadecimal. Of a card to hand out: its identifier."""
    card: Literal["felica", "ntag"] | None = None
    """What the desk hands out."""


TruthLine = DrillTruth | PersonTruth | TvTruth | PartyTruth | InjectTruth
