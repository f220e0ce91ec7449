"""From an act at the desk and its answer to a line of desk.jsonl."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from device_sim.drill.desk_lines import Acknowledged, Companions, DeskAct
from device_sim.drill.link_words import Verdict

A = TypeVar("A", bound=DeskAct)

SHOWS_SOMEBODY = frozenset({"received", "already_here", "bound_and_received"})
"""Verdicts that say of the person whom they name that they are in."""


@dataclass(frozen=True, slots=True)
class Cause:
    """For whom an act is done, and why."""

    household: str | None = None
    resident: str | None = None
    inject: str | None = None
    attempt: int = 1
    asked: tuple[str, ...] = ()
    """Companions."""

    def asking(self, companions: Sequence[str]) -> Cause:
        """The same for companions."""
        return replace(self, resident=None, asked=tuple(companions))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What should come of an act that has been done."""

    cause: Cause
    presented: float
    """Monotonic."""
    expect: frozenset[str]
    """Verdicts that are no mismatch."""


def acknowledged(verdict: Verdict) -> tuple[Acknowledged, ...]:
    """Whom a verdict shows as received or here."""
    if verdict.verdict in SHOWS_SOMEBODY and verdict.resident is not None:
        return (Acknowledged(verdict.resident, verdict.fact, verdict.receipt),)
    return tuple(Acknowledged(person.resident, person.fact, person.receipt) for person in verdict.people)


def act_line(kind: type[A], at: datetime, outcome: Outcome, heard: tuple[float, Verdict] | None) -> A:
    """The line of an act; `heard` is the answer with its arrival."""
    cause = outcome.cause
    arrived, verdict = heard or (None, None)
    people = acknowledged(verdict) if verdict else ()
    return kind(
        at=at,
        presented=outcome.presented,
        heard=arrived,
        painted=verdict.painted if verdict else None,
        latency_ms=_ms(outcome.presented, arrived),
        painted_ms=_ms(outcome.presented, verdict.painted if verdict else None),
        verdict=verdict.verdict if verdict else None,
        household=cause.household,
        resident=cause.resident,
        asked=cause.asked,
        shown=verdict.resident if verdict else None,
        acknowledged=people,
        fact=verdict.fact if verdict and not people else None,
        mismatch=verdict is not None and _is_mismatch(outcome, verdict, people),
        attempt=cause.attempt,
        inject=cause.inject,
    )


def seen_line(at: datetime, presented: float, cause: Cause, people: tuple[Acknowledged, ...]) -> Companions:
    """The line of companions whom the offer showed as here: nothing was asked, so nothing was measured."""
    return Companions(
        at=at,
        presented=presented,
        heard=None,
        painted=None,
        latency_ms=None,
        painted_ms=None,
        verdict="already_here",
        household=cause.household,
        asked=cause.asked,
        acknowledged=people,
        attempt=cause.attempt,
    )


def _is_mismatch(outcome: Outcome, verdict: Verdict, people: tuple[Acknowledged, ...]) -> bool:
    cause = outcome.cause
    if verdict.verdict not in outcome.expect:
        return True
    if cause.asked:
        return {person.resident for person in people} != set(cause.asked)
    return None not in (cause.resident, verdict.resident) and cause.resident != verdict.resident


def _ms(since: float, until: float | None) -> float | None:
    return None if until is None else round((until - since) * 1000, 3)
