"""Where the project's data lies, in a checkout and in an installed wheel; municipalities and scenarios by name."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from village_console.devices.ports import PrinterRecord
from village_console.own_files import data_folder
from village_console.settings import line_of
from village_console.village.clock import JST
from village_console.village.errors import ScenarioIsUnknownError, SettingsAreWrongError
from village_console.village.ids import ShelterId
from village_console.village.shelters import ShelterPlace


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


def scenario_names() -> list[str]:
    """Every scenario that can be played."""
    return sorted(path.stem for path in (data_folder() / "scenarios").glob("*.toml"))


def scenario_head(name: str) -> ScenarioHead:
    """Read the head of a scenario; raises ScenarioIsUnknownError.

    What is missing or misspelt gets a default here: the simulator checks the whole file before anything is played, and says
    file, line, key and what was probably meant.
    """
    path = data_folder() / "scenarios" / f"{name}.toml"
    if not path.exists():
        raise ScenarioIsUnknownError(name=name, known=", ".join(scenario_names()))
    drill = _drill_table(path)
    folder = str(drill.get("municipality", ""))
    shelter, shelter_name = _first_shelter(data_folder() / "municipalities" / folder / "shelters.csv")
    return ScenarioHead(
        name=name,
        title_ja=str(drill.get("title_ja", name)),
        title_en=str(drill.get("title_en", name)),
        municipality=folder.partition("_")[0],
        starts_at=_moment(drill.get("starts_at")),
        seed=int(drill.get("seed", 1)),
        speed=float(drill.get("speed", 60)),
        shelter=shelter,
        shelter_name=shelter_name,
    )


def shelters_of(municipality: str) -> dict[ShelterId, ShelterPlace]:
    """The shelters that a municipality's list names, by their number; empty where there is no list."""
    for path in sorted((data_folder() / "municipalities").glob(f"{municipality}_*/shelters.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {ShelterId(row["ID"]): _shelter(row) for row in csv.DictReader(file)}
    return {}


def evacuee_sheet_of(municipality: str) -> Path:
    """The form of a municipality's evacuee sheet (避難者カード), or the one that comes with the program."""
    forms = sorted((data_folder() / "municipalities").glob(f"{municipality}_*/forms/evacuee_sheet.toml"))
    return forms[0] if forms else data_folder() / "forms" / "evacuee_sheet.toml"


def needs_of(municipality: str) -> Path | None:
    """A municipality's own list of needs; None: the one that comes with the program."""
    own = sorted((data_folder() / "municipalities").glob(f"{municipality}_*/needs.toml"))
    return own[0] if own else None


def printer_names() -> list[str]:
    """The makes of receipt printers that the program comes with."""
    return sorted(path.stem for path in (data_folder() / "printers").glob("*.toml"))


def printer_record(name: str, folder: Path) -> PrinterRecord:
    """The make of this name, or the file of this name beside the settings; raises SettingsAreWrongError."""
    path = data_folder() / "printers" / f"{name}.toml" if name in printer_names() else folder / name
    try:
        text = path.read_text("utf-8")
        plain = tomllib.loads(text)
        unknown = min(plain.keys() - {field.name for field in fields(PrinterRecord)}, default=None)
        if unknown is not None:
            raise SettingsAreWrongError(path=path, line=line_of(text, unknown), problem="unknown_key_only", key=unknown)
        return msgspec.convert(plain, PrinterRecord)
    except (OSError, UnicodeDecodeError) as error:
        known = " ".join(printer_names())
        raise SettingsAreWrongError(path=path, line=0, problem="no_printer", known=known, found=name) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsAreWrongError(path=path, line=0, problem="not_toml", found=error) from error
    except msgspec.ValidationError as error:
        raise SettingsAreWrongError(path=path, line=0, problem="wrong_value", key="-", found=error) from error


def _shelter(row: dict[str, str]) -> ShelterPlace:
    planned = (row.get("想定収容人数") or "").strip()
    return ShelterPlace(row["名称"], int(planned) if planned.isdecimal() else None)


def _drill_table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8")).get("drill", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromtimestamp(0, JST)


def _first_shelter(path: Path) -> tuple[str, str]:
    if not path.exists():
        return "", ""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    return first["ID"], first["名称"]
