"""What every set-top of a drill has to say, and when: its first report, its switches, its heartbeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from device_sim.drill.truth import Truth
from device_sim.drill.truth_lines import TvTruth

HEARTBEAT = timedelta(seconds=120)
"""Drill time."""


class Doing(StrEnum):
    """What happens to a set-top."""

    ON = "on"
    OFF = "off"
    TUNED = "tuned"
    ALIVE = "alive"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that happens to one set-top at a moment of drill time."""

    at: datetime
    device: str
    doing: Doing
    channel: str | None = None


def devices_of(truth: Truth) -> tuple[str, ...]:
    """Every set-top of a drill."""
    return tuple(sorted({event.device for event in truth.tvs}))


def schedule(truth: Truth) -> list[Due]:
    """Everything from the first report to the end of the drill, in the order of time.

    Heartbeats are spread evenly over the devices and stop at the end of the drill, however long the queue then still
    is: the same truth gives the same number of messages.
    """
    first: dict[str, datetime] = {}
    for event in truth.tvs:
        first.setdefault(event.device, event.at)
    beats = _heartbeats(first, truth.drill.starts_at, truth.drill.ends_at)
    return sorted([*_switches(truth.tvs), *beats], key=lambda due: due.at)


def _switches(events: Sequence[TvTruth]) -> Iterator[Due]:
    """A television that is switched on shows a channel at once: the two are one act of the box."""
    tuned = {(event.device, event.at): event.value for event in events if event.kind == "channel"}
    switched_on = {(event.device, event.at) for event in events if (event.kind, event.value) == ("power", "on")}
    for event in events:
        if event.kind == "power":
            on = event.value == "on"
            channel = tuned.get((event.device, event.at)) if on else None
            yield Due(event.at, event.device, Doing.ON if on else Doing.OFF, channel)
        elif (event.device, event.at) not in switched_on:
            yield Due(event.at, event.device, Doing.TUNED, event.value)


def _heartbeats(first: dict[str, datetime], starts_at: datetime, ends_at: datetime) -> Iterable[Due]:
    """None before the first report: until then the box does not know what its television does."""
    for i, device in enumerate(sorted(first)):
        at = starts_at + timedelta(seconds=HEARTBEAT.seconds * i // len(first))
        while at <= ends_at:
            if at > first[device]:
                yield Due(at, device, Doing.ALIVE)
            at += HEARTBEAT
