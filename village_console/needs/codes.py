"""The coded list of needs and supplies: data, because municipalities differ."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from village_console.needs.facts import Urgency


class Kind(StrEnum):
    """What a need is to whoever looks after it."""

    ORDINARY = "ordinary"
    DEVICE = "device"
    """A medical device (医療機器): its power or supply runs out in hours."""
    MEDICINE = "medicine"
    """Runs out in days (服薬)."""
    ALLERGY = "allergy"
    """Something that must not be eaten: shown when food is handed out."""


@dataclass(frozen=True, slots=True)
class NeedCode:
    """One kind of need; the first of its two digits is its group."""

    code: str
    ja: str
    en: str
    kind: Kind = Kind.ORDINARY
    urgency: Urgency = Urgency.ORDINARY


@dataclass(frozen=True, slots=True)
class Supply:
    """Something that is handed out."""

    code: str
    ja: str
    en: str
    interval: timedelta
    """Not again before."""
    a_day: int
    food: bool = False


@dataclass(frozen=True, slots=True)
class Codes:
    """One municipality's list."""

    groups: Mapping[str, tuple[str, str]]
    """Digit -> its name in Japanese and English."""
    needs: Mapping[str, NeedCode]
    supplies: Mapping[str, Supply]

    def kind(self, code: str) -> Kind:
        """What a need is; one that another console's list has is an ordinary one."""
        return self.needs[code].kind if code in self.needs else Kind.ORDINARY


@cache
def own_list(path: Path | None = None) -> Codes:
    """The list of a file, or the one that comes with the program; raises KeyError or ValueError for a list that is none."""
    source = path or files(__package__ or "").joinpath("codes.toml")
    table: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(source.read_text("utf-8"))
    return Codes(
        {digit: (said["ja"], said["en"]) for digit, said in table["group"].items()},
        {
            code: NeedCode(
                code, said["ja"], said["en"], Kind(said.get("kind", Kind.ORDINARY)),
                Urgency(said.get("urgency", Urgency.ORDINARY)),
            )
            for code, said in table["need"].items()
        },
        {
            code: Supply(
                code, said["ja"], said["en"], timedelta(hours=said["hours"]), said["a_day"], said.get("food", False)
            )
            for code, said in table["supply"].items()
        },
    )  # fmt: skip


def label(of: NeedCode | Supply | None, code: str, *, japanese: bool) -> str:
    """The word of a code; the digits themselves where the list does not have it."""
    return code if of is None else of.ja if japanese else of.en
