"""Puts a drill's folder in order: what the town gives, and the sealed truth."""

from dataclasses import dataclass
from pathlib import Path

from device_sim.drill.scenario import Scenario
from device_sim.drill.totals import Totals, totals
from device_sim.drill.truth import Truth
from device_sim.places import municipalities_folder
from device_sim.population.registers import write_registers, write_whole
from device_sim.population.village import Village


@dataclass(frozen=True, slots=True)
class Prepared:
    """What has been written, and how much it holds."""

    town: Path
    """The folder of residents.csv, televisions.csv and cards.csv."""
    truth: Path
    seed: int
    cards: int
    totals: Totals


def prepare(scenario: Scenario, seed: int | None, folder: Path) -> Prepared:
    """Write `town/*.csv` and `truth.jsonl` below `folder`; without a seed the scenario's own is taken.

    Each file is put in place as a whole. Raises OSError, CastingError, and ValueError when the population cannot be met.
    """
    seed = scenario.drill.seed if seed is None else seed
    village = village_of(scenario, seed)
    truth = Truth.of(scenario, village, seed)
    town = folder / "town"
    write_registers(village, town)
    write_whole(folder / "truth.jsonl", truth.encoded())
    return Prepared(town, folder / "truth.jsonl", seed, len(village.cards), totals(truth))


def village_of(scenario: Scenario, seed: int) -> Village:
    """The village of a scenario; raises ValueError when its population cannot be met."""
    people = scenario.population
    municipality = municipalities_folder() / scenario.drill.municipality
    return Village.grow(municipality, seed, people.residents, people.households, tv_homes=people.tv_homes)
