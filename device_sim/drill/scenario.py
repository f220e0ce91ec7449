"""A drill as it is planned: one TOML file in `data/scenarios`, read strictly."""

from pathlib import Path

from device_sim.drill.plan import Act, Inject, Plan
from device_sim.drill.scenario_rules import first_complaint
from device_sim.places import scenarios_folder
from device_sim.toml_file import TomlFileError, did_you_mean, read_toml
from device_sim.toml_lines import line_of

__all__ = ["Act", "Inject", "Scenario", "ScenarioError", "scenario_path"]


class ScenarioError(TomlFileError):
    """A scenario is missing or does not say what it should; `str()` of it is file, line and sentence."""


class Scenario(Plan, frozen=True, kw_only=True):
    """Scenario (想定): the whole plan of a drill, checked."""

    @classmethod
    def load(cls, path: Path) -> "Scenario":
        """Read and check one file; raises ScenarioError."""
        scenario = read_toml(path, cls, ScenarioError)
        if complaint := first_complaint(scenario):
            place, message = complaint
            raise ScenarioError(path, line_of(path.read_text(encoding="utf-8-sig"), place), message)
        return scenario

    @classmethod
    def find(cls, name: str) -> "Scenario":
        """Read the scenario `data/scenarios/NAME.toml`; raises ScenarioError."""
        return cls.load(scenario_path(name))


def scenario_path(name: str, folder: Path | None = None) -> Path:
    """The file of a scenario by its name; raises ScenarioError when there is none."""
    folder = folder or scenarios_folder()
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in known:
        hint = did_you_mean(name, known) or "; known are " + (", ".join(known) or "none")
        raise ScenarioError(folder, None, f'there is no scenario "{name}"{hint}')
    return folder / f"{name}.toml"
