"""Chance comes in streams that do not disturb one another, and data is found from the code."""

from pathlib import Path

import pytest

from device_sim import places
from device_sim.streams import quotas, spread, stream


def test_the_same_seed_and_purpose_give_the_same_draws() -> None:
    assert stream(1, "names", "4").random() == stream(1, "names", "4").random()


@pytest.mark.parametrize(("seed", "purpose"), [(2, ("names", "4")), (1, ("names", "5")), (1, ("names4",))])
def test_another_seed_or_purpose_gives_other_draws(seed: int, purpose: tuple[str, ...]) -> None:
    assert stream(seed, *purpose).random() != stream(1, "names", "4").random()


def test_a_stream_does_not_depend_on_the_run_of_python() -> None:
    assert stream(1, "names").randrange(1_000_000) == 970_580


def test_quotas_add_up_and_follow_the_shares() -> None:
    assert quotas(10, [0.5, 0.3, 0.2]) == [5, 3, 2]
    assert quotas(7, [1, 1, 1]) == [3, 2, 2]
    assert quotas(0, [1, 2]) == [0, 0]


def test_spread_gives_every_choice_its_part() -> None:
    items = spread(stream(1, "x"), 8, ["a", "b"], [3, 1])
    assert sorted(items) == ["a"] * 6 + ["b"] * 2


def test_the_data_folder_of_a_checkout_is_found() -> None:
    assert (places.data_folder() / "scenarios").is_dir()
    assert places.municipalities_folder().name == "municipalities"


def test_the_data_folder_of_an_installed_wheel_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "village_console" / "data"
    (data / "municipalities").mkdir(parents=True)
    monkeypatch.setattr(places, "__file__", str(tmp_path / "device_sim" / "places.py"))
    assert places.data_folder() == data
    assert places.shown(data / "scenarios" / "x.toml") == "data/scenarios/x.toml"


def test_a_missing_data_folder_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "__file__", str(tmp_path / "device_sim" / "places.py"))
    with pytest.raises(FileNotFoundError, match="the data folder is missing"):
        places.data_folder()
