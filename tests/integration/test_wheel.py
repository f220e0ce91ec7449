"""The wheel carries the data that a drill needs, and finds it where it is installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_every_file_of_data_is_in_the_wheel_and_nothing_of_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {path.relative_to(ROOT).as_posix() for path in (ROOT / "data").rglob("*") if path.is_file()}
    assert {f"village_console/{name}" for name in data} - names == set()
    assert {name.split("/")[0] for name in names} == {
        "village_console",
        "device_sim",
        wheel.name.split("-py3")[0] + ".dist-info",
    }


def test_an_installed_wheel_prepares_a_drill_far_from_any_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    ask = "from village_console.places import scenario_head as head; print(head('nishiokoppe-evening').shelter_name)"
    told = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path / "site", capture_output=True, text=True, check=True,
    )  # fmt: skip
    prepared = subprocess.run(
        [sys.executable, "-m", "device_sim", "drill", "prepare", "nishiokoppe-evening", "--out", str(tmp_path / "drill")],
        cwd=tmp_path / "site", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout == "中央公民館\n"
    assert prepared.returncode == 0, prepared.stderr
    assert (tmp_path / "drill" / "town" / "residents.csv").exists()
