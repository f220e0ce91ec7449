"""What waits for a person (わたし待ち): what consoles contradict each other in, who may be here twice, what nobody can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from village_console.journal.facts import ToldApart
from village_console.register.rows import Resident
from village_console.register.twice import Twice, perhaps_twice
from village_console.shelter.rules import PersonState
from village_console.shelter.views import FollowUp
from village_console.tui.station import Station


class Waits(StrEnum):
    """Why a person is needed."""

    TWO_PLACES = "two_places"
    TWICE = "twice"
    STRANGER = "stranger"
    """Facts of a laptop that the village has not admitted."""
    REVOKED = "revoked"
    """Facts that a revoked laptop wrote later."""
    FORK = "fork"
    """A laptop has written two different facts at one place: a clone, or a copy put back."""
    NEWER = "newer"
    """A newer program wrote something that this one keeps and cannot read."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the tray."""

    kind: Waits
    about: FollowUp | Twice | str
    """A device or a kind of fact where it is about no person."""
    count: int = 1

    @property
    def key(self) -> tuple[str, ...]:
        """Tells items apart."""
        match self.about:
            case FollowUp(resident=resident):
                return (self.kind, resident.id)
            case Twice(one=one, other=other):
                return (self.kind, one.id, other.id)
            case str():
                return (self.kind, self.about)


def items(station: Station) -> list[Item]:
    """Everything that waits, what concerns people first; reads the whole journal, so not for every second."""
    journal = station.journal
    members = journal.members()
    found = [
        Item(Waits.TWO_PLACES, one) for one in station.reception.follow_ups() if one.state is PersonState.TWO_PLACES
    ]
    told_apart = journal.rows.all(ToldApart).values()
    found += [Item(Waits.TWICE, twice) for twice in perhaps_twice(journal.rows.all(Resident), told_apart)]
    for dev, count in sorted(journal.quarantined().items()):
        found.append(Item(Waits.REVOKED if dev in members else Waits.STRANGER, dev, count))
    if forks := journal.unnoted_forks():
        found.append(Item(Waits.FORK, "", forks))
    return found + [Item(Waits.NEWER, kind, count) for kind, count in sorted(journal.newer().items())]
