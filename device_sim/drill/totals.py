"""A truth in a few figures."""

from dataclasses import dataclass
from datetime import datetime

from device_sim.drill.truth import Truth


@dataclass(frozen=True, slots=True)
class Totals:
    """How many of what a drill has in store."""

    residents: int
    households: int
    televisions: int
    parties: int
    arriving: int
    """People who come to the shelter."""
    found_by_name: int
    """Parties in which nobody has a card in hand."""
    stranded: int
    """People at home when the order is given and still there at the end (逃げ遅れ)."""
    stranded_homes: int
    stranded_homes_with_tv_on: int
    """At the order."""
    tv_homes_with_people: int
    """Homes with a television and somebody at home, at the order."""
    tv_homes_with_people_on: int
    homes_listed: int
    """By the plain rule, perfectly applied: TV on at the order, and nobody has come by the end."""
    homes_listed_rightly: int
    """Of these, homes in which somebody is stranded."""

    @property
    def precision(self) -> float | None:
        """Of the plain rule over homes, with all logs heard; None when it lists nothing."""
        return self.homes_listed_rightly / self.homes_listed if self.homes_listed else None


def totals(truth: Truth) -> Totals:
    """Count a truth."""
    stranded = {person.household for person in truth.persons if person.stranded}
    with_people = {person.household for person in truth.persons if person.at_home}
    arrived = {party.household for party in truth.parties}
    with_tv = {event.household for event in truth.tvs}
    on = homes_on(truth, truth.drill.order_at)
    return Totals(
        residents=truth.drill.residents,
        households=truth.drill.households,
        televisions=truth.drill.televisions,
        parties=len(truth.parties),
        arriving=sum(len(party.people) for party in truth.parties),
        found_by_name=sum(bool(party.by_name) for party in truth.parties),
        stranded=sum(person.stranded for person in truth.persons),
        stranded_homes=len(stranded),
        stranded_homes_with_tv_on=len(stranded & on),
        tv_homes_with_people=len(with_tv & with_people),
        tv_homes_with_people_on=len(with_people & on),
        homes_listed=len(on - arrived),
        homes_listed_rightly=len((on - arrived) & stranded),
    )


def homes_on(truth: Truth, moment: datetime) -> set[str]:
    """Households whose television was on at a moment."""
    power = {event.household: event.value for event in truth.tvs if event.kind == "power" and event.at <= moment}
    return {household for household, value in power.items() if value == "on"}
