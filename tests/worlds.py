"""Consoles around one store, how they are compared, and a carrier that is lost at any step of a meeting."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path as File
from tempfile import mkdtemp
from typing import TypeVar

from tests.carriers import new_console
from tests.property.test_journal_consoles import IN_MEMORY
from tests.stores import Store
from tests.town import DRILL, registered
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.sync.carrier import Carrier, CarrierLostError, Found, Keyring, Pulled, Refused
from village_console.sync.meeting import Meeting, Outcome
from village_console.sync.parcel import Parcel
from village_console.sync.statement import Signed
from village_console.village.ids import FactHash, ShelterId

ROUNDS = 4
"""Meetings of everybody after which nothing may be missing on a store that behaves."""
T = TypeVar("T")


class World:
    """A store, and the consoles that use it."""

    def __init__(self, make: Callable[[File], Store]) -> None:
        self.folder = File(mkdtemp(dir=IN_MEMORY))
        self.store = make(self.folder)
        self.consoles: list[Journal] = []
        self.written: set[FactHash] = set()

    def console(self, founder: Journal | None = None, purpose: Purpose = DRILL) -> Journal:
        """One more laptop; without a founder it is a village of its own."""
        number = len(self.consoles) + 1
        journal = new_console(self.folder, number, founder, purpose=purpose)
        self.consoles.append(journal)
        return journal

    def village(self, count: int) -> list[Journal]:
        founder = self.console()
        return [founder, *(self.console(founder) for _ in range(count - 1))]

    def write(self, journal: Journal, person: str) -> None:
        for fact in (
            registered(person, "佐藤 ハル"),
            EvacueeReceived(subject=person, shelter=ShelterId("S1"), receipt="S1-1", path=Path.NAME),
        ):
            self.written.add(journal.append(fact).hash)

    def meet(self, journal: Journal) -> Outcome:
        """As after a restart: nothing is remembered but what is on disk."""
        return Meeting(journal, self.store.carrier(journal)).hold()

    def all_meet(self, rounds: int = ROUNDS, consoles: Iterable[Journal] | None = None) -> None:
        for _ in range(rounds):
            for journal in consoles or self.consoles:
                self.meet(journal)

    def close(self) -> None:
        self.store.close()
        for journal in self.consoles:
            journal.close()
        shutil.rmtree(self.folder)


def hashes(journal: Journal) -> set[FactHash]:
    return {FactHash(link.hash.hex()) for link in journal.links()}


def everything(journal: Journal) -> tuple[object, ...]:
    """All that a meeting may change of the records."""
    return journal.have(), journal.rows.everything(), journal.keys_held(), journal.quarantined(), journal.members()


def agree(world: World) -> None:
    """All know the same, and all that was ever written."""
    first = world.consoles[0]
    assert world.written <= hashes(first)
    for journal in world.consoles[1:]:
        assert journal.have() == first.have()
        assert journal.rows.everything() == first.rows.everything()
        assert journal.keys_held() == first.keys_held()
        assert journal.quarantined() == {}


def facts_in(pulled: Iterable[Pulled]) -> set[bytes]:
    return {link.hash for one in pulled if one.parcel for link in one.parcel.links}


def keys_lying_there(world: World) -> set[str]:
    """Whose keys any console can still read from the store."""
    pulled = (p for journal in world.consoles for p in world.store.carrier(journal).pull(""))
    return {key.subject for p in pulled if p.parcel for key in p.parcel.keys}


class Breaking:
    """A carrier that is lost at its step number `at`."""

    def __init__(self, carrier: Carrier, at: int) -> None:
        self._carrier, self._left = carrier, at
        self.name = carrier.name

    def heads(self) -> Found | Refused:
        self._step()
        found = self._carrier.heads()
        self._step()
        return found

    def pull(self, after: str) -> Iterator[Pulled]:
        return self._each(self._carrier.pull(after))

    def push(self, parcels: Iterable[Parcel], keyring: Keyring | None, statement: Callable[[int], Signed]) -> int:
        def said(end: int) -> Signed:
            self._step()
            made = statement(end)
            self._step()
            return made

        self._step()
        end = self._carrier.push(self._each(parcels), keyring, said)
        self._step()
        return end

    def repair(self, devices: frozenset[str]) -> Iterator[Parcel]:
        return self._each(self._carrier.repair(devices))

    def _each(self, coming: Iterable[T]) -> Iterator[T]:
        for one in coming:
            self._step()
            yield one
            self._step()

    def _step(self) -> None:
        if self._left == 0:
            raise CarrierLostError
        self._left -= 1


def meet_until(world: World, journal: Journal, at: int) -> bool:
    """Meet, lost at a step; false when the meeting had fewer."""
    try:
        Meeting(journal, Breaking(world.store.carrier(journal), at)).hold()
    except CarrierLostError:
        return True
    return False
