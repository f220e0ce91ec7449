"""Who is at home when the order comes, who goes where, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from device_sim.drill.behaviour import Behaviour, Home
from device_sim.drill.plan import Plan
from device_sim.population.people import Household, Resident
from device_sim.streams import stream

GROWN_UP = 18
ON_THEIR_OWN = 16
"""Younger ones are neither left at home alone nor on the way alone, years."""


class Destination(StrEnum):
    """Where somebody is when the drill ends."""

    SHELTER = "shelter"
    RELATIVES = "relatives"
    HOME = "home"
    AWAY = "away"
    """Was not at home when the order came, and did not come to the shelter."""


@dataclass(frozen=True, slots=True)
class Outing:
    """People of one household who go somewhere together."""

    people: tuple[Resident, ...]
    destination: Destination
    from_home: bool
    leaves_at: datetime
    arrives_at: datetime | None
    """At the shelter; None for another destination."""


@dataclass(frozen=True, slots=True)
class HouseholdCourse:
    """What becomes of one household in the drill."""

    household: Household
    at_home: tuple[Resident, ...]
    """When the order is given."""
    outings: tuple[Outing, ...]

    @property
    def staying(self) -> tuple[Resident, ...]:
        """At home when the order is given and still there when the drill ends (逃げ遅れ)."""
        gone = {person.number for outing in self.outings for person in outing.people}
        return tuple(person for person in self.at_home if person.number not in gone)

    @property
    def empty_from(self) -> datetime | None:
        """When the last one leaves home; None while somebody stays, or when nobody was there."""
        if self.staying:
            return None
        return max((outing.leaves_at for outing in self.outings if outing.from_home), default=None)


def course_of(plan: Plan, household: Household, seed: int) -> HouseholdCourse:
    """The course of one household; depends on nothing but plan, household and seed."""
    day = plan.drill.starts_at.date()
    at_home = _at_home(plan.behaviour, household, day, stream(seed, "at home", household.number))
    rng = stream(seed, "journey", household.number)
    outings = _from_home(plan, household, at_home, rng) if at_home else []
    away = [person for person in household.members if person not in at_home]
    late = stream(seed, "from elsewhere", household.number)
    for person in away:
        if late.random() < plan.behaviour.away_comes_to_shelter_share and person.age_on(day) >= ON_THEIR_OWN:
            outings.append(_to_shelter(plan, household, [person], late, from_home=False))
    return HouseholdCourse(household, tuple(at_home), tuple(outings))


def home_kind(at_home: Sequence[Resident], day: date) -> Home:
    """What kind of home these people make."""
    ages = [person.age_on(day) for person in at_home]
    if len(ages) > 1 and min(ages) < ON_THEIR_OWN:
        return Home.CHILDREN
    if len(ages) == 1:
        return Home.ALONE
    return Home.ELDERLY if min(ages) >= 65 else Home.ADULTS


def _at_home(behaviour: Behaviour, household: Household, day: date, rng: Random) -> list[Resident]:
    if rng.random() < behaviour.whole_household_away_share:
        return []
    here = [person for person in household.members if rng.random() >= behaviour.away_share(person.age_on(day))]
    if here and all(person.age_on(day) < ON_THEIR_OWN for person in here):
        return list(household.members)
    return here


def _from_home(plan: Plan, household: Household, at_home: list[Resident], rng: Random) -> list[Outing]:
    """What the people at home do, together or apart."""
    day = plan.drill.starts_at.date()
    choice = plan.behaviour.choice_of(home_kind(at_home, day))
    fate = rng.random()
    if fate < choice.stay:
        return []
    if fate < choice.stay + choice.relatives:
        leaves_at = plan.drill.order_at + _start_delay(plan.behaviour, rng)
        return [Outing(tuple(at_home), Destination.RELATIVES, from_home=True, leaves_at=leaves_at, arrives_at=None)]
    going = _without_the_one_who_stays(plan.behaviour, at_home, day, rng)
    first, second = _two_parts(plan.behaviour, going, day, rng)
    outings = [_to_shelter(plan, household, first, rng)]
    if second:
        later = timedelta(minutes=rng.uniform(*plan.behaviour.second_part_later_minutes))
        outings.append(_to_shelter(plan, household, second, rng, after=outings[0].leaves_at + later))
    return outings


def _without_the_one_who_stays(behaviour: Behaviour, at_home: list[Resident], day: date, rng: Random) -> list[Resident]:
    """Everybody, or everybody but the oldest."""
    grown_up = [person for person in at_home if person.age_on(day) >= GROWN_UP]
    if len(grown_up) < 2 or rng.random() >= behaviour.one_stays_behind_share:
        return at_home
    oldest = min(grown_up, key=lambda person: person.birth)
    return [person for person in at_home if person is not oldest]


def _two_parts(
    behaviour: Behaviour, going: list[Resident], day: date, rng: Random
) -> tuple[list[Resident], list[Resident]]:
    """One party, or two with a grown-up in each; the children go with the first."""
    grown_up = [person for person in going if person.age_on(day) >= GROWN_UP]
    if len(grown_up) < 2 or rng.random() >= behaviour.two_parts_share:
        return going, []
    second = rng.sample(grown_up, rng.randint(1, len(grown_up) - 1))
    return [person for person in going if person not in second], [person for person in going if person in second]


def _to_shelter(
    plan: Plan,
    household: Household,
    people: list[Resident],
    rng: Random,
    *,
    from_home: bool = True,
    after: datetime | None = None,
) -> Outing:
    """An outing to the shelter; `after` is the earliest time to leave, as far as the longest delay allows."""
    order = plan.drill.order_at
    leaves_at = order + _start_delay(plan.behaviour, rng)
    if after is not None:
        latest = order + timedelta(minutes=plan.behaviour.start_delay.most_minutes)
        leaves_at = min(max(after, leaves_at), latest)
    way = plan.behaviour.travel_from(household.settlement)
    minutes = rng.uniform(*(way.walk_minutes if rng.random() < way.walk_share else way.drive_minutes))
    leaves_at = leaves_at.replace(microsecond=0)
    arrives_at = leaves_at + timedelta(seconds=int(60 * minutes))
    return Outing(tuple(people), Destination.SHELTER, from_home, leaves_at, arrives_at)


def _start_delay(behaviour: Behaviour, rng: Random) -> timedelta:
    """From the order to the door, in whole seconds."""
    rule = behaviour.start_delay
    for _ in range(100):
        minutes = rule.median_minutes * rng.lognormvariate(0, rule.spread)
        if rule.least_minutes <= minutes <= rule.most_minutes:
            return timedelta(seconds=int(60 * minutes))
    return timedelta(seconds=int(60 * rule.median_minutes))
