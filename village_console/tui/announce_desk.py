"""What the desk of messages keeps between paintings: a message in the making, and what each digit changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from village_console.announce.facts import Audience
from village_console.announce.release import Wish
from village_console.announce.rules import fill
from village_console.announce.templates import Template, templates
from village_console.village.clock import minute_of
from village_console.village.ids import HouseholdId

LIVES = (30, 60, 120, 180, 360, 720)
"""Minutes that a message may stand."""
EVERY = (0, 5, 15, 30, 60)
"""Minutes between two showings; 0: once."""
BEGINS = (0, 10, 30, 60, 120)
"""Minutes from now."""
T = TypeVar("T")


@dataclass(slots=True)
class Making:
    """A message that nobody has released yet."""

    template: Template = field(default_factory=lambda: next(iter(templates().values())))
    audience: Audience = Audience.ALL
    settlements: tuple[str, ...] = ()
    homes: tuple[HouseholdId, ...] = ()
    place: str = ""
    note: str = ""
    lives: int = 60
    every: int = 0
    begins: int = 0

    def turn_template(self) -> None:
        """The next template."""
        self.template = after(self.template, list(templates().values()))

    def wish(self, now: datetime) -> Wish:
        """The message as it would be released now."""
        starts = minute_of(now) + timedelta(minutes=self.begins)
        targets = {
            Audience.ALL: (),
            Audience.SETTLEMENTS: self.settlements,
            Audience.HOUSEHOLDS: self.homes,
            Audience.BY_NAME: self.homes,
        }[self.audience]
        texts = fill(self.template, place=self.place, note=self.note)
        ends = starts + timedelta(minutes=self.lives)
        note = self.note if self.template.note else ""
        return Wish(self.template, self.audience, tuple(targets), texts, note, starts, ends, self.every)


def after(value: T, values: Sequence[T]) -> T:
    """The one that follows, and the first after the last."""
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
