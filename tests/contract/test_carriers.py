"""What every carrier keeps to, whatever is behind it: a shelf in memory, a stick, an anchor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path as File

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores import STORES, Store
from tests.town import DRILL, HARU, KEN, registered
from tests.worlds import ROUNDS, World, agree, everything, facts_in, hashes, keys_lying_there, meet_until
from village_console.journal.admission import signed
from village_console.journal.facts import ConsoleRevoked, PersonErased
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.sync.carrier import Found, Refused
from village_console.sync.own import Place, own_word


@pytest.fixture(params=STORES, ids=lambda make: make.__name__)
def make_store(request: pytest.FixtureRequest) -> Callable[[File], Store]:
    return request.param


@pytest.fixture
def world(make_store: Callable[[File], Store]) -> Iterator[World]:
    world = World(make_store)
    yield world
    world.close()


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
        stranger.join(ours.village, None, [signed(own_word(stranger, Place(2, "S2", "小学校"), 2), seed_of(ours))])
    stranger.append(registered(KEN, "田中 健"))
    world.store.carrier(stranger)  # as after pairing, which brings the village's words
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
