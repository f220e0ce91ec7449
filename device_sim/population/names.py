"""Names out of a municipality's lists: surnames by how common they are, given names by year of birth."""

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from device_sim.population.people import Sex


@dataclass(frozen=True, slots=True)
class Name:
    """A written name, or part of one, and how it is read."""

    written: str
    kana: str


@dataclass(frozen=True, slots=True)
class Surname:
    """A family name of the list."""

    name: Name
    weight: float
    always: bool
    """Borne by at least one household of every village: the characters that break programs."""


@dataclass(frozen=True, slots=True)
class GivenName:
    """A given name and the years in which children were called so."""

    name: Name
    sex: Sex
    years: range


@dataclass(frozen=True, slots=True)
class NameLists:
    """The name lists of one municipality."""

    surnames: tuple[Surname, ...]
    given: tuple[GivenName, ...]
    foreign: tuple[tuple[Name, Sex], ...]

    @classmethod
    def load(cls, folder: Path) -> "NameLists":
        """Read `surnames.csv`, `given_names.csv` and `foreign_names.csv`."""
        return cls(
            tuple(
                Surname(Name(row["姓"], row["カナ"]), float(row["重み"]), row["必ず"] == "1")
                for row in _rows(folder / "surnames.csv")
            ),
            tuple(
                GivenName(Name(row["名"], row["カナ"]), Sex(row["性別"]), _years(row))
                for row in _rows(folder / "given_names.csv")
            ),
            tuple((Name(row["氏名"], row["カナ"]), Sex(row["性別"])) for row in _rows(folder / "foreign_names.csv")),
        )

    def household_surnames(self, rng: Random, households: int) -> list[Name]:
        """A surname for each household; every `always` surname is among them when there are homes enough."""
        always = [surname.name for surname in self.surnames if surname.always][:households]
        weights = [surname.weight for surname in self.surnames]
        names = [s.name for s in rng.choices(self.surnames, weights, k=households - len(always))] + always
        rng.shuffle(names)
        return names

    def given_name(self, rng: Random, sex: Sex, year: int, taken: set[str]) -> Name:
        """A given name of the time that nobody in the household bears yet."""
        fitting = [entry.name for entry in self.given if entry.sex is sex and year in entry.years]
        return rng.choice([name for name in fitting if name.written not in taken] or fitting)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _years(row: dict[str, str]) -> range:
    return range(int(row["生年から"]), int(row["生年まで"]) + 1)
