"""What every carrier keeps to, whatever is behind it: a shelf in memory, a stick, an anchor."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path as File
from tempfile import mkdtemp
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.carriers import new_console
from tests.property.test_journal_consoles import IN_MEMORY, listed
from tests.stores import STORES, Store
from tests.town import DRILL
from village_console.journal.admission import signed
from village_console.journal.facts import ConsoleRevoked, PersonErased
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.shelter.facts import EvacueeReceived, Path
from village_console.sync.carrier import Carrier, CarrierLostError, Found, Keyring, Pulled, Refused
from village_console.sync.meeting import Meeting, Outcome
from village_console.sync.own import Place, own_word
from village_console.sync.parcel import Parcel
from village_console.sync.statement import Signed
from village_console.village.ids import FactHash, ShelterId

ROUNDS = 4
"""Meetings of everybody after which nothing may be missing on a store that behaves."""
HARU, KEN = "resident:haru", "resident:ken"
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
            listed(person, "佐藤 ハル"),
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
        for journal in self.consoles:
            journal.close()
        shutil.rmtree(self.folder)


@pytest.fixture(params=STORES, ids=lambda make: make.__name__)
def make_store(request: pytest.FixtureRequest) -> Callable[[File], Store]:
    return request.param


@pytest.fixture
def world(make_store: Callable[[File], Store]) -> Iterator[World]:
    world = World(make_store)
    yield world
    world.close()


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


# Becoming one


@pytest.mark.parametrize("count", [2, 5])
def test_consoles_come_to_know_the_same(world: World, count: int) -> None:
    for n, journal in enumerate(world.village(count)):
        world.write(journal, f"resident:{n}")
        world.write(journal, HARU)
    world.all_meet()
    agree(world)
    assert len(world.written) == 4 * count


def test_meeting_again_writes_nothing(world: World) -> None:
    for n, journal in enumerate(world.village(3)):
        world.write(journal, f"resident:{n}")
    world.all_meet()
    before = world.store.content(), [everything(journal) for journal in world.consoles]
    outcomes = [world.meet(journal) for _ in range(2) for journal in world.consoles]
    assert (world.store.content(), [everything(journal) for journal in world.consoles]) == before
    assert {(outcome.taken.new, outcome.pushed, outcome.repaired) for outcome in outcomes} == {(0, 0, 0)}


def test_what_is_written_between_two_meetings_travels_at_the_next(world: World) -> None:
    one, other = world.village(2)
    world.all_meet()
    world.write(one, HARU)
    world.meet(one)
    assert world.meet(other).taken.new == 2
    agree(world)


def test_statements_tell_each_console_what_the_others_hold(world: World) -> None:
    one, other = world.village(2)
    world.write(one, HARU)
    world.all_meet()
    for journal, there in ((one, other), (other, one)):
        contact = journal.contacts.all()[there.device]
        assert contact.body == there.contacts.all()[there.device].body
        assert contact.way == world.store.carrier(journal).name


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["write", "meet", "meet", "spoil", "place"])), max_size=12)
)
@pytest.mark.parametrize("make", STORES)
@settings(max_examples=8, deadline=None)
def test_in_any_order_and_with_damage_in_between_all_agree_in_the_end(
    make: Callable[[File], Store], acts: list[tuple[int, str]]
) -> None:
    world = World(make)
    try:
        consoles = world.village(3)
        for number, (who, act) in enumerate(acts):
            if act == "write":
                world.write(consoles[who], f"resident:{number % 2}")
            elif act == "place":
                consoles[who].contacts.read_to(world.store.carrier(consoles[who]).name, "nonsense")
            elif act == "spoil":
                with suppress(ValueError, IndexError):  # nothing lies there yet
                    world.store.spoil()
            else:
                world.meet(consoles[who])
        world.all_meet(12)
        agree(world)
    finally:
        world.close()


# Breaking off


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


def test_breaking_off_at_any_step_loses_and_doubles_nothing(make_store: Callable[[File], Store]) -> None:
    steps = 0
    while True:
        world = World(make_store)
        one, other = world.village(2)
        world.write(one, HARU)
        world.write(other, KEN)
        world.meet(one)
        broke = meet_until(world, other, steps)
        world.write(other, HARU)
        world.all_meet()
        agree(world)
        assert len(hashes(one)) == len(hashes(other)) == len(world.written) + len(world.consoles)
        world.close()
        if not broke:
            break
        steps += 1
    assert steps >= 8, "both reading and writing were broken off"


def test_a_carrier_that_is_lost_every_time_a_little_later_gets_there(world: World) -> None:
    one, other = world.village(2)
    for n in range(5):
        world.write(one, f"resident:{n}")
    for at in range(40):
        for journal in (one, other):
            meet_until(world, journal, at)
    agree(world)


# Places, damage


def test_a_place_that_is_no_longer_what_it_was_is_read_from_the_beginning(world: World) -> None:
    one, other = world.village(2)
    world.write(one, HARU)
    world.all_meet()
    carrier = world.store.carrier(other)
    assert isinstance(carrier.heads(), Found)
    whole = facts_in(carrier.pull(""))
    assert len(whole) >= 2
    for place in world.store.strange_places:
        assert facts_in(carrier.pull(place)) == whole


def test_what_was_read_is_not_read_again(world: World) -> None:
    one, other = world.village(2)
    world.write(one, HARU)
    world.all_meet()
    carrier = world.store.carrier(other)
    *_, last = carrier.pull("")
    assert facts_in(carrier.pull(last.place)) == set()


def test_what_cannot_be_decoded_is_passed_over_counted_and_comes_later(world: World) -> None:
    one, other, third = world.village(3)
    world.write(one, HARU)
    world.meet(one)
    world.store.spoil()
    world.write(third, KEN)
    world.meet(third)
    outcome = world.meet(other)
    assert outcome.spoilt == 1
    assert outcome.taken.new >= 2, "what lies behind the damage was read"
    world.all_meet(6)
    agree(world)


# Whose it is


@pytest.mark.parametrize(
    ("purpose", "refused"),
    [
        (DRILL, Refused.OTHER_VILLAGE),
        (Purpose("real", DRILL.world, DRILL.incident), Refused.OTHER_PURPOSE),
        (Purpose(DRILL.mode, "physical", DRILL.incident), Refused.OTHER_PURPOSE),
        (Purpose(DRILL.mode, DRILL.world, "another"), Refused.OTHER_PURPOSE),
    ],
    ids=["village", "mode", "world", "incident"],
)
def test_what_is_anothers_is_refused_whole_and_nothing_is_written(
    world: World, purpose: Purpose, refused: Refused
) -> None:
    ours = world.console()
    world.write(ours, HARU)
    world.meet(ours)
    stranger = world.console(purpose=purpose)
    if refused is Refused.OTHER_PURPOSE:
        stranger.join(ours.village, None, [signed(own_word(stranger, Place(2, "S2", "小学校")), seed_of(ours))])
    stranger.append(listed(KEN, "田中 健"))
    before = world.store.content(), everything(stranger)
    outcome = world.meet(stranger)
    assert (outcome.refused, outcome.taken.new, outcome.pushed) == (refused, 0, 0)
    assert (world.store.content(), everything(stranger)) == before
    world.meet(ours)
    assert hashes(ours).isdisjoint(hashes(stranger))


def seed_of(founder: Journal) -> bytes:
    assert founder.village_seed is not None
    return founder.village_seed


def test_a_console_that_nobody_has_heard_of_is_known_by_the_villages_word(world: World) -> None:
    founder, early, late = world.village(3)
    world.write(late, HARU)
    assert late.device not in early.members()
    world.all_meet(1, (late, founder, early))
    world.all_meet(2)
    agree(world)
    assert late.device in early.members()


def test_what_a_revoked_console_wrote_since_is_kept_apart(world: World) -> None:
    founder, other, lost = world.village(3)
    world.write(lost, HARU)
    counts = {inc: held.seq for (dev, inc), held in lost.have().items() if dev == lost.device}
    world.all_meet()
    before = hashes(lost)
    world.write(lost, KEN)
    world.meet(lost)
    world.meet(other)
    later = hashes(lost) - before
    assert later <= hashes(other), "nobody has heard yet"
    word = ConsoleRevoked(
        subject=f"console:{lost.device}", public=lost.public_key.hex(), n=2, counts=counts, why="stolen"
    )
    founder.say(signed(word, seed_of(founder)))
    world.all_meet(ROUNDS, (founder, other))
    for journal in (founder, other):
        assert hashes(journal).isdisjoint(later)
        assert before <= hashes(journal)
        assert journal.quarantined() == {lost.device: len(later)}


# Forgetting


def test_keys_of_an_erased_subject_leave_the_carrier(world: World) -> None:
    one, other = world.village(2)
    world.write(one, HARU)
    world.write(other, KEN)
    world.all_meet()
    assert {HARU, KEN} <= keys_lying_there(world)
    world.written.add(other.append(PersonErased(subject=HARU, why="asked for it")).hash)
    world.all_meet()
    assert HARU not in keys_lying_there(world)
    assert KEN in keys_lying_there(world)
    agree(world)
