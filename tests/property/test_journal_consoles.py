"""Consoles that meet seldom, in any order, with wrong clocks, as clones and from old copies: in the end all know the same.

The paper that the journals are held against keeps every fact that any console has ever confirmed, and works out a stay
by trying everything, slowly and without an index.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path as File
from random import Random
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.conftest import DRILL, EVENING, KEY, HandClock
from tests.town import registered
from village_console.journal import envelope, identity
from village_console.journal.facts import (
    FactCorrected,
    FactTakenBack,
    PersonErased,
    PersonsMerged,
    Recorded,
    merge_subject,
)
from village_console.journal.journal import Journal
from village_console.journal.undo import correct, take_back
from village_console.records import catalogue
from village_console.register.rows import Resident
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.shelter.rows import Stay
from village_console.village.ids import FactHash, ShelterId

HISTORIES = int(os.environ.get("HISTORIES", "400"))
PEOPLE = ("resident:a", "resident:b", "resident:c")
SHELTERS = ("S1", "S2", "S3")
CATALOGUE = catalogue()
IN_MEMORY = next((place for place in (File("/dev/shm"),) if place.is_dir()), None)  # noqa: S108 -- thousands of files

people = st.sampled_from(PEOPLE)
shelters = st.sampled_from(SHELTERS)
someone = st.integers(0, 11)


class Dice:
    """Stands in for `secrets` and `os` where a device or a seal wants something random."""

    def __init__(self) -> None:
        self._random = Random(0)

    def token_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def token_hex(self, count: int) -> str:
        return self._random.randbytes(count).hex()

    urandom = token_bytes


@dataclass
class Console:
    """A laptop: its folder, its clock however wrong, its journal."""

    folder: File
    clock: HandClock
    journal: Journal
    copies: list[File] = field(default_factory=list[File])

    def reopen(self) -> None:
        self.journal = Journal(self.folder / "journal.db", KEY, DRILL, CATALOGUE, self.clock)

    def hashes(self) -> set[bytes]:
        return {link.hash for link in self.journal.links()}


class Consoles(RuleBasedStateMachine):
    """Two to six laptops of one village."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = pytest.MonkeyPatch()
        self.chance.setattr(identity, "secrets", Dice())  # a history that fails once fails again
        self.chance.setattr(envelope, "os", Dice())
        self.base = File(mkdtemp(dir=IN_MEMORY))
        self.consoles: list[Console] = []
        self.confirmed: set[bytes] = set()

    def teardown(self) -> None:
        try:
            if self.consoles:
                self.meet_all()
                self.check_the_end()
        finally:
            for console in self.consoles:
                console.journal.close()
            shutil.rmtree(self.base)
            self.chance.undo()

    @initialize(skews=st.lists(st.integers(-56 * 365, 5 * 365), min_size=2, max_size=4))
    def open(self, skews: list[int]) -> None:
        for days in skews:
            self.add(HandClock(EVENING + timedelta(days=days)))

    def add(self, clock: HandClock, original: File | None = None) -> Console:
        folder = self.base / f"console-{len(self.consoles)}"
        folder.mkdir()
        if original:
            shutil.copy(original, folder / "journal.db")
        console = Console(folder, clock, Journal(folder / "journal.db", KEY, DRILL, CATALOGUE, clock))
        self.consoles.append(console)
        for one in self.consoles:
            for other in self.consoles:
                one.journal.admit(other.journal.public_key)
        return console

    def at(self, number: int) -> Console:
        return self.consoles[number % len(self.consoles)]

    def confirm(self, recorded: Recorded[Any] | None) -> None:
        if recorded:
            self.confirmed.add(bytes.fromhex(recorded.hash))

    # What people do

    @rule(n=someone, person=people, shelter=shelters)
    def receive(self, n: int, person: str, shelter: str) -> None:
        journal = self.at(n).journal
        fact = EvacueeReceived(subject=person, shelter=ShelterId(shelter), receipt=f"{shelter}-1", path=Path.NAME)
        written = journal.append(fact)
        self.confirm(written)
        stay = journal.rows.folded(Stay, person)
        assert stay.value is not None
        assert (stay.value.shelter, stay.value.fact, stay.in_conflict) == (shelter, written.hash, False)

    @rule(n=someone, person=people, name=st.sampled_from(["佐藤 ハル", "佐藤 春", "さとう はる"]))
    def list_(self, n: int, person: str, name: str) -> None:
        journal = self.at(n).journal
        self.confirm(journal.append(registered(person, name)))
        resident = journal.rows.one(Resident, person)
        assert resident is not None
        assert resident.name == name

    @rule(n=someone, person=people, back=st.integers(0, 4))
    def undo(self, n: int, person: str, back: int) -> None:
        journal = self.at(n).journal
        facts = journal.facts_about(person)
        if back < len(facts):
            self.confirm(take_back(journal, facts[-1 - back].hash, "slip"))

    @rule(n=someone, person=people, shelter=shelters, back=st.integers(0, 2))
    def correct(self, n: int, person: str, shelter: str, back: int) -> None:
        journal = self.at(n).journal
        facts = [r for r in journal.facts_about(person) if isinstance(r.fact, EvacueeReceived)]
        if back < len(facts):
            self.confirm(correct(journal, facts[-1 - back].hash, {"shelter": shelter}, "heard wrongly"))

    @rule(n=someone, one=people, other=people)
    def merge(self, n: int, one: str, other: str) -> None:
        if one != other:
            journal = self.at(n).journal
            fact = PersonsMerged(subject=merge_subject(one, other), one=one, other=other, why="same birth date")
            self.confirm(journal.append(fact))
            assert journal.rows.aliases.canonical(one) == journal.rows.aliases.canonical(other)
            assert journal.rows.folded(Stay, one) == journal.rows.folded(Stay, other)

    @rule(n=someone, one=people, other=people)
    def part_again(self, n: int, one: str, other: str) -> None:
        journal = self.at(n).journal
        for recorded in journal.facts_about(merge_subject(one, other))[-1:]:
            self.confirm(take_back(journal, recorded.hash, "not the same"))

    @rule(n=someone, person=people)
    def erase(self, n: int, person: str) -> None:
        journal = self.at(n).journal
        self.confirm(journal.append(PersonErased(subject=person, why="asked for it")))
        if len(journal.rows.aliases.members(person)) == 1:
            assert journal.rows.one(Resident, person) is None

    @rule(n=someone, hours=st.integers(-30, 3000))
    def time_passes(self, n: int, hours: int) -> None:
        self.at(n).clock.advance(hours=hours)

    # What happens between laptops

    @rule(n=someone, m=someone, seed=st.integers(0, 2**32), share=st.floats(0, 1))
    def some_arrive(self, n: int, m: int, seed: int, share: float) -> None:
        """A stick pulled out too soon, a radio that repeats itself."""
        random = Random(seed)
        links = list(self.at(n).journal.links())
        links = [random.choice(links) for _ in range(int(len(links) * share * 1.3))]
        self.at(m).journal.take_in(links, self.at(n).journal.keys_for(links))

    @rule(n=someone, m=someone)
    def meet(self, n: int, m: int) -> None:
        exchange(self.at(n).journal, self.at(m).journal)

    @rule(n=someone)
    def restart(self, n: int) -> None:
        console = self.at(n)
        before = console.journal.rows.everything()
        console.journal.close()
        console.reopen()
        assert console.journal.rows.everything() == before

    # What must not happen, and does

    @rule(n=someone)
    def clone(self, n: int) -> None:
        """The folder is copied to another laptop, and both go on."""
        if len(self.consoles) < 6:
            original = self.base / "original"
            with self.closed(self.at(n)) as console:
                shutil.copy(console.folder / "journal.db", original)
            self.add(HandClock(console.clock.now()), original)

    @rule(n=someone)
    def keep_a_copy(self, n: int) -> None:
        with self.closed(self.at(n)) as console:
            copy = console.folder / f"copy-{len(console.copies)}"
            shutil.copy(console.folder / "journal.db", copy)
            console.copies.append(copy)

    @rule(n=someone, tip_too=st.booleans())
    def put_a_copy_back(self, n: int, *, tip_too: bool) -> None:
        if not self.at(n).copies:
            return
        with self.closed(self.at(n)) as console:
            for name in ("journal.db-wal", "journal.db-shm", *(("journal.db.tip",) if tip_too else ())):
                (console.folder / name).unlink(missing_ok=True)
            shutil.copy(console.copies[-1], console.folder / "journal.db")
        elsewhere = set[bytes]().union(*(other.hashes() for other in self.consoles))
        self.confirmed &= elsewhere

    @contextmanager
    def closed(self, console: Console) -> Generator[Console]:
        console.journal.close()
        yield console
        console.reopen()
        for other in self.consoles:
            console.journal.admit(other.journal.public_key)

    # What always holds

    @invariant()
    def nothing_confirmed_is_gone(self) -> None:
        held = set[bytes]().union(*(console.hashes() for console in self.consoles))
        assert self.confirmed <= held

    def meet_all(self) -> None:
        for _ in range(2):
            for one in self.consoles:
                for other in self.consoles:
                    exchange(one.journal, other.journal)

    def check_the_end(self) -> None:
        first = self.consoles[0].journal
        rows = first.rows.everything()
        for console in self.consoles:
            assert console.hashes() >= self.confirmed
            assert console.journal.have() == first.have()
            assert console.journal.rows.everything() == rows
            assert console.journal.as_of(console.clock.now() + timedelta(days=99 * 365)).everything() == rows
            assert console.journal.quarantined() == {}
            console.journal.verify()
        for person in PEOPLE:
            assert first.rows.one(Stay, person) == stay_on_paper(first, person)


