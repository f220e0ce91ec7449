"""The project's data is found by name; a name that is none is answered with those that are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from village_console import places
from village_console.papers.a4.form import load_form
from village_console.places import ScenarioHead, data_folder, evacuee_sheet_of, scenario_head, scenario_names
from village_console.village.clock import JST
from village_console.village.errors import ScenarioIsUnknownError

SCENARIO = """[drill]
title_ja = "朝の訓練"
title_en = "A morning"
municipality = "015628_nishiokoppe"
starts_at = 2026-11-03T08:30:00+09:00
seed = 4
speed = 10
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "morning.toml").write_text(SCENARIO, "utf-8")
    town = tmp_path / "municipalities" / "015628_nishiokoppe"
    town.mkdir(parents=True)
    (town / "shelters.csv").write_text("\ufeff名称,ID,備考\n中央公民館,S1,\n小学校,S2,\n", "utf-8")
    monkeypatch.setattr(places, "data_folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["[drill\n", "[drill]\nsede = 4\n", ""])
def test_a_slip_in_a_scenario_is_left_to_the_simulator_that_names_line_and_key(data: Path, text: str) -> None:
    (data / "scenarios" / "slip.toml").write_text(text, "utf-8")
    head = scenario_head("slip")
    assert (head.name, head.title_ja, head.seed, head.shelter) == ("slip", "slip", 1, "")


def test_the_head_of_a_scenario_names_its_first_shelter(data: Path) -> None:
    assert data.is_dir()
    assert scenario_head("morning") == ScenarioHead(
        "morning",
        "朝の訓練",
        "A morning",
        "015628",
        datetime(2026, 11, 3, 8, 30, tzinfo=JST),
        4,
        10.0,
        "S1",
        "中央公民館",
    )


def test_a_scenario_that_is_not_there_is_answered_with_those_that_are(data: Path) -> None:
    (data / "scenarios" / "evening.toml").write_text(SCENARIO, "utf-8")
    with pytest.raises(ScenarioIsUnknownError) as refused:
        scenario_head("night")
    assert refused.value.values == {"name": "night", "known": "evening, morning"}


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_of_the_project_has_a_head(name: str) -> None:
    head = scenario_head(name)
    assert (head.name, len(head.municipality), head.starts_at.tzinfo is not None) == (name, 6, True)
    assert head.shelter
    assert head.speed > 0


def test_the_projects_data_is_where_this_checkout_keeps_it() -> None:
    assert data_folder() == Path(__file__).parents[2] / "data"
    assert scenario_names() != []


def test_a_municipality_with_a_sheet_of_its_own_has_it_and_any_other_has_the_common_one() -> None:
    own, common = evacuee_sheet_of("015628"), evacuee_sheet_of("999999")
    assert own.parts[-3:] == ("015628_nishiokoppe", "forms", "evacuee_sheet.toml")
    assert common == data_folder() / "forms" / "evacuee_sheet.toml"
    assert all(load_form(path).sections for path in (own, common))
