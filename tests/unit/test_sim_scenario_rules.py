"""A scenario that cannot happen is refused before anything is written."""

from pathlib import Path

import pytest

from device_sim.drill.scenario import Scenario, ScenarioError
from device_sim.places import scenarios_folder

EVENING = (scenarios_folder() / "nishiokoppe-evening.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"T+00:08:00"', '"8 min"', '"at" in [[inject]] is "8 min"; write it as "T+00:05:00", from the order'),
        ('"T+00:08:00"', '"T+00:61:00"', '"at" in [[inject]] is "T+00:61:00"; write it as "T+00:05:00", from the order'),
        ('"T+00:08:00"', '"T+09:00:00"', '"at" in [[inject]] is "T+09:00:00", outside the drill'),
        ('"T+00:08:00"', '"T-00:08:00"', '"at" in [[inject]] is "T-00:08:00", outside the drill'),
        ('"T+00:00:00"', '"T+00:01:00"', 'the order is given at "T+00:00:00"; move "order_at" in [drill] instead'),
        ('"札滑"', '"札骨"', '西興部村 has no settlement "札骨"; did you mean "札滑"?'),
        ('"札滑"', '"上興部"', 'the way from "上興部" is given twice'),
        ("[8, 14]", "[18, 14]", '"drive_minutes": 14 is less than 18'),
        ("most_minutes = 25", "most_minutes = 5", '"most_minutes": 5 is less than 9.5'),
        ('"015628_nishiokoppe"', '"015628_nishi"', 'unknown municipality "015628_nishi"; did you mean "015628_nishiokoppe"?'),
        ("tv_homes = 304", "tv_homes = 481", '"tv_homes" is 481, more than the 480 households'),
        ("households = 480", "households = 1001", '"households" is 1001, more than the residents'),
        ("17:55:00", "17:57:00", '"order_at" must be at least 4 minutes after "starts_at"'),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    error = refused(tmp_path, EVENING.replace(old, new, 1))
    assert error.message == message


def test_the_line_is_that_of_the_passage(tmp_path: Path) -> None:
    error = refused(tmp_path, EVENING.replace('"札滑"', '"札骨"'))
    assert error.line == EVENING[: EVENING.index('"札滑"')].count("\n") + 1


def test_a_drill_that_ends_before_the_last_can_arrive_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, EVENING.replace("18:50:00", "18:45:00"))
    assert error.message.startswith('"ends_at" must not be before 18:50: ')


def test_a_settlement_without_a_way_is_named(tmp_path: Path) -> None:
    start = EVENING.index('[[behaviour.travel]]\nsettlement = "奥興部"')
    end = EVENING.index("# A running TV")
    error = refused(tmp_path, EVENING[:start] + EVENING[end:])
    assert error.message == 'the way from "奥興部" is missing from [[behaviour.travel]]'


def test_choices_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, EVENING.replace("shelter = 0.28", "shelter = 0.38"))
    assert error.message == 'shelter, relatives and stay of "alone" add up to 1.100, not to 1'


def test_a_kind_of_home_without_a_choice_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, EVENING.replace('home = "alone"', 'home = "elderly"'))
    assert error.message == '[[behaviour.choice]] must have home = "alone" exactly once'


def test_an_hour_of_the_day_that_no_row_covers_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, EVENING.replace("until_hour = 9", "until_hour = 8"))
    assert error.message == "hour 8 must be in exactly one [[behaviour.tv_on]], it is in 0"


def test_ages_that_do_not_rise_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, EVENING.replace("from_age = 80", "from_age = 18"))
    assert error.message == '"from_age" must rise from one [[behaviour.away]] to the next'


def test_a_drill_without_an_order_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, EVENING.replace('act = "order"\nlevel = 4\n', 'act = "show_board"\n'))
    assert error.message == 'a drill has exactly one [[inject]] with act = "order", here are 0'


def test_an_order_needs_a_level_and_nothing_else_has_one(tmp_path: Path) -> None:
    assert refused(tmp_path, EVENING.replace("level = 4\n", "")).message == 'act = "order" needs "level"'
    error = refused(tmp_path, EVENING.replace('act = "undo"', 'act = "undo"\nlevel = 4'))
    assert error.message == 'act = "undo" has no "level"'


def refused(folder: Path, text: str) -> ScenarioError:
    path = folder / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path)
    return caught.value
