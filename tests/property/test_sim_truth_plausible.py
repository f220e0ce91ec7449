"""The evening drill is as hard as the reference says: neither a show nor a riddle."""

from statistics import mean

import msgspec
import pytest

from device_sim.drill.prepare import village_of
from device_sim.drill.scenario import Scenario
from device_sim.drill.totals import Totals, homes_on, totals
from device_sim.drill.truth import Truth

SCENARIO = Scenario.find("nishiokoppe-evening")


@pytest.fixture(scope="module")
def truths() -> list[Truth]:
    return [Truth.of(SCENARIO, village_of(SCENARIO, seed), seed) for seed in range(1, 13)]


@pytest.fixture(scope="module")
def counted(truths: list[Truth]) -> list[Totals]:
    return [totals(truth) for truth in truths]


def test_some_340_people_come_in_some_170_parties(counted: list[Totals]) -> None:
    assert 300 <= mean(total.arriving for total in counted) <= 380
    assert 150 <= mean(total.parties for total in counted) <= 190
    assert all(260 <= total.arriving <= 430 for total in counted)


def test_five_to_eight_percent_are_stranded(counted: list[Totals]) -> None:
    assert 0.05 <= mean(total.stranded / total.residents for total in counted) <= 0.08
    assert all(0.03 <= total.stranded / total.residents <= 0.10 for total in counted)


def test_some_stranded_homes_have_the_television_on_and_some_do_not(counted: list[Totals]) -> None:
    assert all(5 <= total.stranded_homes_with_tv_on < total.stranded_homes for total in counted)


def test_most_televisions_are_on_where_people_are_at_home(counted: list[Totals]) -> None:
    assert 0.55 <= mean(total.tv_homes_with_people_on / total.tv_homes_with_people for total in counted) <= 0.70


def test_the_plain_rule_lists_mostly_homes_whose_people_are_safe_elsewhere(counted: list[Totals]) -> None:
    precision = [total.precision or 0.0 for total in counted]
    assert all(0.05 <= value <= 0.40 for value in precision)


def test_the_plain_rule_misses_homes_without_a_running_television(counted: list[Totals]) -> None:
    assert all(total.homes_listed_rightly < 0.7 * total.stranded_homes for total in counted)


def test_the_queue_is_longest_15_to_20_minutes_after_the_order_and_has_a_tail(truths: list[Truth]) -> None:
    arrivals = [
        (party.arrives_at - truth.drill.order_at).total_seconds() / 60 for truth in truths for party in truth.parties
    ]
    bins = [sum(5 * i <= minute < 5 * i + 5 for minute in arrivals) for i in range(9)]
    assert bins.index(max(bins)) == 3
    assert bins[0] == 0
    assert 0 < sum(bins[6:]) < 0.12 * sum(bins)


def test_some_homes_split_up_and_somebody_stays_behind_in_a_home_from_which_others_came(truths: list[Truth]) -> None:
    split = [party.household for truth in truths for party in truth.parties]
    assert len(split) > len(set(split))
    behind = 0
    for truth in truths:
        came = {party.household for party in truth.parties}
        behind += sum(person.stranded and person.household in came for person in truth.persons)
    assert behind > 0


def test_a_fifth_of_the_televisions_runs_on_after_everybody_has_left(truths: list[Truth]) -> None:
    left, running = 0, 0
    for truth in truths:
        stayed = {person.household for person in truth.persons if person.stranded}
        went = {person.household for person in truth.persons if person.at_home} - stayed
        had = homes_on(truth, truth.drill.order_at) & went
        left += len(had)
        running += len(had & homes_on(truth, truth.drill.ends_at))
    assert 0.12 <= running / left <= 0.28


def test_a_change_of_what_televisions_do_moves_nobody(truths: list[Truth]) -> None:
    behaviour = msgspec.structs.replace(SCENARIO.behaviour, tv_left_on_share=0.9, tv_zaps_per_hour=9.0)
    changed = Truth.of(msgspec.structs.replace(SCENARIO, behaviour=behaviour), village_of(SCENARIO, 1), 1)
    assert changed.tvs != truths[0].tvs
    assert (changed.persons, changed.parties, changed.injects) == (
        truths[0].persons,
        truths[0].parties,
        truths[0].injects,
    )