def exchange(one: Journal, other: Journal) -> None:
    """Both tell what they have and hand over what the other lacks."""
    for giver, taker in ((one, other), (other, one)):
        links = giver.owed(taker.have())
        taker.take_in(links, giver.keys_for(links))


# The slow way


def stay_on_paper(journal: Journal, person: str) -> Stay | None:
    """Where a person stays, from every fact, by trying everything."""
    facts = [recorded for _, recorded in journal.every_fact() if recorded]
    same = everybody_who_is(person, facts)
    mine = [r for r in facts if r.fact.subject in same and not isinstance(r.fact, PersonErased)]
    receptions = [r for r in mine if isinstance(r.fact, EvacueeReceived) and stands(r, mine)]
    if not receptions:
        return None
    last = last_of(receptions, mine)
    shelter = last.fact.shelter
    corrections = [
        r for r in mine if isinstance(r.fact, FactCorrected) and r.fact.target == last.hash and stands(r, mine)
    ]
    if corrections:
        shelter = last_of(corrections, mine).fact.changes["shelter"]
    found = journal.rows.one(Stay, person)
    assert found is not None
    return Stay(min(same), shelter, last.fact.receipt, last.wall, last.fact.path, last.hash)  # type: ignore[arg-type]


def everybody_who_is(person: str, facts: Iterable[Recorded[Any]]) -> set[str]:
    merges = [r for r in facts if r.fact.subject.startswith("merge:")]
    same = {person}
    for _ in PEOPLE:
        for subject in {r.fact.subject for r in merges}:
            about = [r for r in merges if r.fact.subject == subject]
            standing = [r for r in about if isinstance(r.fact, PersonsMerged) and stands(r, about)]
            for r in standing:
                same |= {r.fact.one, r.fact.other} if {r.fact.one, r.fact.other} & same else set()
    return same


