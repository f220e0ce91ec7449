"""停電・断線: where televisions cannot speak, reported by somebody, or suspected because so many fell silent at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from village_console.journal.facts import Recorded
from village_console.journal.journal import Journal
from village_console.stranded.facts import Cut, HazardExpected, OutageEnded, OutageReported, hazard_at, outage_in

FEWEST = 4
"""Televisions in a settlement from which on their silence says something about the settlement."""
SHARE = 2 / 3


@dataclass(frozen=True, slots=True)
class Hush:
    """How many of a settlement's homes with a television that may be asked are silent now."""

    settlement: str
    silent: int
    asked: int

    @property
    def is_mass(self) -> bool:
        """Whether so many are silent that it is more likely an outage than so many homes."""
        return self.asked >= FEWEST and self.silent >= self.asked * SHARE


def suspected(hushes: Iterable[Hush], dark: frozenset[str]) -> list[Hush]:
    """Settlements where an outage is likely and nobody has reported one; a suggestion, never a fact."""
    return [hush for hush in hushes if hush.is_mass and hush.settlement not in dark]


def report_outage(journal: Journal, settlement: str, cut: Cut, via: str = "stranded") -> Recorded[OutageReported]:
    """Write that power or the line is gone; what televisions said there is from now on only the last that is known."""
    return journal.append(OutageReported(subject=outage_in(settlement), settlement=settlement, cut=cut), via=via)


def end_outage(journal: Journal, settlement: str, via: str = "stranded") -> Recorded[OutageEnded]:
    """Write that it is back."""
    return journal.append(OutageEnded(subject=outage_in(settlement), settlement=settlement), via=via)


def expect_hazard(journal: Journal, settlement: str, at: datetime, via: str = "stranded") -> Recorded[HazardExpected]:
    """Write when the hazard may reach a settlement."""
    return journal.append(HazardExpected(subject=hazard_at(settlement), settlement=settlement, at=at), via=via)
