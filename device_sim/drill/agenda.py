"""What comes to the desk, and when: parties that arrive and scripted acts, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from device_sim.drill.play_errors import DrillFolderError
from device_sim.drill.truth import Truth
from device_sim.drill.truth_lines import InjectTruth, PartyTruth


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that the person at the desk sees to, from `due` on and in its turn."""

    due: datetime
    what: PartyTruth | InjectTruth
    staged: tuple[InjectTruth, ...] = ()
    """Scripted acts that happen with this party."""

    @property
    def people(self) -> int:
        """How many people stand in the queue for it."""
        return len(self.what.people) if isinstance(self.what, PartyTruth) else 0


def agenda(truth: Truth) -> tuple[Errand, ...]:
    """Everything in the order of time; at the same moment a scripted act goes before a party.

    Raises DrillFolderError when a scripted act names a party that does not come.
    """
    parties = [Errand(party.arrives_at, party, _staged(party, truth.injects)) for party in truth.parties]
    cast = {id(inject) for errand in parties for inject in errand.staged}
    alone = [Errand(inject.at, inject) for inject in truth.injects if id(inject) not in cast]
    for errand in alone:
        if isinstance(errand.what, InjectTruth) and errand.what.household is not None:
            message = f"truth.jsonl: no party of {errand.what.household} arrives at {errand.due:%H:%M:%S}"
            raise DrillFolderError(f"{message} for the inject {errand.what.act}")
    return tuple(sorted([*alone, *parties], key=lambda errand: errand.due))


def _staged(party: PartyTruth, injects: Sequence[InjectTruth]) -> tuple[InjectTruth, ...]:
    return tuple(
        inject
        for inject in injects
        if inject.household == party.household and inject.at == party.arrives_at and inject.resident in party.people
    )


class Queue:
    """The people of a drill's agenda: who has arrived, who has been served."""

    def __init__(self, errands: Sequence[Errand]) -> None:
        self._errands = errands
        self.coming = sum(errand.people for errand in errands)
        self._served = 0

    def serve(self, errand: Errand) -> None:
        """A party leaves the desk."""
        self._served += errand.people

    def arrived(self, now: datetime) -> int:
        """How many people have come so far."""
        return sum(errand.people for errand in self._errands if errand.due <= now)

    def waiting(self, now: datetime) -> int:
        """How many people stand in the queue, those at the desk included."""
        return max(0, self.arrived(now) - self._served)