def stands(recorded: Recorded[Any], facts: list[Recorded[Any]]) -> bool:
    """A fact stands unless one that stands takes it back."""
    back = (r for r in facts if isinstance(r.fact, FactTakenBack) and r.fact.target == recorded.hash)
    return not any(stands(r, facts) for r in back)


def last_of(some: list[Recorded[Any]], facts: list[Recorded[Any]]) -> Recorded[Any]:
    """Lay the facts out one by one, of those whose causes lie there the earliest stamp first; the last of some."""
    here = {r.hash for r in facts}
    laid: list[Recorded[Any]] = []
    while len(laid) < len(facts):
        there = {r.hash for r in laid}
        free = [r for r in facts if r.hash not in there and causes(r, here) <= there]
        laid.append(min(free, key=lambda r: (r.hlc, r.dev, r.inc, r.seq, r.hash)))
    wanted = {r.hash for r in some}
    return [r for r in laid if r.hash in wanted][-1]


def causes(recorded: Recorded[Any], here: set[FactHash]) -> set[FactHash]:
    target = {recorded.fact.target} if isinstance(recorded.fact, FactTakenBack | FactCorrected) else set[FactHash]()
    return (set(recorded.prev) | target) & here


TestConsoles = Consoles.TestCase
TestConsoles.pytestmark = [pytest.mark.timeout(900)]  # pyright: ignore[reportAttributeAccessIssue]
TestConsoles.settings = settings(
    max_examples=HISTORIES, stateful_step_count=20, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
