"""Whether a television is on, from the watts at its plug: hysteresis around a line that is learnt from its own readings."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

START_ON, START_OFF = 20.0, 12.0
"""Watts at which a television counts as on and as off while nothing is learnt of it."""
LEAST, MOST, STEPS = 0.5, 512.0, 40
"""Readings are counted in steps of equal ratio between these watts."""
ENOUGH = 30
"""Readings on either side of the line before it is trusted."""
APART = 3.0
"""How many times more a running television must draw than a resting one: else there is one level, and nothing to learn."""
LEAST_ON = 14.0
"""A line below this would take a set that rests at ten watts for a running one."""
OFF_SHARE = 0.75
"""Off below this share of the line: what flickers around it is no switching."""
SHARE = 0.33
"""A running set draws more than this share of what it usually draws: below it, it starts, updates itself or is about to rest."""
LEARN_EVERY = 16
"""Readings between two looks at the counts."""
FORGET_AT = 20_000
"""Readings after which all counts are halved: a set that is replaced by another is learnt anew."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Watts above which a set is on, and below which it is off; between them it stays what it was."""

    on: float = START_ON
    off: float = START_OFF


@dataclass(slots=True)
class PlugWatts:
    """One plug and what has been learnt of the set behind it."""

    counts: list[int] = field(default_factory=lambda: [0] * STEPS)
    is_on: bool | None = None
    """None until a reading has said so."""
    line: Thresholds = Thresholds()
    _readings: int = 0

    def take(self, watts: float) -> bool | None:
        """Learn from a reading and say whether the set is on; None while it cannot be told."""
        self.counts[_step(watts)] += 1
        self._readings += 1
        if self._readings % LEARN_EVERY == 0:
            if sum(self.counts) > FORGET_AT:
                self.counts = [count // 2 for count in self.counts]
            self.line = thresholds(self.counts)
        if watts > self.line.on:
            self.is_on = True
        elif watts < self.line.off:
            self.is_on = False
        return self.is_on


def thresholds(counts: list[int]) -> Thresholds:
    """The line between resting and running that a set's readings show; the start values while they show none."""
    split = _split(counts)
    if split is None:
        return Thresholds()
    low, high = _mean(counts, 0, split), _mean(counts, split, STEPS)
    if sum(counts[:split]) < ENOUGH or sum(counts[split:]) < ENOUGH or high - low < math.log(APART):
        return Thresholds()
    on = max(LEAST_ON, math.exp((low + high) / 2), math.exp(high) * SHARE)
    return Thresholds(on, on * OFF_SHARE)


def _step(watts: float) -> int:
    if watts <= LEAST:
        return 0
    return min(STEPS - 1, int(STEPS * math.log(watts / LEAST) / math.log(MOST / LEAST)))


def _middle(step: int) -> float:
    """The logarithm of the watts in the middle of a step."""
    return math.log(LEAST) + (step + 0.5) * math.log(MOST / LEAST) / STEPS


def _mean(counts: list[int], first: int, end: int) -> float:
    some = range(first, end)
    return sum(counts[n] * _middle(n) for n in some) / max(1, sum(counts[n] for n in some))


def _split(counts: list[int]) -> int | None:
    """Where two levels part best: the largest variance between them (Otsu)."""
    total, weighted = sum(counts), sum(count * _middle(n) for n, count in enumerate(counts))
    best, found = 0.0, None
    below, below_weighted = 0, 0.0
    for n in range(STEPS - 1):
        below += counts[n]
        below_weighted += counts[n] * _middle(n)
        above = total - below
        if not below or not above:
            continue
        apart = below * above * (below_weighted / below - (weighted - below_weighted) / above) ** 2
        if apart > best:
            best, found = apart, n + 1
    return found
