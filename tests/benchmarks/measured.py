"""What a benchmark hands back, and how two sides are timed in turns on a machine that others use too."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

MS = 1000.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of ours beside its peer's, from the same run."""

    name: str
    ours: float
    peer: float
    unit: str
    note: str

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's; None where the peer's figure is zero."""
        return round(self.ours / self.peer, 3) if self.peer else None

    def as_entry(self) -> dict[str, object]:
        """The entry in bench.json."""
        return {
            "ours": round(self.ours, 4), "peer": round(self.peer, 4), "ratio": self.ratio, "unit": self.unit,
            "note": self.note,
        }  # fmt: skip


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that is not exceeded by `percent` of them."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def in_turns(rounds: int, *sides: Callable[[int], float]) -> list[list[float]]:
    """Run every side once a round, A B A B; each is given the number of the round and returns its figure."""
    results: list[list[float]] = [[] for _ in sides]
    for n in range(rounds):
        for side, figures in zip(sides, results, strict=True):
            figures.append(side(n))
    return results


def medians(rounds: int, *sides: Callable[[int], float]) -> list[float]:
    """The median of each side over interleaved rounds."""
    return [median(figures) for figures in in_turns(rounds, *sides)]


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
