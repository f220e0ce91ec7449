"""The queue of a hundred: 60 people a minute at one desk, with undos, households, pulled cards; is anybody lost, how late?"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import VpcdLink
from device_sim.population import Resident, Village
from tests.benchmarks.cards import dial_until_there, holders
from tests.benchmarks.measured import MS, Measured, percentile
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.towns import console_folder, grow
from village_console.children import free_ports
from village_console.records import drill_clock, open_journal
from village_console.register.rows import Resident as Listed
from village_console.settings import load_settings
from village_console.shelter.rows import Stay
from village_console.words import Words

RESIDENTS = 10_000
SECONDS = 180.0
CALM = 40
"""Taps before the queue, at the pace of the `checkin` benchmark: the peer, on the same console in the same run."""
_CALM_PAUSES = (0.4, 0.7)
_JITTER = 0.25
"""Seconds by which people come early or late."""
_GUARD = 0.45
"""Seconds in which a new question hears no key."""
EVERY_PULLED, EVERY_HOUSEHOLD, EVERY_UNDONE = 7, 5, 9
Queue = Sequence[tuple[Resident, VirtualMyNumberCard]]


@dataclass(slots=True)
class Held:
    """What a queue came to."""

    people: int = 0
    seconds: float = 0.0
    calm: list[float] = field(default_factory=list[float])
    feedback: list[float] = field(default_factory=list[float])
    """Milliseconds from laying a card down to the name on the terminal."""
    keys: list[float] = field(default_factory=list[float])
    """Milliseconds from a key to what it did."""
    pulled: int = 0
    undone: int = 0
    households: int = 0
    lost: set[str] = field(default_factory=set[str])
    """Register numbers of whoever was told to be in and is not in the journal, or the other way round."""


def measure() -> list[Measured]:
    """One entry: feedback at the 95th percentile in the queue, beside that of single people."""
    held = hold(RESIDENTS, SECONDS, CALM)
    note = (
        f"tap to name painted, p95 of {len(held.feedback)} taps, p50 {percentile(held.feedback, 50):.0f} ms;"
        f" {held.people} people in {held.seconds:.0f} s ({held.people * 60 / held.seconds:.0f} a minute), {held.households}"
        f" households, {held.undone} undos, {held.pulled} pulled cards, keys p95 {percentile(held.keys, 95):.0f} ms;"
        f" {len(held.lost)} lost; peer: p95 of {len(held.calm)} taps at the pace of checkin, same console"
    )
    return [Measured("queue", percentile(held.feedback, 95), percentile(held.calm, 95), "ms", note)]


def hold(residents: int, seconds: float, calm: int) -> Held:
    """Hold a queue for so long at a desk of a town of that size; a second for each person."""
    village, slot, held = grow(residents), free_ports(1)[0], Held()
    people = holders(village, calm + round(seconds) + 1)
    inside: set[str] = set()
    with console_folder(village, slot, ordered=True) as folder:
        command = [sys.executable, "-m", "village_console", "desk", "--settings", str(folder / "console.toml")]
        with Terminal(command) as console:
            queue = _Queue(console, slot, village, held, inside)
            queue.calm(people[: calm + 1])
            queue.run(people[calm + 1 :])
        held.lost = inside ^ _registered(folder)
    return held


class _Queue:
    """The people and the clerk."""

    def __init__(self, console: Terminal, slot: int, village: Village, held: Held, inside: set[str]) -> None:
        self._console, self._slot, self._held, self._inside = console, slot, held, inside
        self._rng, self._words = Random(5), Words()
        self._homes = {member.number: home.members for home in village.households for member in home.members}

    def calm(self, people: Queue) -> None:
        """Single people; the first pays for what is loaded only then."""
        for person, card in people:
            self._held.calm.append(self._tap(person, card))
            time.sleep(self._rng.uniform(*_CALM_PAUSES))
        del self._held.calm[0]

    def run(self, people: Queue) -> None:
        """One person a second, whatever the one before has cost."""
        begun = time.perf_counter()
        for n, (person, card) in enumerate(people, start=1):
            due = begun + n - 1 + self._rng.uniform(-_JITTER, _JITTER)
            time.sleep(max(0.0, due - time.perf_counter()))
            self._one(n, person, card)
        self._held.people, self._held.seconds = len(people), max(time.perf_counter() - begun, float(len(people)))

    def _one(self, n: int, person: Resident, card: VirtualMyNumberCard) -> None:
        if n % EVERY_PULLED == 0:
            self._pull(card)
        self._held.feedback.append(self._tap(person, card))
        if n % EVERY_HOUSEHOLD == 0 and len(self._homes[person.number]) > 1:
            self._key(b"a", "answer.companions_received.first")
            self._inside |= {member.number for member in self._homes[person.number]}
            self._held.households += 1
        elif n % EVERY_UNDONE == 0:
            self._undo(person)
            if n % 2:
                self._held.feedback.append(self._tap(person, card))

    def _tap(self, person: Resident, card: VirtualMyNumberCard) -> float:
        self._console.forget()
        begun = time.perf_counter()
        link = dial_until_there(card, self._slot)
        shown = self._console.until(self._words.say("name.polite", name=person.name).encode())
        link.__exit__(None, None, None)
        self._inside.add(person.number)
        return (shown - begun) * MS

    def _pull(self, card: VirtualMyNumberCard) -> None:
        self._console.forget()
        with VpcdLink(card, "127.0.0.1", self._slot, pull_after=1) as link:
            link.serve()
        self._console.until(self._words.say("answer.removed_too_soon.first").encode())
        self._held.pulled += 1

    def _undo(self, person: Resident) -> None:
        self._key(b"z", "undo.why")
        time.sleep(_GUARD)
        self._key(b"\r", "answer.undone.first")
        self._inside.discard(person.number)
        self._held.undone += 1

    def _key(self, key: bytes, sentence: str) -> None:
        self._console.forget()
        begun = time.perf_counter()
        self._console.type(key)
        shown = self._console.until(self._words.say(sentence).encode())
        self._held.keys.append((shown - begun) * MS)


def _registered(folder: Path) -> set[str]:
    """Register numbers of everybody whom the journal has at a shelter."""
    settings = load_settings(folder / "console.toml")
    journal = open_journal(settings, folder, drill_clock(settings))
    try:
        residents = journal.rows.all(Listed)
        return {residents[stay.resident].number for stay in journal.rows.all(Stay).values() if stay.shelter}
    finally:
        journal.close()
