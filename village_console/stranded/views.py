"""The stranded board: which households may still hold somebody. Computed from rows, never stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from village_console.register.households import Household
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.stranded.facts import about
from village_console.stranded.rows import Clearance, Evidence, Order
from village_console.stranded.rules import Presumption, presume
from village_console.viewing.facts import TvState
from village_console.village.ids import HouseholdId


class Blind(StrEnum):
    """Why a television cannot tell about a household (TVではわからない)."""

    OFF = "off"
    SILENT = "silent"
    NO_TELEVISION = "no_television"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One household under an order."""

    household: Household
    missing: tuple[Resident, ...]
    """Members of whom nobody knows that they are out of the home: checked in nowhere, gone back, lost sight of."""
    arrived: tuple[Stay, ...]
    evidence: Evidence | None
    blind: Blind | None
    """None on the list of those presumed stranded."""
    clearance: Clearance | None


@dataclass(frozen=True, slots=True)
class Board:
    """What is presumed under one order."""

    order: Order
    stranded: tuple[BoardRow, ...]
    cannot_tell: tuple[BoardRow, ...]
    cleared: tuple[BoardRow, ...]

    @property
    def people(self) -> int:
        """How many are presumed stranded."""
        return sum(len(row.missing) for row in self.stranded)

    @property
    def blind_counts(self) -> Counter[Blind]:
        """Households of which the television cannot tell, by reason."""
        return Counter(row.blind for row in self.cannot_tell if row.blind)


Place = tuple[bool, bool, str, HouseholdId]
"""Where a row stands on the board; no two rows have the same."""


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that the board rests on."""

    households: Mapping[HouseholdId, Household]
    stays: Mapping[str, Stay]
    evidence: Mapping[str, Evidence]
    clearances: Mapping[str, Clearance]
    asked: Mapping[HouseholdId, bool]
    """Households with a television: whether they agreed to be asked in a disaster."""


def board(order: Order, known: Known) -> Board:
    """Apply the rule to every household that the order covers."""
    rows = [row for household in known.households.values() if (row := judged(order, household, known)) is not None]
    return board_of(order, sorted(rows, key=place_of))


def board_of(order: Order, rows: Sequence[BoardRow]) -> Board:
    """Rows that stand in their order, told apart into the three lists."""
    standing = [row for row in rows if row.clearance is None]
    return Board(
        order,
        stranded=tuple([row for row in standing if row.blind is None]),
        cannot_tell=tuple([row for row in standing if row.blind is not None]),
        cleared=tuple([row for row in rows if row.clearance is not None]),
    )


def judged(order: Order, household: Household, known: Known) -> BoardRow | None:
    """A household's place on the board; None when everybody has checked in, or the order is not for them."""
    stays, members = known.stays, household.members
    if order.settlements and not order.covers(household.settlement):
        return None
    missing = tuple([m for m in members if (stay := stays.get(m.id)) is None or not stay.accounted_for])
    subject = about(order.id, household.id)
    evidence = known.evidence.get(subject)
    state = evidence.state if evidence else None
    presumed = presume(state, checked_in=not missing)
    if presumed is Presumption.CHECKED_IN:
        return None
    return BoardRow(
        household,
        missing,
        arrived=() if len(missing) == len(members) else tuple([stays[m.id] for m in members if m not in missing]),
        evidence=evidence,
        blind=None if presumed is Presumption.STRANDED else _blind(state, known.asked.get(household.id)),
        clearance=known.clearances.get(subject),
    )


def place_of(row: BoardRow) -> Place:
    """Those who need support first, then homes from which nobody has come, then by settlement."""
    support = True in [member.needs_evacuation_support for member in row.missing]
    return not support, bool(row.arrived), row.household.settlement, row.household.id


def _blind(state: TvState | None, asked: bool | None) -> Blind:  # noqa: FBT001 -- a mapping's value
    if asked is None:
        return Blind.NO_TELEVISION
    if not asked:
        return Blind.NO_CONSENT
    return Blind.OFF if state is TvState.OFF else Blind.SILENT


def age_of(moment: datetime | None, now: datetime) -> int | None:
    """Full minutes since a moment, rounded down only once it has passed; None when it is not known."""
    return None if moment is None else max(0, int((now - moment).total_seconds() // 60))
