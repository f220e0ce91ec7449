"""The ladder 未確認 -> 在宅の可能性 -> 逃げ遅れ推定 -> 要救助 -> 確認済, pure: whatever is known of a home, in any order.

The rule of the document stands in it unchanged: a home whose television was ON at the order, and of which somebody has
checked in nowhere, is presumed stranded or more. What is said may raise a home, and may make a presumption weaker; it never
takes one away. Only making sure does (確認済), and a call for help that comes later is heard all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache

from village_console.stranded.facts import Means, Said
from village_console.stranded.rows import Told


class Rung(IntEnum):
    """How near a home is to being somebody's task."""

    UNCONFIRMED = 0
    """未確認: nothing is known."""
    MAYBE_AT_HOME = 1
    """在宅の可能性: said, and the television cannot tell."""
    PRESUMED = 2
    """逃げ遅れ推定."""
    NEEDS_RESCUE = 3
    """要救助."""
    CONFIRMED = 4
    """確認済."""

    @property
    def word(self) -> str:
        """The end of the key of its words."""
        return self.name.lower()


LIFE: dict[Said, timedelta | None] = {
    Said.NEEDS_HELP: None,
    Said.AT_HOME: timedelta(hours=3),
    Said.SAFE: timedelta(hours=2),
    Said.LEAVING: timedelta(minutes=45),
    Said.HAS_LEFT: timedelta(hours=3),
    Said.NO_ANSWER: timedelta(hours=1),
}
"""How long a word counts; None: until somebody has made sure."""
STRONGEST = 3
_WEAKER = frozenset({Said.SAFE, Said.LEAVING, Said.HAS_LEFT})
_HEARD_AT_HOME = frozenset({Said.AT_HOME, Said.SAFE, Said.LEAVING})
_SPOKEN_TO = frozenset({Means.PHONE, Means.VISIT})


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a home stands on the ladder."""

    rung: Rung
    strength: int
    """0 to 3; it sorts nothing and clears nobody."""


def still_counts(told: Told, now: datetime) -> bool:
    """Whether a word is young enough; a clock that went back makes nothing too old."""
    life = LIFE[told.what]
    return life is None or now - told.at < life


def expires(told: Told) -> datetime | None:
    """When a word stops counting; None: never."""
    life = LIFE[told.what]
    return None if life is None else told.at + life


def stand(
    *, on_at_order: bool, told: Iterable[Told], cleared_at: datetime | None, some_came: bool, last_known: bool
) -> Stand:
    """Where a home with somebody missing stands. `told`: what still counts; `last_known`: nothing newer can come (停電)."""
    words = frozenset((word.means, word.what) for word in told)
    said = frozenset(what for _, what in words)
    calls = any(word.what is Said.NEEDS_HELP and (cleared_at is None or word.at > cleared_at) for word in told)
    rung = _rung(on_at_order=on_at_order, calls=calls, cleared=cleared_at is not None, words=words, said=said)
    if rung is Rung.NEEDS_RESCUE:
        return Stand(rung, STRONGEST)
    strength = 2 + (Said.AT_HOME in said) - some_came - last_known - bool(said & _WEAKER)
    return Stand(rung, max(0, min(STRONGEST, strength)))


@cache
def quiet_stand(*, on_at_order: bool, some_came: bool, last_known: bool) -> Stand:
    """The same where nobody has said anything: nearly every home of a village."""
    return stand(on_at_order=on_at_order, told=(), cleared_at=None, some_came=some_came, last_known=last_known)


def _rung(
    *, on_at_order: bool, calls: bool, cleared: bool, words: frozenset[tuple[Means, Said]], said: frozenset[Said]
) -> Rung:
    if calls:
        return Rung.NEEDS_RESCUE
    if cleared:
        return Rung.CONFIRMED
    if on_at_order or any(what is Said.AT_HOME and means in _SPOKEN_TO for means, what in words):
        return Rung.PRESUMED
    return Rung.MAYBE_AT_HOME if said & _HEARD_AT_HOME else Rung.UNCONFIRMED
