"""A scenario is read whole, and a slip of the pen is answered with one sentence that says where and what."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from device_sim.drill.scenario import Act, Scenario, ScenarioError, scenario_path
from device_sim.places import scenarios_folder

EVENING = scenarios_folder() / "nishiokoppe-evening.toml"
TOKYO = timezone(timedelta(hours=9))

Complain = Callable[[str, str], ScenarioError]


@pytest.fixture
def complaint(tmp_path: Path) -> Complain:
    """Reads the evening scenario with one passage replaced; gives the error and checks that it names the right line."""

    def read(old: str, new: str) -> ScenarioError:
        text = EVENING.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "x.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            Scenario.load(path)
        assert str(caught.value).startswith(f"{path.as_posix()}:{caught.value.line}: ")
        return caught.value

    return read


def line_of(passage: str) -> int:
    """The line of the evening scenario on which a passage stands."""
    text = EVENING.read_text(encoding="utf-8")
    return text[: text.index(passage)].count("\n") + 1


def test_the_evening_scenario_is_found_by_name() -> None:
    scenario = Scenario.find("nishiokoppe-evening")
    assert scenario.drill.order_at == datetime(2026, 11, 3, 18, tzinfo=TOKYO)
    assert scenario.drill.starts_at.utcoffset() == timedelta(hours=9)
    assert scenario.population.residents == 1000


def test_every_scenario_that_travels_with_the_program_is_sound() -> None:
    for path in sorted(scenarios_folder().glob("*.toml")):
        assert Scenario.load(path).drill.title_en


def test_the_evening_scenario_uses_every_act() -> None:
    assert {inject.act for inject in Scenario.load(EVENING).injects} == set(Act)


def test_an_inject_knows_its_moment() -> None:
    scenario = Scenario.load(EVENING)
    wrong_card = next(inject for inject in scenario.injects if inject.act is Act.WRONG_CARD)
    assert scenario.moment(wrong_card) == datetime(2026, 11, 3, 18, 8, tzinfo=TOKYO)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.find("nishiokope-evening")
    assert str(caught.value) == (
        'data/scenarios: there is no scenario "nishiokope-evening"; did you mean "nishiokoppe-evening"?'
    )


def test_a_name_like_nothing_is_answered_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match='there is no scenario "x"; known are none'):
        scenario_path("x", tmp_path)


def test_a_mistyped_key_is_named_with_its_line_and_what_was_meant(complaint: Complain) -> None:
    error = complaint("seed = 1", "sheed = 1")
    assert error.message == 'unknown key "sheed" in [drill]; did you mean "seed"?'
    assert error.line == line_of("seed = 1")


def test_a_path_inside_the_data_folder_is_shown_from_data() -> None:
    error = ScenarioError(EVENING, 12, "words")
    assert str(error) == "data/scenarios/nishiokoppe-evening.toml:12: words"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[drill]", "[dril]", 'unknown table "dril" in the file; did you mean "drill"?'),
        ("[[inject]]", "[[injects]]", 'unknown table "injects" in the file; did you mean "inject"?'),
        ("[behaviour.start_delay]", "[behaviour.start_dely]", 'unknown key "start_dely" in [behaviour]; '),
        ('settlement = "札滑"', 'settlment = "札滑"', 'unknown key "settlment" in [[behaviour.travel]]; '),
        ("spread = 0.45", "sprad = 0.45", 'unknown key "sprad" in [behaviour.start_delay]; did you mean "spread"?'),
        ('act = "undo"', 'zzzz = "undo"', 'unknown key "zzzz" in [[inject]]'),
    ],
)
def test_unknown_keys_and_tables_are_found_at_any_depth(complaint: Complain, old: str, new: str, message: str) -> None:
    error = complaint(old, new)
    assert error.message.startswith(message)
    assert error.line == line_of(old)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed = 1", 'seed = "one"', '"seed" in [drill]: expected a whole number, got a text'),
        ("seed = 1", "seed = -1", '"seed" in [drill]: expected a whole number of at least 0'),
        ("shelter = 0.28", "shelter = 28", '"shelter" in [[behaviour.choice]]: expected a number of at most 1.0'),
        (
            "17:55:00+09:00",
            "17:55:00",
            '"starts_at" in [drill]: expected a date and time with an offset such as +09:00',
        ),
        ("level = 4", "level = 6", '"level" in [[inject]]: expected a whole number of at most 5'),
        ('at = "T+00:08:00"', "at = 8", '"at" in [[inject]]: expected a text, got a whole number'),
        ("[8, 14]", "[8, 14, 20]", '"drive_minutes" in [[behaviour.travel]]: expected a list of length 2, got 3'),
        ('act = "undo"', 'act = "undu"', '"act" in [[inject]]: unknown word "undu"; did you mean "undo"?'),
        (
            'home = "alone"',
            'home = "alon"',
            '"home" in [[behaviour.choice]]: unknown word "alon"; did you mean "alone"?',
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_explained(complaint: Complain, old: str, new: str, message: str) -> None:
    error = complaint(old, new)
    assert error.message == message
    assert error.line == line_of(old)


def test_a_word_like_no_act_is_answered_with_all_of_them(complaint: Complain) -> None:
    assert complaint('act = "undo"', 'act = "xyzzy"').message.endswith(
        "known are order, wrong_card, hand_card, pull_card, double_tap, undo, paper_out, paper_in, print_roster, show_board"
    )


def test_a_missing_key_is_reported_at_its_table(complaint: Complain) -> None:
    error = complaint("seed = 1\n", "\n")
    assert error.message == '"seed" is missing from [drill]'
    assert error.line == line_of("[drill]")


def test_a_missing_key_of_a_row_is_reported_at_its_row(complaint: Complain) -> None:
    error = complaint('act = "wrong_card"\n', "\n")
    assert error.message == '"act" is missing from [[inject]]'
    assert error.line == line_of('at = "T+00:08:00"') - 1


def test_broken_toml_is_reported_with_its_line(complaint: Complain) -> None:
    error = complaint("seed = 1", "seed = = 1")
    assert error.message == "not valid TOML: Invalid value"
    assert error.line == line_of("seed = 1")


def test_toml_that_ends_too_early_is_reported_at_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('[drill]\nname = "a', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path)
    assert caught.value.line == 2


def test_a_file_that_is_not_utf_8_is_reported_with_the_line_of_the_first_wrong_byte(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes('[drill]\nname = "訓練"\n'.encode("cp932"))
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path)
    assert (caught.value.line, caught.value.message) == (2, "not UTF-8 text; save the file as UTF-8")


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(EVENING.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert Scenario.load(path) == Scenario.load(EVENING)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.toml: cannot be read: "):
        Scenario.load(tmp_path / "none.toml")
