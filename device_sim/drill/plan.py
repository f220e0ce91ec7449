"""The sections of a scenario: head, population, injects."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from device_sim.drill.behaviour import Behaviour
from device_sim.population.town import Table

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""Drill time, with its offset from UTC."""

LAST_ARRIVAL = timedelta(minutes=8)
"""Nobody arrives later than this before the end, so that the desk can finish its queue."""

OFFSET = re.compile(r"T([+-])(\d\d):([0-5]\d):([0-5]\d)")


class Act(StrEnum):
    """What a scenario can make happen, beside what people do by themselves."""

    ORDER = "order"
    """The desk records the evacuation order (避難指示)."""
    WRONG_CARD = "wrong_card"
    """After a party somebody taps a card that nobody of the register holds."""
    HAND_CARD = "hand_card"
    """Somebody without a card in hand is given one of the desk's own, and taps it once more."""
    PULL_CARD = "pull_card"
    """Somebody takes the card away too soon, then taps again."""
    DOUBLE_TAP = "double_tap"
    """Somebody taps a second time after having been received."""
    UNDO = "undo"
    """The desk takes the last reception back, then receives the same person again."""
    PAPER_OUT = "paper_out"
    PAPER_IN = "paper_in"
    PRINT_ROSTER = "print_roster"
    SHOW_BOARD = "show_board"


class Head(Table, frozen=True, kw_only=True):
    """What drill this is, where, when."""

    name: str
    """In Japanese, as reports show it."""
    title_ja: str
    title_en: str
    municipality: str
    """A folder of `data/municipalities`."""
    seed: Annotated[int, msgspec.Meta(ge=0)]
    """Unless another one is asked for."""
    speed: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    """Drill time in real time, unless another one is asked for."""
    starts_at: Moment
    order_at: Moment
    """T: the moment of the evacuation order."""
    ends_at: Moment


class Population(Table, frozen=True, kw_only=True):
    """How many people, homes and homes with a set-top box."""

    residents: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    households: Annotated[int, msgspec.Meta(ge=1, le=9_999)]
    tv_homes: Annotated[int, msgspec.Meta(ge=0, le=9_999)]


class Inject(Table, frozen=True, kw_only=True):
    """Inject (付与): something that the plan of the drill makes happen."""

    at: str
    """Before or after the order: `T+00:05:00`."""
    act: Act
    level: Annotated[int, msgspec.Meta(ge=3, le=5)] | None = None
    """警戒レベル of an order."""

    @property
    def offset(self) -> timedelta | None:
        """From the order; None where `at` is no such time."""
        found = OFFSET.fullmatch(self.at)
        if found is None:
            return None
        span = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4]))
        return -span if found[1] == "-" else span


class Plan(Table, frozen=True, kw_only=True):
    """Everything a scenario's file says."""

    drill: Head
    population: Population
    behaviour: Behaviour
    injects: tuple[Inject, ...] = msgspec.field(name="inject")

    def moment(self, inject: Inject) -> datetime:
        """When an inject is planned, in drill time."""
        return self.drill.order_at + (inject.offset or timedelta())
