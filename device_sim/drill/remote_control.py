"""Who answers a message on the television, and when: people at home, by seed. The shares are assumptions."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from device_sim.drill.truth import Truth
from device_sim.drill.truth_lines import PersonTruth
from device_sim.streams import stream

ANSWERS = 0.4
"""Of homes in which somebody sees the message: a key is pressed at all."""
CALLS_FOR_HELP = 0.15
"""Of those who will not leave and answer: the red key."""
SECONDS = (15, 120)
"""Shortest and longest time until the key is pressed."""
SOON = timedelta(minutes=15)
"""Whoever leaves within this says that they are leaving."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key that will be pressed."""

    device: str
    at: datetime
    key: str


class RemoteControls:
    """What the people of a drill do with the remote control."""

    def __init__(self, truth: Truth) -> None:
        self._seed = truth.drill.seed
        self._home_of = {event.device: event.household for event in truth.tvs}
        self._people: defaultdict[str, list[PersonTruth]] = defaultdict(list)
        for person in truth.persons:
            self._people[person.household].append(person)

    def press(self, device: str, message: str, at: datetime) -> Press | None:
        """What comes of a message that asks; None where nobody sees it, or nobody presses anything."""
        rng = stream(self._seed, "remote control", f"{device} {message}")
        when = at + timedelta(seconds=rng.randint(*SECONDS))
        there = [person for person in self._people[self._home_of.get(device, "")] if _at_home(person, when)]
        if not there or rng.random() >= ANSWERS:
            return None
        leaving = [person.leaves_at for person in there if person.leaves_at is not None]
        if leaving and min(leaving) - when <= SOON:
            return Press(device, when, "leaving")
        return Press(device, when, "help" if rng.random() < CALLS_FOR_HELP else "safe")


def _at_home(person: PersonTruth, at: datetime) -> bool:
    return person.at_home and (person.leaves_at is None or at < person.leaves_at)
