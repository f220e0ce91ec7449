"""What the televisions do in a drill."""

from datetime import datetime, timedelta
from random import Random
from typing import Literal

from device_sim.drill.journeys import HouseholdCourse
from device_sim.drill.plan import Plan
from device_sim.drill.scenario_rules import QUIET
from device_sim.drill.truth_lines import TvTruth
from device_sim.population.people import Television
from device_sim.population.town import Channel
from device_sim.streams import stream

REPORT = timedelta(minutes=2)
"""At the start every television says what it is doing, within this time."""

SECOND = timedelta(seconds=1)

Switch = tuple[datetime, bool]
"""When, and whether it is on from then."""


def viewing(
    plan: Plan, course: HouseholdCourse, tv: Television, channels: tuple[Channel, ...], seed: int
) -> list[TvTruth]:
    """The events of one television in the order of time.

    The first is its state, in the first two minutes. Nothing is switched within 20 seconds of the order:
    what a television was doing when the order was given is never a race in a drill.
    """
    switches = _switches(plan, course, stream(seed, "switching", tv.device))
    taste = stream(seed, "channels", tv.device)
    watched_until = _watched_until(plan, course)
    dial = _Dial(channels, taste)
    ends = [at for at, _ in switches[1:]] + [plan.drill.ends_at]
    events: list[TvTruth] = []
    for (at, on), end in zip(switches, ends, strict=True):
        events.append(_event(tv, at, "power", "on" if on else "off"))
        if on:
            zaps = [at, *_zaps(plan, at, min(end, watched_until), taste)]
            events += [_event(tv, moment, "channel", dial.turn()) for moment in zaps]
    return events


class _Dial:
    """Never turns to the channel that is on already."""

    def __init__(self, channels: tuple[Channel, ...], rng: Random) -> None:
        self._channels = channels
        self._rng = rng
        self._shown = ""

    def turn(self) -> str:
        """The number of another channel."""
        others = [channel for channel in self._channels if channel.number != self._shown] or list(self._channels)
        self._shown = self._rng.choices(others, [channel.weight for channel in others])[0].number
        return self._shown


def _event(tv: Television, at: datetime, kind: Literal["power", "channel"], value: str) -> TvTruth:
    return TvTruth(household=tv.household, device=tv.device, at=at, kind=kind, value=value)


def _watched_until(plan: Plan, course: HouseholdCourse) -> datetime:
    """Until when somebody can press a button."""
    if not course.at_home:
        return plan.drill.starts_at
    return course.empty_from or plan.drill.ends_at


def _switches(plan: Plan, course: HouseholdCourse, rng: Random) -> list[Switch]:
    """The state at the start and every change of it, alternating."""
    start, order = plan.drill.starts_at, plan.drill.order_at
    reported = start + timedelta(seconds=rng.randrange(int(REPORT.total_seconds())))
    on_at_order = rng.random() < _on_share(plan, course)
    switches = [(reported, on_at_order)]
    if course.at_home and rng.random() < plan.behaviour.tv_switched_before_order_share:
        changed = _between(rng, start + REPORT, order - QUIET - SECOND)
        switches = [(reported, not on_at_order), (changed, on_at_order)]
    if course.at_home:
        switches += _after_order(plan, course, on_at_order, rng)
    return switches


def _on_share(plan: Plan, course: HouseholdCourse) -> float:
    """How likely the television is on when the order is given."""
    if not course.at_home:
        return plan.behaviour.tv_on_in_empty_home_share
    oldest = max(person.age_on(plan.drill.order_at.date()) for person in course.at_home)
    return plan.behaviour.viewing_at(plan.drill.order_at.hour).share_at(oldest)


def _after_order(plan: Plan, course: HouseholdCourse, on: bool, rng: Random) -> list[Switch]:  # noqa: FBT001 -- a state
    """Turned on to learn more, turned off when leaving or when somebody has had enough."""
    behaviour = plan.behaviour
    since = plan.drill.order_at + QUIET + SECOND
    switches: list[Switch] = []
    leaves = course.empty_from
    if not on and rng.random() < behaviour.tv_switched_on_after_order_share:
        latest = since + timedelta(minutes=5)
        since = _between(rng, since, min(latest, leaves - timedelta(seconds=20)) if leaves else latest)
        switches.append((since, True))
        on = True
    if on and leaves and rng.random() >= behaviour.tv_left_on_share:
        switches.append((_between(rng, max(since + SECOND, leaves - timedelta(seconds=90)), leaves), False))
    elif on and not leaves and rng.random() < behaviour.tv_switched_off_while_staying_share:
        switches.append((_between(rng, since + timedelta(minutes=1), plan.drill.ends_at), False))
    return switches


def _zaps(plan: Plan, since: datetime, until: datetime, rng: Random) -> list[datetime]:
    """When the channel is changed in front of a running television."""
    rate = plan.behaviour.tv_zaps_per_hour / 3600
    zaps: list[datetime] = []
    at = since
    while rate > 0:
        at += timedelta(seconds=1 + int(rng.expovariate(rate)))
        if at >= until:
            break
        if abs(at - plan.drill.order_at) > QUIET:
            zaps.append(at)
    return zaps


def _between(rng: Random, first: datetime, last: datetime) -> datetime:
    """A whole second from `first` to `last`."""
    return first + timedelta(seconds=rng.randint(0, int((last - first).total_seconds())))
