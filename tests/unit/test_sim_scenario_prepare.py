"""Preparing a drill fills its folder, the same way every time."""

import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from device_sim.drill.casting import CastingError
from device_sim.drill.prepare import Prepared, prepare, village_of
from device_sim.drill.scenario import Scenario
from device_sim.drill.truth import Truth

SCENARIO = Scenario.find("nishiokoppe-evening")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drill")


@pytest.fixture(scope="module")
def prepared(folder: Path) -> Prepared:
    return prepare(SCENARIO, 1, folder)


@pytest.fixture(scope="module")
def lines(prepared: Prepared) -> list[dict[str, Any]]:
    return [json.loads(line) for line in prepared.truth.read_text(encoding="utf-8").splitlines()]


def test_the_folder_holds_the_towns_files_and_the_truth_and_nothing_else(prepared: Prepared, folder: Path) -> None:
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"town/residents.csv", "town/televisions.csv", "town/cards.csv", "truth.jsonl"}
    assert prepared.town == folder / "town"


def test_the_same_seed_gives_the_same_bytes(prepared: Prepared, tmp_path: Path) -> None:
    again = prepare(SCENARIO, 1, tmp_path)
    assert again.truth.read_bytes() == prepared.truth.read_bytes()
    for path in prepared.town.iterdir():
        assert (again.town / path.name).read_bytes() == path.read_bytes()


def test_another_seed_gives_other_bytes(prepared: Prepared, tmp_path: Path) -> None:
    other = prepare(SCENARIO, 2, tmp_path)
    assert other.truth.read_bytes() != prepared.truth.read_bytes()
    assert (other.town / "residents.csv").read_bytes() != (prepared.town / "residents.csv").read_bytes()


def test_without_a_seed_the_scenarios_own_is_taken(prepared: Prepared, tmp_path: Path) -> None:
    default = prepare(SCENARIO, None, tmp_path)
    assert default.seed == SCENARIO.drill.seed == 1
    assert default.truth.read_bytes() == prepared.truth.read_bytes()


def test_preparing_again_replaces_what_was_there(tmp_path: Path) -> None:
    prepare(SCENARIO, 2, tmp_path)
    prepare(SCENARIO, 1, tmp_path)
    assert Truth.read(tmp_path / "truth.jsonl").drill.seed == 1


def test_the_truth_begins_with_the_drill(lines: list[dict[str, Any]]) -> None:
    assert lines[0] == {
        "truth": "drill",
        "scenario": SCENARIO.drill.name,
        "seed": 1,
        "starts_at": "2026-11-03T17:55:00+09:00",
        "order_at": "2026-11-03T18:00:00+09:00",
        "ends_at": "2026-11-03T18:50:00+09:00",
        "residents": 1000,
        "households": 480,
        "televisions": 304,
    }


def test_every_line_has_the_keys_of_the_wire_contract(lines: list[dict[str, Any]]) -> None:
    keys = {
        "person": "truth resident household name kana birth at_home leaves_at destination arrives_at card stranded",
        "tv": "truth household device at kind value",
        "party": "truth household arrives_at people taps by_name",
    }
    for line in lines:
        if line["truth"] in keys:
            assert " ".join(line) == keys[line["truth"]]
    assert {line["truth"] for line in lines} == {"drill", "person", "tv", "party", "inject"}


def test_times_are_iso_8601_with_their_offset(lines: list[dict[str, Any]]) -> None:
    times = [line[key] for line in lines for key in ("at", "leaves_at", "arrives_at", "planned_at") if line.get(key)]
    assert times
    assert all(len(time) == 25 and time.endswith("+09:00") for time in times)


def test_the_people_of_the_truth_are_those_of_the_register(prepared: Prepared, lines: list[dict[str, Any]]) -> None:
    with (prepared.town / "residents.csv").open(encoding="utf-8-sig", newline="") as file:
        register = [(row["住民番号"], row["世帯番号"], row["氏名"], row["生年月日"]) for row in csv.DictReader(file)]
    people = [line for line in lines if line["truth"] == "person"]
    assert register == [(p["resident"], p["household"], p["name"], p["birth"]) for p in people]


def test_the_truth_is_read_back_as_it_was(prepared: Prepared) -> None:
    truth = Truth.of(SCENARIO, village_of(SCENARIO, 1), 1)
    assert Truth.read(prepared.truth) == truth
    assert Truth.read(prepared.truth).encoded() == prepared.truth.read_bytes()


def test_a_truth_without_its_drill_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.jsonl").write_bytes(b"")
    with pytest.raises(ValueError, match="a truth without its drill line"):
        Truth.read(tmp_path / "truth.jsonl")


def test_the_counts_are_those_of_the_files(prepared: Prepared, lines: list[dict[str, Any]]) -> None:
    counted = prepared.totals
    assert counted.residents == sum(line["truth"] == "person" for line in lines)
    assert counted.parties == sum(line["truth"] == "party" for line in lines)
    assert counted.arriving == sum(line.get("destination") == "shelter" for line in lines)
    assert counted.stranded == sum(line.get("stranded", False) for line in lines)
    assert prepared.cards == len((prepared.town / "cards.csv").read_text(encoding="utf-8-sig").splitlines()) - 1


def test_an_inject_for_which_nobody_comes_is_said_in_a_sentence(tmp_path: Path) -> None:
    behaviour = msgspec.structs.replace(SCENARIO.behaviour, card_in_hand_share=0.0, child_card_in_hand_share=0.0)
    scenario = msgspec.structs.replace(SCENARIO, behaviour=behaviour)
    with pytest.raises(CastingError, match=r'no party is left for act = "wrong_card" at "T\+00:08:00"'):
        prepare(scenario, 1, tmp_path)
