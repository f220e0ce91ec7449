"""What is really so in a drill: a pure function of scenario, village and seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from device_sim.drill.behaviour import Behaviour
from device_sim.drill.casting import cast
from device_sim.drill.journeys import Destination, HouseholdCourse, Outing, course_of
from device_sim.drill.plan import Plan
from device_sim.drill.truth_lines import DrillTruth, InjectTruth, PartyTruth, PersonTruth, TruthLine, TvTruth
from device_sim.drill.viewing import viewing
from device_sim.population.people import Household, Resident
from device_sim.population.village import Village
from device_sim.streams import stream

CHILD = 15
"""Younger ones rarely carry their card themselves, years."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Truth (正解): who is where, which television is on, who arrives with whom, what is staged."""

    drill: DrillTruth
    persons: tuple[PersonTruth, ...]
    tvs: tuple[TvTruth, ...]
    parties: tuple[PartyTruth, ...]
    injects: tuple[InjectTruth, ...]

    @classmethod
    def of(cls, scenario: Plan, village: Village, seed: int) -> "Truth":
        """Let the drill happen; the same three give the same truth.

        No television is switched within 20 seconds of the order, and everybody who comes has arrived
        8 minutes before the end. Raises CastingError when an inject finds nobody it fits.
        """
        courses = [course_of(scenario, household, seed) for household in village.households]
        holders = {card.resident for card in village.cards}
        persons = [
            _person(scenario, course, who, holders, seed) for course in courses for who in course.household.members
        ]
        carrying = {person.resident for person in persons if person.card == "in_hand"}
        parties = tuple(sorted(_parties(courses, carrying, scenario.drill.order_at.date()), key=_by_arrival))
        tvs = tuple(_tvs(scenario, village, courses, seed))
        return cls(_drill(scenario, village, seed), tuple(persons), tvs, parties, cast(scenario, parties))

    def lines(self) -> Iterator[TruthLine]:
        """Everything in the order of the file: drill, persons, televisions, parties, injects."""
        yield self.drill
        yield from self.persons
        yield from self.tvs
        yield from self.parties
        yield from self.injects

    def encoded(self) -> bytes:
        """The bytes of truth.jsonl."""
        encoder = msgspec.json.Encoder()
        return b"".join(encoder.encode(line) + b"\n" for line in self.lines())

    @classmethod
    def read(cls, path: Path) -> "Truth":
        """Read a truth.jsonl; raises msgspec.ValidationError for a line that is none, ValueError without a drill line."""
        decoder = msgspec.json.Decoder(TruthLine)
        lines = [decoder.decode(line) for line in path.read_bytes().splitlines()]
        drill = next((line for line in lines if isinstance(line, DrillTruth)), None)
        if drill is None:
            message = "a truth without its drill line"
            raise ValueError(message)
        return cls(
            drill,
            tuple(line for line in lines if isinstance(line, PersonTruth)),
            tuple(line for line in lines if isinstance(line, TvTruth)),
            tuple(line for line in lines if isinstance(line, PartyTruth)),
            tuple(line for line in lines if isinstance(line, InjectTruth)),
        )


def _drill(plan: Plan, village: Village, seed: int) -> DrillTruth:
    return DrillTruth(
        scenario=plan.drill.name,
        seed=seed,
        starts_at=plan.drill.starts_at,
        order_at=plan.drill.order_at,
        ends_at=plan.drill.ends_at,
        residents=sum(1 for _ in village.residents),
        households=len(village.households),
        televisions=len(village.televisions),
    )


def _person(plan: Plan, course: HouseholdCourse, who: Resident, holders: set[str], seed: int) -> PersonTruth:
    outing = next((outing for outing in course.outings if who in outing.people), None)
    at_home = who in course.at_home
    indoors = at_home and outing is None
    destination = outing.destination if outing else Destination.HOME if at_home else Destination.AWAY
    in_hand = not indoors and _carries(plan.behaviour, who, plan.drill.order_at.date(), seed)
    return PersonTruth(
        resident=who.number,
        household=course.household.number,
        name=who.name,
        kana=who.kana,
        birth=who.birth,
        at_home=at_home,
        leaves_at=outing.leaves_at if outing else None,
        destination=destination.value,
        arrives_at=outing.arrives_at if outing else None,
        card="none" if who.number not in holders else "in_hand" if in_hand else "at_home",
        stranded=indoors,
    )


def _carries(behaviour: Behaviour, who: Resident, day: date, seed: int) -> bool:
    """Whether somebody who is out of the house would have the card along."""
    share = behaviour.child_card_in_hand_share if who.age_on(day) < CHILD else behaviour.card_in_hand_share
    return stream(seed, "card in hand", who.number).random() < share


def _parties(courses: list[HouseholdCourse], carrying: set[str], day: date) -> Iterator[PartyTruth]:
    for course in courses:
        for outing in course.outings:
            if outing.arrives_at is not None:
                yield _party(course.household, outing, carrying, day)


def _party(household: Household, outing: Outing, carrying: set[str], day: date) -> PartyTruth:
    people = tuple(person.number for person in outing.people)
    tapping = tuple(number for number in people if number in carrying)
    speaker = max(outing.people, key=lambda person: person.age_on(day) >= CHILD)
    return PartyTruth(
        household=household.number,
        arrives_at=outing.arrives_at or outing.leaves_at,
        people=people,
        taps=tapping,
        by_name=() if tapping else (speaker.number,),
    )


def _by_arrival(party: PartyTruth) -> tuple[object, ...]:
    return party.arrives_at, party.household, party.people


def _tvs(plan: Plan, village: Village, courses: list[HouseholdCourse], seed: int) -> list[TvTruth]:
    """All events of all televisions in the order of time."""
    course = {course.household.number: course for course in courses}
    channels = village.town.channels
    events = [event for tv in village.televisions for event in viewing(plan, course[tv.household], tv, channels, seed)]
    return sorted(events, key=lambda event: (event.at, event.device))
