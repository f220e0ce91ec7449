"""How much of the rule is to be believed: what it finds at an hour, in a simulation, and which shelters are silent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from village_console.shelter.rows import Stay
from village_console.village.ids import ShelterId

SIMULATED_RECALL: dict[int, float] = {3: 0.12, 10: 0.35, 19: 0.72}
"""Hour -> share of those left behind in homes with a television whom the rule names. Simulated: 300 homes, 6 % stranded,
no field data; `tests.benchmarks stranded` plays another village and finds 0.71 at 19:00."""
SPEAKS_EVERY = timedelta(minutes=30)
"""A shelter of which nothing newer is known than this is not known to have received nobody."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What the rule finds at about this hour, in the simulation."""

    hour: int
    share: float


def expected_recall(now: datetime) -> Recall:
    """The simulated figure of the nearest hour that was played; of two equally near the worse one."""

    def far(hour: int) -> int:
        """Hours between this one and now, round the clock."""
        apart = abs(now.hour - hour)
        return min(apart, 24 - apart)

    hour = min(SIMULATED_RECALL, key=lambda hour: (far(hour), SIMULATED_RECALL[hour]))
    return Recall(hour, SIMULATED_RECALL[hour])


def silent_shelters(stays: Iterable[Stay], own: ShelterId, now: datetime) -> dict[ShelterId, datetime]:
    """Other shelters that have received people, and of which nothing is known since: when the last word came."""
    last: dict[ShelterId, datetime] = {}
    for stay in stays:
        shelter = stay.shelter or stay.left
        if shelter is not None and shelter != own:
            last[shelter] = max(stay.since, last.get(shelter, stay.since))
    return {shelter: at for shelter, at in sorted(last.items()) if now - at >= SPEAKS_EVERY}
