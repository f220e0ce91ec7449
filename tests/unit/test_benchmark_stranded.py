"""The benchmark of the stranded rule plays honest drills: repeatable, with the rule as it stands, and worse where it must be."""

from __future__ import annotations

from statistics import mean

import pytest

from device_sim.drill.plan import Plan
from device_sim.drill.prepare import village_of
from device_sim.drill.scenario import Scenario
from tests.benchmarks.stranded import SCENARIO, Agreement, at_hour, play, plot, wrong_about

PLAN = Scenario.find(SCENARIO)
VILLAGE = village_of(PLAN, 3)


def played(plan: Plan, *, lost: float = 0.0) -> Agreement:
    return play(plan, VILLAGE, 3, lost=lost)


def test_the_same_seed_gives_the_same_drill() -> None:
    assert played(at_hour(PLAN, 19)) == played(at_hour(PLAN, 19))


def test_only_the_hour_changes_who_watches_and_at_night_nearly_nobody_is_found() -> None:
    evening, night = played(at_hour(PLAN, 19)), played(at_hour(PLAN, 3))
    assert evening.left == night.left, "who stays does not depend on the hour in this scenario"
    assert night.recall < evening.recall / 2


def test_lost_links_find_fewer_and_never_more() -> None:
    plan = at_hour(PLAN, 19)
    some, none = played(plan, lost=0.5), played(plan, lost=1.0)
    assert none.presumed == none.both == 0
    assert some.both < played(plan).both


def test_where_the_assumptions_are_wrong_recall_falls() -> None:
    plan = at_hour(PLAN, 19)
    assert played(wrong_about(plan), lost=0.3).recall < played(plan).recall


@pytest.mark.parametrize(
    ("agreement", "recall", "precision", "lot"),
    [(Agreement(10, 20, 5, 40), 0.25, 0.5, 0.25), (Agreement(0, 0, 0, 0), 1, 1, 1), (Agreement(0, 4, 0, 8), 0, 1, 0)],
)
def test_the_figures_of_a_drill(agreement: Agreement, recall: float, precision: float, lot: float) -> None:
    assert (agreement.recall, agreement.precision, agreement.by_lot) == (recall, precision, lot)


def test_where_every_left_home_could_be_asked_the_two_recalls_are_one() -> None:
    assert Agreement(10, 20, 5, 40, 20).recall_with_tv == 0.25
    some = played(at_hour(PLAN, 19))
    assert some.recall < some.recall_with_tv <= 1
    assert some.both <= some.left_with_tv < some.left


def test_the_plot_says_that_it_is_simulated_and_has_a_bar_for_each_world() -> None:
    one = Agreement(10, 20, 10, 40)
    lines = plot({19: ([one], [one])}).splitlines()
    assert "simulated" in lines[0]
    assert (lines[1].count("#"), lines[2].count("o")) == (20, 20)
    assert mean([one.recall]) == 0.5
