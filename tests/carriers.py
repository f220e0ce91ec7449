"""A carrier in memory that behaves like an anchor, and can be made to misbehave; and consoles that meet over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.town import DRILL, FOLDS, KEY, KINDS, Catalogue, clock_at
from village_console.journal.admission import signed
from village_console.journal.envelope import Envelope
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.journal.subject_keys import SubjectKey
from village_console.sync.carrier import CarrierLostError, Found, Keyring, Pulled, Refused
from village_console.sync.own import Place, admit_itself, own_word
from village_console.sync.parcel import Parcel, packed, unpacked
from village_console.sync.statement import Signed
from village_console.village.clock import Clock

SHELTERS = ("中央公民館", "小学校", "上藻会館", "役場", "札滑会館", "東興会館")


@dataclass
class Shelf:
    """The store behind carriers in memory: what an anchor keeps. It may be purged, shortened, spoilt and wiped."""

    name: str = "shelf-1"
    parcels: dict[int, bytes] = field(default_factory=dict[int, bytes])
    end: int = 0
    statements: dict[str, Signed] = field(default_factory=dict[str, Signed])
    keys: dict[tuple[str, bytes], SubjectKey] = field(default_factory=dict[tuple[str, bytes], SubjectKey])

    def add(self, content: bytes) -> None:
        self.end += 1
        self.parcels[self.end] = content

    def purge(self) -> None:
        """Every parcel goes; the numbers go on."""
        self.parcels.clear()

    def roll_back(self, end: int) -> None:
        """An older copy of the store is put back; statements are older too, or not."""
        self.parcels = {n: content for n, content in self.parcels.items() if n <= end}
        self.end = end

    def wipe(self) -> None:
        """Another disk."""
        self.name, self.end = self.name + "'", 0
        for kept in (self.parcels, self.statements, self.keys):
            kept.clear()

    def spoil(self, n: int) -> None:
        """A flipped bit that the store does not notice."""
        if n in self.parcels:
            self.parcels[n] = self.parcels[n][:-3] + b"\0" + self.parcels[n][-2:]


@dataclass
class ShelfCarrier:
    """The four verbs on a shelf; `lost` says before every step whether the line is cut there."""

    shelf: Shelf
    dev: str
    refused: Refused | None = None
    lost: Callable[[], bool] = lambda: False
    repeats: Callable[[], bool] = lambda: False
    name: str = "shelf"

    def heads(self) -> Found | Refused:
        self._step()
        return self.refused or Found(self.shelf.name, self.shelf.end, tuple(self.shelf.statements.values()))

    def pull(self, after: str) -> Iterator[Pulled]:
        shelf, start = self.shelf, int(after) if after else 0
        start = 0 if start > shelf.end else start
        for n in sorted(n for n in shelf.parcels if n > start):
            self._step()
            for _ in range(2 if self.repeats() else 1):
                yield Pulled(str(n), unpacked(shelf.parcels[n]), n)
        yield Pulled(str(shelf.end), Parcel(keys=tuple(shelf.keys.values())), shelf.end)

    def push(self, parcels: Iterable[Parcel], keyring: Keyring | None, statement: Callable[[int], Signed]) -> int:
        for parcel in parcels:
            self._step()
            for _ in range(2 if self.repeats() else 1):
                self.shelf.add(packed(parcel))
        self._step()
        if keyring is not None:
            mine = {(key.subject, key.key): key for key in keyring.keys}
            kept = {name: key for name, key in self.shelf.keys.items() if key.subject not in keyring.erased}
            self.shelf.keys = kept | mine
        self._step()
        self.shelf.statements[self.dev] = statement(self.shelf.end)
        return self.shelf.end

    def repair(self, devices: frozenset[str]) -> Iterator[Parcel]:
        for n in sorted(self.shelf.parcels):
            self._step()
            parcel = unpacked(self.shelf.parcels[n])
            if parcel is not None and any(Envelope.from_body(link.body).dev in devices for link in parcel.links):
                yield parcel

    def _step(self) -> None:
        if self.lost():
            raise CarrierLostError


def cut_at_random(random: Random, chance: float) -> Callable[[], bool]:
    """A line that is cut now and then."""
    return lambda: random.random() < chance


def place_of(number: int) -> Place:
    """Where a console of this number stands."""
    return Place(number, f"S{number}", SHELTERS[(number - 1) % len(SHELTERS)])


def new_console(
    folder: Path, number: int, founder: Journal | None = None, clock: Clock | None = None, purpose: Purpose = DRILL
) -> Journal:
    """A console of a village: the founder itself, or one that the founder has admitted and that has joined."""
    journal = Journal(
        folder / f"console-{number}" / "journal.db", KEY, purpose, Catalogue(KINDS, FOLDS), clock or clock_at()
    )
    place = place_of(number)
    if founder is None:
        admit_itself(journal, place)
        return journal
    seed = founder.village_seed
    assert seed is not None
    word = signed(own_word(journal, place), seed)
    founder.say(word)
    members = [member.admitted for member in founder.members().values() if member.admitted]
    journal.join(founder.village, None, members)
    return journal
