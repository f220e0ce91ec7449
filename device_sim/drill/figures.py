"""Small sums of a report. What has no denominator, or was never seen, is None and never 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import msgspec


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, in milliseconds; None where it never happened."""

    p50: float | None
    p95: float | None
    p99: float | None
    n: int

    @classmethod
    def of(cls, measured: Sequence[float]) -> Spread:
        """Percentiles by nearest rank."""
        ranked = sorted(measured)
        return cls(p50=_rank(ranked, 50), p95=_rank(ranked, 95), p99=_rank(ranked, 99), n=len(ranked))


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """A presumption against the truth."""

    flagged: int | None
    """None: no board was ever seen."""
    true: int
    precision: float | None
    recall: float | None

    @classmethod
    def of(cls, flagged: AbstractSet[str] | None, true: AbstractSet[str]) -> Hits:
        """Compare two sets."""
        if flagged is None:
            return cls(flagged=None, true=len(true), precision=None, recall=None)
        hits = len(flagged & true)
        return cls(
            flagged=len(flagged), true=len(true), precision=_share(hits, len(flagged)), recall=_share(hits, len(true))
        )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rank(ranked: Sequence[float], percent: int) -> float | None:
    if not ranked:
        return None
    return round(ranked[math.ceil(len(ranked) * percent / 100) - 1], 1)
