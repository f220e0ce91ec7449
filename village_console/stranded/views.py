"""The stranded board: which households may still hold somebody. Computed from rows, never stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from village_console.register.households import Household
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.stranded.facts import about
from village_console.stranded.ladder import Rung, Stand, quiet_stand, stand
from village_console.stranded.rows import Clearance, Evidence, Order, Told
from village_console.stranded.rules import Presumption, presume
from village_console.viewing.facts import TvState
from village_console.village.ids import HouseholdId


class Blind(StrEnum):
    """Why a television cannot tell about a household (TVではわからない)."""

    OFF = "off"
    SILENT = "silent"
    NO_TELEVISION = "no_television"
    NO_CONSENT = "no_consent"
    OUTAGE = "outage"
    """Silent, where power or the line is gone (停電): it could not have spoken."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One household under an order."""

    household: Household
    missing: tuple[Resident, ...]
    """Members of whom nobody knows that they are out of the home: checked in nowhere, gone back, lost sight of."""
    arrived: tuple[Stay, ...]
    evidence: Evidence | None
    blind: Blind | None
    """None: it could, and it was ON at the order."""
    clearance: Clearance | None
    order: Order
    """The order under which it stands here."""
    stand: Stand
    told: tuple[Told, ...] = ()
    """What was said of it and still counts."""
    last_known: bool = False
    """ON at the order, and nothing newer can come since power or the line is gone there (最後にわかっているのは)."""

    @property
    def rung(self) -> Rung:
        """Its rung of the ladder."""
        return self.stand.rung


@dataclass(frozen=True, slots=True)
class Board:
    """What is presumed under the orders in force."""

    order: Order
    """The newest of them."""
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


Place = tuple[int, bool, float, bool, str, float, HouseholdId]
"""Where a row stands on the board; no two rows have the same."""
_NO_TOLD: tuple[Told, ...] = ()
_EVER = float("inf")


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that the board rests on."""

    households: Mapping[HouseholdId, Household]
    stays: Mapping[str, Stay]
    evidence: Mapping[str, Evidence]
    clearances: Mapping[str, Clearance]
    asked: Mapping[HouseholdId, bool]
    """Households with a television: whether they agreed to be asked in a disaster."""
    told: Mapping[HouseholdId, tuple[Told, ...]] = field(default_factory=dict[HouseholdId, tuple[Told, ...]])
    """What was said and still counts now."""
    dark: frozenset[str] = frozenset()
    """Settlements without power or line."""
    hazards: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    """When the hazard may reach a settlement."""


def board(order: Order, known: Known) -> Board:
    """Apply the rule to every household that the order covers."""
    rows = [row for household in known.households.values() if (row := judged(order, household, known)) is not None]
    return board_of(order, sorted(rows, key=lambda row: place_of(row, known)))


def board_of(order: Order, rows: Sequence[BoardRow]) -> Board:
    """Rows that stand in their order, told apart into the three lists."""
    stranded: list[BoardRow] = []
    cannot_tell: list[BoardRow] = []
    cleared: list[BoardRow] = []
    list_of = {Rung.UNCONFIRMED: cannot_tell, Rung.MAYBE_AT_HOME: cannot_tell, Rung.CONFIRMED: cleared}
    for row in rows:
        list_of.get(row.stand.rung, stranded).append(row)
    return Board(order, tuple(stranded), tuple(cannot_tell), tuple(cleared))


def union(orders: Sequence[Order], boards: Sequence[Board], known: Known) -> Board:
    """The boards of several orders as one, the newest order first: nobody who stands on one of them is left out.

    A home stands where it is highest, under the earliest order that puts it there. Whoever made sure of it after all of
    those orders were given has made sure of it under each.
    """
    if len(boards) == 1:
        return boards[0]
    homes: dict[HouseholdId, list[BoardRow]] = {}
    for one in boards:
        for row in (*one.stranded, *one.cannot_tell, *one.cleared):
            homes.setdefault(row.household.id, []).append(row)
    rows = [_highest(found) for found in homes.values()]
    return board_of(orders[0], sorted(rows, key=lambda row: place_of(row, known)))


def _highest(rows: Sequence[BoardRow]) -> BoardRow:
    newest = max(row.order.issued_at for row in rows)
    sure = [row for row in rows if row.rung is Rung.CONFIRMED and row.clearance and row.clearance.at >= newest]
    calls = [row for row in rows if row.rung is Rung.NEEDS_RESCUE]
    among = calls or sure or [row for row in rows if row.rung is not Rung.CONFIRMED] or rows
    return min(among, key=lambda row: (-row.rung, row.order.issued_at, row.order.id))


def judged(order: Order, household: Household, known: Known) -> BoardRow | None:
    """A household's place on the board; None when everybody has checked in, or the order is not for them."""
    stays, members = known.stays, household.members
    settlement = members[0].settlement
    if order.settlements and not order.covers(settlement):
        return None
    missing = tuple([m for m in members if (stay := stays.get(m.id)) is None or not stay.accounted_for])
    subject = about(order.id, household.id)
    evidence = known.evidence.get(subject)
    state = evidence.state if evidence else None
    presumed = presume(state, checked_in=not missing)
    if presumed is Presumption.CHECKED_IN:
        return None
    on = presumed is Presumption.STRANDED
    came, dark = len(missing) != len(members), settlement in known.dark
    clearance, told = known.clearances.get(subject), known.told.get(household.id, _NO_TOLD)
    known_last = on and dark
    if told or clearance:
        at = clearance.at if clearance else None
        stands = stand(on_at_order=on, told=told, cleared_at=at, some_came=came, last_known=known_last)
    else:
        stands = quiet_stand(on_at_order=on, some_came=came, last_known=known_last)
    return BoardRow(
        household,
        missing,
        arrived=tuple([stays[m.id] for m in members if m not in missing]) if came else (),
        evidence=evidence,
        blind=None if on else _blind(state, known.asked.get(household.id), dark=dark),
        clearance=clearance,
        order=order,
        stand=stands,
        told=told,
        last_known=known_last,
    )


def place_of(row: BoardRow, known: Known) -> Place:
    """In which order one goes: calls for help, then those who need support, then by what time is left to the settlement,
    homes from which nobody has come, by settlement, and what is freshest first.
    """
    support = True in [member.needs_evacuation_support for member in row.missing]
    evidence, settlement = row.evidence, row.household.members[0].settlement
    heard = evidence.last_heard if evidence else None
    reaches = known.hazards.get(settlement) if known.hazards else None
    return (
        -row.stand.rung, not support, reaches.timestamp() if reaches else _EVER, bool(row.arrived),
        settlement, -heard.timestamp() if heard else 0.0, row.household.id,
    )  # fmt: skip


def _blind(state: TvState | None, asked: bool | None, *, dark: bool) -> Blind:  # noqa: FBT001 -- a mapping's value
    if asked is None:
        return Blind.NO_TELEVISION
    if not asked:
        return Blind.NO_CONSENT
    if state is TvState.OFF:
        return Blind.OFF
    return Blind.OUTAGE if dark else Blind.SILENT


def age_of(moment: datetime | None, now: datetime) -> int | None:
    """Full minutes since a moment, rounded down only once it has passed; None when it is not known."""
    return None if moment is None else max(0, int((now - moment).total_seconds() // 60))
