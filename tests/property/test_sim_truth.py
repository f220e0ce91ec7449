"""Whatever the seed, the truth of a drill holds together."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_sim.drill.prepare import village_of
from device_sim.drill.scenario import Scenario
from device_sim.drill.truth import Truth
from device_sim.drill.truth_lines import PartyTruth
from device_sim.population import Village

SCENARIO = Scenario.find("nishiokoppe-evening")
SEEDS = st.integers(min_value=0, max_value=2**32)

whatever_the_seed = settings(max_examples=12, deadline=None)


@cache
def drill(seed: int) -> tuple[Village, Truth]:
    village = village_of(SCENARIO, seed)
    return village, Truth.of(SCENARIO, village, seed)


@given(SEEDS)
@whatever_the_seed
def test_the_truth_is_a_function_of_scenario_village_and_seed(seed: int) -> None:
    village, truth = drill(seed)
    assert Truth.of(SCENARIO, village, seed).encoded() == truth.encoded()


@given(SEEDS)
@whatever_the_seed
def test_nobody_arrives_before_leaving_nor_leaves_before_the_order(seed: int) -> None:
    _, truth = drill(seed)
    for person in truth.persons:
        assert (person.leaves_at is None) == (person.destination in {"home", "away"})
        assert (person.arrives_at is not None) == (person.destination == "shelter")
        if person.leaves_at is not None:
            assert person.leaves_at > truth.drill.order_at
        if person.leaves_at is not None and person.arrives_at is not None:
            assert person.arrives_at > person.leaves_at


@given(SEEDS)
@whatever_the_seed
def test_everybody_has_arrived_8_minutes_before_the_end(seed: int) -> None:
    _, truth = drill(seed)
    latest = truth.drill.ends_at - timedelta(minutes=8)
    assert all(truth.drill.order_at < party.arrives_at <= latest for party in truth.parties)


@given(SEEDS)
@whatever_the_seed
def test_a_party_is_of_one_household_and_everybody_who_comes_is_in_one_party(seed: int) -> None:
    _, truth = drill(seed)
    person = {line.resident: line for line in truth.persons}
    for party in truth.parties:
        assert {person[number].household for number in party.people} == {party.household}
        assert {person[number].arrives_at for number in party.people} == {party.arrives_at}
    coming = sorted(line.resident for line in truth.persons if line.destination == "shelter")
    assert sorted(number for party in truth.parties for number in party.people) == coming


@given(SEEDS)
@whatever_the_seed
def test_who_taps_has_a_card_in_hand_and_a_party_without_one_has_somebody_found_by_name(seed: int) -> None:
    village, truth = drill(seed)
    card = {line.resident: line.card for line in truth.persons}
    holders = {entry.resident for entry in village.cards}
    assert {number for number, where in card.items() if where != "none"} == holders
    for party in truth.parties:
        assert party.taps == tuple(number for number in party.people if card[number] == "in_hand")
        assert len(party.by_name) == (0 if party.taps else 1)
        assert set(party.by_name) <= set(party.people)


@given(SEEDS)
@whatever_the_seed
def test_parties_come_in_the_order_of_time(seed: int) -> None:
    _, truth = drill(seed)
    arrivals = [party.arrives_at for party in truth.parties]
    assert arrivals == sorted(arrivals)


@given(SEEDS)
@whatever_the_seed
def test_a_stranded_person_was_at_home_and_is_in_no_party(seed: int) -> None:
    _, truth = drill(seed)
    coming = {number for party in truth.parties for number in party.people}
    for person in truth.persons:
        assert person.stranded == (person.at_home and person.leaves_at is None)
        assert person.stranded == (person.destination == "home")
        if person.stranded:
            assert person.resident not in coming
            assert person.card != "in_hand"


@given(SEEDS)
@whatever_the_seed
def test_no_child_is_left_at_home_alone_or_comes_alone(seed: int) -> None:
    village, truth = drill(seed)
    day = truth.drill.starts_at.date()
    age = {person.number: person.age_on(day) for person in village.residents}
    staying: defaultdict[str, list[int]] = defaultdict(list)
    for person in truth.persons:
        if person.stranded:
            staying[person.household].append(age[person.resident])
    assert all(max(ages) >= 16 for ages in staying.values())
    assert all(max(age[number] for number in party.people) >= 16 for party in truth.parties)


@given(SEEDS)
@whatever_the_seed
def test_a_television_alternates_between_on_and_off_and_shows_a_channel_only_while_on(seed: int) -> None:
    village, truth = drill(seed)
    power: dict[str, str] = {}
    channel: dict[str, str] = {}
    for event in truth.tvs:
        if event.kind == "power":
            assert power.get(event.device) != event.value
            power[event.device] = event.value
        else:
            assert power[event.device] == "on"
            assert channel.get(event.device) != event.value or event.at == switched_on_at(truth, event.device, event.at)
            channel[event.device] = event.value
    assert set(power) == {tv.device for tv in village.televisions}


def switched_on_at(truth: Truth, device: str, at: datetime) -> datetime | None:
    """`at` itself when the device was switched on then."""
    return next((e.at for e in truth.tvs if (e.device, e.at, e.kind, e.value) == (device, at, "power", "on")), None)


@given(SEEDS)
@whatever_the_seed
def test_switching_on_is_followed_at_once_by_the_channel(seed: int) -> None:
    _, truth = drill(seed)
    events: defaultdict[str, list[tuple[object, str, str]]] = defaultdict(list)
    for event in truth.tvs:
        events[event.device].append((event.at, event.kind, event.value))
    for mine in events.values():
        for earlier, later in zip(mine, [*mine[1:], None], strict=True):
            if earlier[1:] == ("power", "on"):
                assert later is not None
                assert later[:2] == (earlier[0], "channel")


@given(SEEDS)
@whatever_the_seed
def test_television_events_are_in_order_and_within_the_drill(seed: int) -> None:
    _, truth = drill(seed)
    times = [event.at for event in truth.tvs]
    assert times == sorted(times)
    assert truth.drill.starts_at <= times[0]
    assert times[-1] <= truth.drill.ends_at


@given(SEEDS)
@whatever_the_seed
def test_every_television_says_in_the_first_two_minutes_what_it_is_doing(seed: int) -> None:
    village, truth = drill(seed)
    until = truth.drill.starts_at + timedelta(minutes=2)
    said = {event.device for event in truth.tvs if event.kind == "power" and event.at < until}
    assert said == {tv.device for tv in village.televisions}


@given(SEEDS)
@whatever_the_seed
def test_no_television_is_touched_within_20_seconds_of_the_order(seed: int) -> None:
    _, truth = drill(seed)
    assert all(abs(event.at - truth.drill.order_at) > timedelta(seconds=20) for event in truth.tvs)


@given(SEEDS)
@whatever_the_seed
def test_nobody_touches_the_television_of_an_empty_home(seed: int) -> None:
    _, truth = drill(seed)
    last_at_home: dict[str, datetime] = {}
    for person in truth.persons:
        if person.at_home:
            leaves = person.leaves_at or truth.drill.ends_at
            last_at_home[person.household] = max(leaves, last_at_home.get(person.household, leaves))
    until = truth.drill.starts_at + timedelta(minutes=2)
    for event in truth.tvs:
        if event.at >= until:
            assert event.household in last_at_home
            assert event.at <= last_at_home[event.household]


@given(SEEDS)
@whatever_the_seed
def test_an_inject_that_needs_somebody_happens_with_a_party_that_fits(seed: int) -> None:
    village, truth = drill(seed)
    parties = {(p.household, p.arrives_at, (*p.taps, *p.by_name)[:1]): p for p in truth.parties}
    serials = {entry.serial for entry in village.cards}
    played: set[PartyTruth] = set()
    for inject in truth.injects:
        if inject.household is None:
            assert inject.planned_at is None
            continue
        party = parties[inject.household, inject.at, (inject.resident or "",)]
        assert party not in played
        played.add(party)
        assert inject.act != "undo" or len(party.people) == 1
        assert bool(party.taps) == (inject.act != "hand_card")
        assert (inject.serial is not None) == (inject.act in ("wrong_card", "hand_card"))
        assert (inject.card is not None) == (inject.act == "hand_card")
        assert inject.serial not in serials


@given(SEEDS)
@whatever_the_seed
def test_no_two_people_are_handed_the_same_card(seed: int) -> None:
    given = [inject for inject in drill(seed)[1].injects if inject.act == "hand_card"]
    assert len({inject.serial for inject in given}) == len({inject.resident for inject in given}) == len(given) == 6
    assert {(inject.card, len(inject.serial or "")) for inject in given} == {("felica", 16), ("ntag", 14)}


@given(SEEDS)
@whatever_the_seed
def test_injects_are_in_the_order_of_time_and_the_order_comes_first(seed: int) -> None:
    _, truth = drill(seed)
    times = [inject.at for inject in truth.injects]
    assert times == sorted(times)
    assert (truth.injects[0].act, truth.injects[0].level, truth.injects[0].at) == ("order", 4, truth.drill.order_at)
    assert len(truth.injects) == len(SCENARIO.injects)


@pytest.mark.parametrize("other", [1, 2, 3])
def test_another_seed_gives_another_truth(other: int) -> None:
    assert drill(0)[1].encoded() != drill(other)[1].encoded()
