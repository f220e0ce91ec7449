"""People who were counted and not named (人数だけ): a bus of thirty by sex and age band, and who of them has a name by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from village_console.journal.facts import Fold, Recorded
from village_console.register.facts import Sex
from village_console.shelter.facts import GroupCounted, NamedFromGroup
from village_console.village.eras import age_on
from village_console.village.ids import FactHash, ResidentId, ShelterId


class Band(StrEnum):
    """Age as far as a glance tells (年齢の区分)."""

    INFANT = "infant"
    CHILD = "child"
    ADULT = "adult"
    ELDER = "elder"
    OLD = "old"
    UNKNOWN = "unknown"


_UP_TO = ((5, Band.INFANT), (14, Band.CHILD), (64, Band.ADULT), (74, Band.ELDER))


def band_of(birth: date | None, today: date) -> Band:
    """The band of a birth date."""
    if birth is None:
        return Band.UNKNOWN
    age = age_on(birth, today)
    return next((band for last, band in _UP_TO if age <= last), Band.OLD)


def key_of(sex: Sex, band: Band) -> str:
    """How a fact names a sex and an age band."""
    return f"{sex}/{band}"


CELLS = (
    key_of(Sex.UNKNOWN, Band.UNKNOWN),
    *(key_of(sex, band) for band in Band if band is not Band.UNKNOWN for sex in (Sex.FEMALE, Sex.MALE)),
)
"""What a clerk can count, in the order in which it is asked: first those about whom nothing else is known."""


@dataclass(frozen=True, slots=True)
class CountGroup:
    """A group that was counted."""

    id: str
    shelter: ShelterId
    receipt: str
    counted: dict[str, int]
    since: datetime
    fact: FactHash

    @property
    def people(self) -> int:
        """How many were counted."""
        return sum(self.counted.values())


@dataclass(frozen=True, slots=True)
class FromGroup:
    """That a person had been counted with a group."""

    resident: ResidentId
    group: str
    band: str
    receipt: str
    fact: FactHash
    hlc: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What is left of a group: people who are here and have no name yet."""

    group: CountGroup
    left: dict[str, int]

    @property
    def people(self) -> int:
        """How many."""
        return sum(self.left.values())


@dataclass(frozen=True, slots=True)
class Named:
    """What a stay tells about whether its person is still counted by name."""

    receipt: str
    hlc: int


def left_of(groups: Iterable[CountGroup], links: Iterable[FromGroup], stays: Mapping[str, Named]) -> list[Unnamed]:
    """What is left of every group, the oldest first; whoever has a name is counted with no group, however often linked."""
    gone: Counter[tuple[str, str]] = Counter(
        (link.group, link.band) for link in links if _holds(link, stays.get(link.resident))
    )
    return [
        Unnamed(group, {key: max(0, n - gone[group.id, key]) for key, n in group.counted.items()})
        for group in sorted(groups, key=lambda group: (group.since, group.id))
    ]


def _holds(link: FromGroup, stay: Named | None) -> bool:
    """Whether the reception that the link speaks of stands, or was followed by another: undone, the group has its person back."""
    return stay is not None and (stay.receipt == link.receipt or stay.hlc > link.hlc)


def best_band(left: Mapping[str, int], sex: Sex, band: Band) -> str | None:
    """Which of those who are left a person of this sex and age was; None: nobody is left."""
    same_sex = [key for key in left if key.startswith(f"{sex}/")]
    for key in (key_of(sex, band), key_of(Sex.UNKNOWN, Band.UNKNOWN), *same_sex, *left):
        if left.get(key, 0) > 0:
            return key
    return None


def fold_group(facts: Sequence[Recorded[Any]]) -> CountGroup:
    """The newest count holds, from the moment of the first."""
    first, last = facts[0], facts[-1]
    fact: GroupCounted = last.fact
    return CountGroup(fact.subject, fact.shelter, fact.receipt, fact.counted, first.wall, last.hash)


def fold_from_group(facts: Sequence[Recorded[Any]]) -> FromGroup:
    """The newest word holds: nobody came with two groups."""
    last = facts[-1]
    fact: NamedFromGroup = last.fact
    return FromGroup(ResidentId(fact.subject), fact.group, fact.band, fact.receipt, last.hash, last.hlc)


GROUP_FOLDS = (
    Fold(CountGroup, (GroupCounted,), fold_group, says=lambda group: group.counted),
    Fold(FromGroup, (NamedFromGroup,), fold_from_group, says=lambda link: link.group),
)
