"""What some rows say that the board rests on: the journal's rows now, or as they were known at a past moment."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from village_console.journal.rows import Rows
from village_console.register.households import households
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.stranded.ladder import still_counts
from village_console.stranded.rows import Clearance, Evidence, Hazard, Order, Outage, Told, Words
from village_console.stranded.views import Board, Known, board, union
from village_console.viewing.facts import Granularity, Purpose
from village_console.viewing.rows import Consent, Pairing
from village_console.village.ids import HouseholdId


def orders_in(rows: Rows) -> list[Order]:
    """Orders in force, the newest first."""
    orders = [order for order in rows.all(Order).values() if order.lifted_at is None]
    return sorted(orders, key=_when, reverse=True)


def _when(order: Order) -> tuple[datetime, int, str]:
    """Orders of one moment by their running number, which is no number where another laptop has erred."""
    number = order.id.rpartition("-")[2]
    return order.issued_at, len(number), number


def askable_in(rows: Rows, day: date) -> dict[HouseholdId, list[Pairing]]:
    """Televisions that may be asked in a disaster on a day, by household; a consent that has run out is none."""
    consents = rows.all(Consent)
    found: defaultdict[HouseholdId, list[Pairing]] = defaultdict(list)
    for pairing in rows.all(Pairing).values():
        consent = consents.get(pairing.television)
        if consent and _covers(consent, day):
            found[pairing.household].append(pairing)
    return dict(found)


def _covers(consent: Consent, day: date) -> bool:
    """Whether ON and OFF may be used for a disaster."""
    enough = (terms for terms in consent.in_force(day) if terms.granularity.rank >= Granularity.ON_OFF.rank)
    return any(terms.purpose is Purpose.DISASTER for terms in enough)


def asked_in(rows: Rows, day: date) -> dict[HouseholdId, bool]:
    """Households with a television: whether it may be asked on a day."""
    askable = askable_in(rows, day)
    return {pairing.household: pairing.household in askable for pairing in rows.all(Pairing).values()}


def told_in(rows: Rows, now: datetime) -> dict[HouseholdId, tuple[Told, ...]]:
    """What was said of households and still counts."""
    found = ((w.household, tuple([t for t in w.told if still_counts(t, now)])) for w in rows.all(Words).values())
    return {home: told for home, told in found if told}


def dark_in(rows: Rows) -> frozenset[str]:
    """Settlements without power or line."""
    return frozenset(outage.settlement for outage in rows.all(Outage).values() if outage.cut is not None)


def hazards_in(rows: Rows) -> dict[str, datetime]:
    """When the hazard may reach which settlement."""
    return {hazard.settlement: hazard.at for hazard in rows.all(Hazard).values()}


def board_in(rows: Rows, now: datetime) -> Board | None:
    """The board under the orders in force, worked out anew; None while nothing is ordered."""
    orders = orders_in(rows)
    if not orders:
        return None
    homes = households(rows.all(Resident).values())
    known = Known(
        homes, rows.all(Stay), rows.all(Evidence), rows.all(Clearance), asked_in(rows, now.date()), told_in(rows, now),
        dark_in(rows), hazards_in(rows),
    )  # fmt: skip
    return union(orders, [board(order, known) for order in orders], known)
