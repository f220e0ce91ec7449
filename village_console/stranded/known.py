"""What some rows say that the board rests on: the journal's rows now, or as they were known at a past moment."""

from __future__ import annotations

from collections import defaultdict

from village_console.journal.rows import Rows
from village_console.register.households import households
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.stranded.rows import Clearance, Evidence, Order
from village_console.stranded.views import Board, Known, board
from village_console.viewing.facts import Purpose
from village_console.viewing.rows import Consent, Pairing
from village_console.village.ids import HouseholdId


def orders_in(rows: Rows) -> list[Order]:
    """Orders in force, the newest first."""
    orders = rows.all(Order).values()
    return sorted(orders, key=lambda order: (order.issued_at, int(order.id.rpartition("-")[2])), reverse=True)


def askable_in(rows: Rows) -> dict[HouseholdId, list[Pairing]]:
    """Televisions that may be asked in a disaster, by household."""
    consents = rows.all(Consent)
    found: defaultdict[HouseholdId, list[Pairing]] = defaultdict(list)
    for pairing in rows.all(Pairing).values():
        consent = consents.get(pairing.television)
        if consent and Purpose.DISASTER in consent.purposes:
            found[pairing.household].append(pairing)
    return dict(found)


def asked_in(rows: Rows) -> dict[HouseholdId, bool]:
    """Households with a television: whether it may be asked."""
    askable = askable_in(rows)
    return {pairing.household: pairing.household in askable for pairing in rows.all(Pairing).values()}


def board_in(rows: Rows) -> Board | None:
    """The board under the newest order, worked out anew; None while nothing was ordered."""
    orders = orders_in(rows)
    if not orders:
        return None
    homes = households(rows.all(Resident).values())
    known = Known(homes, rows.all(Stay), rows.all(Evidence), rows.all(Clearance), asked_in(rows))
    return board(orders[0], known)
