"""What a municipality's folder says: settlements, how households are made up, names, shares."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from device_sim.toml_file import TomlFileError, read_toml

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A part of a whole, 0 to 1."""

Count = tuple[int, int]
"""Fewest and most."""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a TOML file that people write."""


class Settlement(Table, frozen=True, kw_only=True):
    """Settlement (集落): a named place where households live."""

    name: str
    share: Share
    """Part of the households that live here."""


class Shape(Table, frozen=True, kw_only=True):
    """How a household (世帯) of one kind is made up; ages in years."""

    name: str
    share: Share
    head_ages: Count
    woman_share: Share
    """How often the household head (世帯主) is a woman."""
    spouse: Count = (0, 0)
    child: Count = (0, 0)
    child_ages: Count = (0, 22)
    child_spouse: Count = (0, 0)
    grandchild: Count = (0, 0)
    parent: Count = (0, 0)
    housemate: Count = (0, 0)
    foreign: bool = False
    """People from abroad who came for work; their names come from the list of foreign names."""

    def counts(self) -> dict[str, Count]:
        """Fewest and most of each kind of member beside the head, in the order of the register."""
        kinds = ("spouse", "child", "child_spouse", "grandchild", "parent", "housemate")
        return {kind: getattr(self, kind) for kind in kinds}


class SupportShares(Table, frozen=True, kw_only=True):
    """Part of the residents flagged 要支援 (needs evacuation support), by age and by living alone."""

    from_85: Share
    from_75_alone: Share
    from_75: Share
    under_75: Share


class Channel(Table, frozen=True, kw_only=True):
    """A television channel and how much it is watched, relative to the others."""

    number: str
    weight: Annotated[float, msgspec.Meta(gt=0)]


class Town(Table, frozen=True, kw_only=True):
    """A municipality (市町村) as its `town.toml` describes it."""

    code: str
    name: str
    register_date: date
    """The day of the register: ages are those of this day."""
    telephone_prefix: str
    card_issuer: str
    card_holder_share: Share
    disaster_consent_share: Share
    telephone_share: Share
    needs_evacuation_support: SupportShares
    settlements: tuple[Settlement, ...] = msgspec.field(name="settlement")
    shapes: tuple[Shape, ...] = msgspec.field(name="shape")
    channels: tuple[Channel, ...] = msgspec.field(name="channel")

    @classmethod
    def load(cls, folder: Path) -> "Town":
        """Read `town.toml` of a municipality's folder; raises TomlFileError."""
        path = folder / "town.toml"
        town = read_toml(path, cls)
        for what, rows in (("settlement", town.settlements), ("shape", town.shapes)):
            whole = sum(row.share for row in rows)
            if abs(whole - 1) > 1e-6:
                raise TomlFileError(path, None, f"the shares of [[{what}]] add up to {whole:.3f}, not to 1")
        return town


@dataclass(frozen=True, slots=True)
class Shelter:
    """Shelter (避難所) of the municipality's list."""

    number: str
    name: str
    kana: str
    settlement: str
    capacity: int


def read_shelters(folder: Path) -> tuple[Shelter, ...]:
    """The municipality's `shelters.csv`, found by header name."""
    with (folder / "shelters.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Shelter(row["ID"], row["名称"], row["名称_カナ"], row["集落"], int(row["想定収容人数"]))
            for row in csv.DictReader(file)
        )
