"""Texts as a template draws them: every cluster with the font that has it, and a list of those that none has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from village_console.papers.characters import composed
from village_console.papers.fonts import FontChain
from village_console.village.names import clusters

MISSING = "〓"
"""Geta: what Japanese printers set where a type is lacking."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A cluster that no font has."""

    cluster: str
    where: str
    """The `id` of the line it stands in: a receipt number or a household's; empty: in the paper's head."""

    @property
    def codes(self) -> str:
        """Its code points, for a hand that writes it in."""
        return " ".join(f"U+{ord(c):04X}" for c in self.cluster)


@dataclass(frozen=True, slots=True)
class Written:
    """Values of a paper, ready for its template."""

    values: dict[str, Any]
    gaps: tuple[Gap, ...]


def written(values: Mapping[str, Any], chain: FontChain) -> Written:
    """Find the font of every cluster of every text among the values; what none has becomes a geta and a gap."""
    gaps: list[Gap] = []
    plain = cast("dict[str, Any]", _walk(values, chain, "", gaps))
    in_lines = {gap.cluster for gap in gaps if gap.where}  # a heading repeats a name of its lines
    return Written(plain, tuple(dict.fromkeys(gap for gap in gaps if gap.where or gap.cluster not in in_lines)))


def _walk(value: Any, chain: FontChain, where: str, gaps: list[Gap]) -> Any:
    match value:
        case str():
            return _runs(value, chain, where, gaps)
        case Mapping():
            table = cast("Mapping[str, Any]", value)
            at = str(table.get("id", where))
            return {name: _walk(inner, chain, at, gaps) for name, inner in table.items()}
        case Sequence():
            return [_walk(inner, chain, where, gaps) for inner in cast("Sequence[Any]", value)]
        case _:
            return value


def _runs(text: str, chain: FontChain, where: str, gaps: list[Gap]) -> str | list[list[str]]:
    """The text itself when the paper's own font has all of it, else its runs as pairs of font and text."""
    drawn: list[tuple[str, str]] = []
    for cluster in clusters(text):
        one = composed(cluster)
        family = chain.family_of(one)
        if family is None:
            gaps.append(Gap(cluster, where))
            one, family = MISSING, chain.family
        drawn.append((family, one))
    runs = [[family, "".join(one for _, one in run)] for family, run in groupby(drawn, key=lambda pair: pair[0])]
    return "".join(run[1] for run in runs) if all(run[0] == chain.family for run in runs) else runs
