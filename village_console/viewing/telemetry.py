"""From what sources say to what is kept: watts become ON and OFF, repeats are folded, what nobody agreed to is left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from village_console.devices.ports import TvEvent, TvEventKind
from village_console.viewing.clock_skew import ClockSkew
from village_console.viewing.facts import Granularity
from village_console.viewing.plug_watts import PlugWatts, thresholds
from village_console.village.clock import JST

ALIVE_EVERY = timedelta(seconds=60)
"""Of a source that repeats itself, one sign of life in this time is kept."""
REMEMBER_EVERY = 256
"""Readings of a plug between two times that what was learnt is written down."""
CHANGED = "*"
"""The value of a change of channel whose number nobody may keep."""
_STATES = (TvEventKind.POWER, TvEventKind.ALIVE)


@dataclass(slots=True)
class Kept:
    """What of a batch is kept."""

    events: list[TvEvent] = field(default_factory=list[TvEvent])
    days: set[tuple[str, date]] = field(default_factory=set[tuple[str, date]])
    """Televisions of which only this is kept: that they were on that day."""
    learnt: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class _Source:
    """What is remembered of one device between its words."""

    clock: ClockSkew = field(default_factory=ClockSkew)
    plug: PlugWatts = field(default_factory=PlugWatts)
    state: str | None = None
    channel: str | None = None
    alive_at: datetime | None = None
    changed_at: datetime | None = None
    told_skew: timedelta = timedelta(0)


class Telemetry:
    """Remembers every source; used by the one thread that writes the log."""

    def __init__(self, learnt: Mapping[str, str] | None = None) -> None:
        """`learnt`: what an earlier run has written down, by device."""
        self._sources: dict[str, _Source] = {}
        for device, text in (learnt or {}).items():
            self._sources[device] = _recalled(text)

    def take(self, events: Iterable[TvEvent], granularity: Callable[[str], Granularity]) -> Kept:
        """What of a batch may be kept, in the order in which it was heard."""
        kept = Kept()
        for event in events:
            agreed = granularity(event.device)
            if agreed is not Granularity.NOTHING:
                self._take(event, agreed, kept)
        return kept

    def forget(self, device: str) -> None:
        """A consent was withdrawn."""
        self._sources.pop(device, None)

    def skews(self) -> dict[str, timedelta]:
        """Devices whose clock is wrong, and by how much."""
        return {device: source.clock.skew for device, source in self._sources.items() if source.clock.skew}

    def _take(self, event: TvEvent, agreed: Granularity, kept: Kept) -> None:
        if event.kind is TvEventKind.LINE or event.retained:
            if agreed.rank >= Granularity.ON_OFF.rank and event.kind is not TvEventKind.WATTS:
                kept.events.append(event)
            return
        source = self._sources.setdefault(event.device, _Source())
        if event.t_device is not None:
            event = replace(event, t_device=source.clock.right(event.t_device, event.t_received))
        told = event if event.boot else _folded(event, source)
        if source.clock.skew != source.told_skew or _is_due(event, source):
            source.told_skew = source.clock.skew
            kept.learnt[event.device] = _remembered(source)
        if told is not None:
            _keep(told, agreed, kept)


def _folded(event: TvEvent, source: _Source) -> TvEvent | None:
    """An event of a source without numbers as a change or a sign of life; None when it says nothing new."""
    moment = event.t_device or event.t_received
    if event.kind is TvEventKind.CHANNEL:
        if event.value == source.channel:
            return None
        source.channel = event.value
        return event
    value = event.value
    if event.kind is TvEventKind.WATTS:
        is_on = source.plug.take(float(event.value))
        if is_on is None:
            return None
        value = "on" if is_on else "off"
    was, is_late = source.state, source.changed_at is not None and moment < source.changed_at
    source.state = was if is_late else value
    if was is not None and was != value and not is_late:
        source.alive_at = source.changed_at = moment
        return replace(event, kind=TvEventKind.POWER, value=value)
    if source.alive_at is None or not timedelta(0) <= moment - source.alive_at < ALIVE_EVERY:
        source.alive_at = moment
        return replace(event, kind=TvEventKind.ALIVE, value=value)
    return None


def _keep(event: TvEvent, agreed: Granularity, kept: Kept) -> None:
    if agreed is Granularity.DAILY:
        if event.kind in _STATES and event.value == "on":
            kept.days.add((event.device, (event.t_device or event.t_received).astimezone(JST).date()))
        return
    trimmed = trim(event, agreed)
    if trimmed is not None:
        kept.events.append(trimmed)


def trim(event: TvEvent, agreed: Granularity) -> TvEvent | None:
    """An event without what was not agreed to; None when nothing is left. A number is kept: else it would seem lost."""
    if agreed is Granularity.CHANNEL:
        return event
    if event.kind is not TvEventKind.CHANNEL:
        return event if event.boot else replace(event, raw=b"")  # whose raw words hold watts, or the app in front
    if agreed is Granularity.CHANGES:
        return replace(event, value=CHANGED, raw=b"")
    return replace(event, kind=TvEventKind.WITHHELD, value="", t_device=None, raw=b"") if event.boot else None


def _is_due(event: TvEvent, source: _Source) -> bool:
    return event.kind is TvEventKind.WATTS and sum(source.plug.counts) % REMEMBER_EVERY == 0


def _remembered(source: _Source) -> str:
    return json.dumps({"skew": source.clock.skew.total_seconds(), "counts": source.plug.counts})


def skew_in(learnt: str) -> timedelta:
    """How wrong a device's clock is, from what was written down of it."""
    return _recalled(learnt).clock.skew


def _recalled(text: str) -> _Source:
    plain = json.loads(text)
    source = _Source()
    source.plug.counts = [int(count) for count in plain["counts"]]
    source.plug.line = thresholds(source.plug.counts)
    source.clock.skew = source.told_skew = timedelta(seconds=float(plain["skew"]))
    return source
