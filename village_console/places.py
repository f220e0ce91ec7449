"""Where the project's data lies, in a checkout and in an installed wheel; municipalities and scenarios by name."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from village_console.village.errors import ScenarioIsUnknownError


@dataclass(frozen=True, slots=True)
class ScenarioHead:
    """What the console must know of a scenario; the rest is the simulator's."""

    name: str
    title_ja: str
    title_en: str
    municipality: str
    """Six-digit code."""
    starts_at: datetime
    seed: int
    speed: float
    shelter: str
    shelter_name: str


def data_folder() -> Path:
    """The folder `data`."""
    package = Path(__file__).parent
    checkout = package.parent / "data"
    return checkout if checkout.is_dir() else package / "data"


def scenario_names() -> list[str]:
    """Every scenario that can be played."""
    return sorted(path.stem for path in (data_folder() / "scenarios").glob("*.toml"))


def scenario_head(name: str) -> ScenarioHead:
    """Read the head of a scenario that the simulator has already checked; raises ScenarioIsUnknownError."""
    path = data_folder() / "scenarios" / f"{name}.toml"
    if not path.exists():
        raise ScenarioIsUnknownError(name=name, known=", ".join(scenario_names()))
    drill = tomllib.loads(path.read_text("utf-8"))["drill"]
    folder = str(drill["municipality"])
    shelter, shelter_name = _first_shelter(data_folder() / "municipalities" / folder / "shelters.csv")
    return ScenarioHead(
        name, drill["title_ja"], drill["title_en"], folder.partition("_")[0], drill["starts_at"], int(drill["seed"]),
        float(drill["speed"]), shelter, shelter_name,
    )  # fmt: skip


def _first_shelter(path: Path) -> tuple[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    return first["ID"], first["名称"]
