"""Streams of chance that do not disturb one another."""

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *purpose: str) -> Random:
    """A random generator of its own for one purpose, so that one more draw elsewhere shifts nothing here."""
    name = "\x1f".join((str(seed), *purpose))
    return Random(int.from_bytes(sha256(name.encode()).digest()[:16]))


def quotas(total: int, shares: Sequence[float]) -> list[int]:
    """Split `total` into whole numbers in proportion to `shares`; the largest remainders get what is left over."""
    whole = sum(shares)
    exact = [total * share / whole for share in shares]
    counts = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts


def spread(rng: Random, total: int, choices: Sequence[T], shares: Sequence[float]) -> list[T]:
    """`total` items in exact proportion to their shares, in a random order."""
    items = [choice for choice, n in zip(choices, quotas(total, shares), strict=True) for _ in range(n)]
    rng.shuffle(items)
    return items
