"""The watch over those who may be stranded, as the screen uses it: order, gather evidence, clear, board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.register.households import Household, households
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.stranded.facts import (
    EvacuationOrdered,
    HouseholdCleared,
    Issuer,
    Level,
    OrderLifted,
    OrderNarrowed,
    Reason,
    TvEvidenceGiven,
    about,
)
from village_console.stranded.kept_board import KeptBoards
from village_console.stranded.known import askable_in, asked_in, dark_in, hazards_in, orders_in, told_in
from village_console.stranded.ladder import expires
from village_console.stranded.outages import Hush
from village_console.stranded.rows import Clearance, Evidence, Hazard, Order, Outage, Told, Words
from village_console.stranded.views import Board, Known
from village_console.viewing.facts import Heard, TvState
from village_console.viewing.rows import Consent, Pairing
from village_console.village.clock import minute_of
from village_console.village.ids import FactHash, HouseholdId, OrderId

_WEIGHT = {TvState.ON: 0, TvState.OFF: 1, TvState.SILENT: 2}
HeardAt = Callable[[str, datetime], Heard]
"""What a device's log says about a moment."""


class Watch:
    """Orders in force and what is presumed under them."""

    def __init__(self, journal: Journal, console: int, heard_at: HeardAt | None) -> None:
        """`heard_at` is None on a laptop that collects no televisions."""
        self._journal = journal
        self._console, self._via = console, f"stranded/{console}"
        self._heard_at = heard_at
        self._households: tuple[int, dict[HouseholdId, Household]] | None = None
        self._agreed: tuple[tuple[int, int, date], dict[HouseholdId, bool]] | None = None
        self._boards = KeptBoards()
        self._told: tuple[dict[HouseholdId, tuple[Told, ...]], tuple[int, datetime | None]] | None = None
        self._said: tuple[tuple[int, int], frozenset[str], dict[str, datetime]] | None = None

    def order(
        self,
        level: Level,
        settlements: tuple[str, ...] = (),
        *,
        minutes_ago: int = 0,
        by: Issuer = Issuer.MAYOR,
    ) -> Order:
        """Record an order as issued at the full minute so long ago, and gather what the televisions were then."""
        moment = minute_of(self._journal.clock.now()) - timedelta(minutes=minutes_ago)
        with self._journal.writing(via=self._via) as draft:
            number = draft.count_own(EvacuationOrdered) + 1
            id_ = OrderId(f"order:{self._console}-{number}")
            draft.append(EvacuationOrdered(subject=id_, level=level, settlements=settlements, issued_at=moment, by=by))
            order = draft.row(Order, id_)
        assert order is not None  # noqa: S101 -- it has just been written
        self.gather(order)
        return order

    def narrow(self, order: Order, settlements: tuple[str, ...]) -> Order | None:
        """From now on an order holds for these settlements; for none of them, it is lifted."""
        now = self._journal.clock.now()
        fact = (
            OrderNarrowed(subject=order.id, settlements=settlements)
            if settlements
            else OrderLifted(subject=order.id, at=now)
        )
        self._journal.append(fact, via=self._via)
        return self._journal.rows.one(Order, order.id)

    def gather(self, order: Order) -> int:
        """Write what each television was at the order; a later log that says otherwise appends a version.

        Returns how many facts were written.
        """
        fresh = [
            fact
            for household, pairings in askable_in(self._journal.rows, self._journal.clock.now().date()).items()
            if (fact := self._news(order, household, pairings)) is not None
        ]
        if fresh:
            with self._journal.writing(via=self._via) as draft:
                for fact in fresh:
                    draft.append(fact)
        return len(fresh)

    def clear(self, order: Order, household: HouseholdId, reason: Reason) -> Clearance | None:
        """Record that somebody has made sure of a household."""
        subject = about(order.id, household)
        fact = HouseholdCleared(subject=subject, order=order.id, household=household, reason=reason)
        self._journal.append(fact, via=self._via)
        return self._journal.rows.one(Clearance, subject)

    def take_back(self, fact: FactHash, why: str) -> bool:
        """Undo an order or a clearance."""
        return take_back(self._journal, fact, why, via=self._via) is not None

    def orders(self) -> list[Order]:
        """Orders in force, the newest first."""
        return orders_in(self._journal.rows)

    def board(self) -> Board | None:
        """The board under the orders in force, or None while nothing is ordered."""
        orders = self.orders()
        if not orders:
            return None
        return self._boards.under(orders, self.known())

    def known(self) -> Known:
        """The rows that every board rests on."""
        rows = self._journal.rows
        dark, hazards = self._dark_and_hazards()
        return Known(
            self._households_now(), rows.all(Stay), rows.all(Evidence), rows.all(Clearance), self._asked(), self._told_now(),
            dark, hazards,
        )  # fmt: skip

    def settlements(self) -> list[str]:
        """Every settlement in which somebody lives."""
        return sorted({home.settlement for home in self._households_now().values()})

    def household(self, id_: HouseholdId) -> Household | None:
        """A household as it is now."""
        return self._households_now().get(id_)

    def note_look(self, household: Household) -> None:
        """Write that a household's evidence is about to be shown."""
        self._journal.note_look("opened", household.id)

    def _told_now(self) -> dict[HouseholdId, tuple[Told, ...]]:
        """What still counts; looked through again when something was said, or has grown too old."""
        rows, now = self._journal.rows, self._journal.clock.now()
        version, kept = rows.version(Words), self._told
        if kept is None or kept[1][0] != version or (kept[1][1] is not None and now >= kept[1][1]):
            told = told_in(rows, now)
            ends = (end for words in told.values() for one in words if (end := expires(one)) is not None)
            kept = self._told = (told, (version, min(ends, default=None)))
        return kept[0]

    def _dark_and_hazards(self) -> tuple[frozenset[str], dict[str, datetime]]:
        rows = self._journal.rows
        version = (rows.version(Outage), rows.version(Hazard))
        if self._said is None or self._said[0] != version:
            self._said = (version, dark_in(rows), hazards_in(rows))
        return self._said[1], self._said[2]

    def _asked(self) -> dict[HouseholdId, bool]:
        rows, today = self._journal.rows, self._journal.clock.now().date()
        version = (rows.version(Pairing), rows.version(Consent), today)
        if self._agreed is None or self._agreed[0] != version:
            self._agreed = (version, asked_in(rows, today))
        return self._agreed[1]

    def _news(self, order: Order, household: HouseholdId, pairings: list[Pairing]) -> TvEvidenceGiven | None:
        """The evidence to write: ON in any room of a home counts; silence never replaces what was heard."""
        if self._heard_at is None:
            return None
        heard = [(self._heard_at(p.device, order.issued_at), p) for p in pairings]
        best, pairing = min(heard, key=lambda h: (_WEIGHT[h[0].state], h[1].device))
        given = self._journal.rows.one(Evidence, about(order.id, household))
        if given is not None and (given.state is best.state or best.state is TvState.SILENT):
            return None
        return TvEvidenceGiven(
            subject=about(order.id, household), order=order.id, household=household, television=pairing.television,
            state=best.state, last_heard=best.last_heard, version=given.version + 1 if given else 1, source=best.source,
        )  # fmt: skip

    def hush(self) -> list[Hush]:
        """Where televisions are silent now, that may be asked; empty on a laptop that collects none."""
        if self._heard_at is None:
            return []
        now, homes = self._journal.clock.now(), self._households_now()
        found: Counter[str] = Counter()
        silent: Counter[str] = Counter()
        for household, pairings in askable_in(self._journal.rows, now.date()).items():
            home = homes.get(household)
            if home is not None:
                found[home.settlement] += 1
                heard = (self._heard_at(pairing.device, now).state for pairing in pairings)
                silent[home.settlement] += all(state is TvState.SILENT for state in heard)
        return [Hush(place, silent[place], found[place]) for place in sorted(found)]

    def _households_now(self) -> dict[HouseholdId, Household]:
        version = self._journal.rows.version(Resident)
        if self._households is None or self._households[0] != version:
            self._households = (version, households(self._journal.rows.all(Resident).values()))
        return self._households[1]
