"""The board, kept: only households about which a row has changed are judged again. What changed is found by looking at the
rows, never by being told, so a kept board cannot be stale (tests/property/test_kept_board.py holds it to `views.board`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from village_console.stranded.rows import Clearance, Evidence, Order
from village_console.stranded.views import Board, BoardRow, Known, Place, board_of, judged, place_of, union
from village_console.village.ids import HouseholdId, OrderId

V = TypeVar("V")


@dataclass(slots=True)
class _Kept:
    order: Order
    known: Known
    rows: dict[HouseholdId, tuple[Place, BoardRow]]
    """In their order on the board, as far as nothing has changed since."""
    home_of: dict[str, HouseholdId]
    board: Board = field(init=False)

    def assemble(self) -> Board:
        """Put the rows in order; nearly all of them are in it already."""
        self.rows = dict(sorted(self.rows.items(), key=_place_of_entry))
        self.board = board_of(self.order, [row for _, row in self.rows.values()])
        return self.board


class KeptBoards:
    """A kept board for every order in force, and all of them as one."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: dict[OrderId, KeptBoard] = {}
        self._union: tuple[list[Board], Board] | None = None

    def under(self, orders: Sequence[Order], known: Known) -> Board:
        """The same as `views.union` of what `views.board` makes of each; the very same object when no row has changed."""
        self._kept = {order.id: self._kept.get(order.id) or KeptBoard() for order in orders}
        boards = [self._kept[order.id].under(order, known) for order in orders]
        before = self._union
        if (
            before is None
            or len(before[0]) != len(boards)
            or any(a is not b for a, b in zip(before[0], boards, strict=True))
        ):
            before = self._union = (boards, union(orders, boards, known))
        return before[1]


class KeptBoard:
    """The newest board, and the rows that it was made from."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: _Kept | None = None

    def under(self, order: Order, known: Known) -> Board:
        """The same as `views.board`; the very same object when no row has changed."""
        kept = self._kept
        if kept is None or kept.order != order or _concerns_all(kept.known, known):
            return self._from_nothing(order, known)
        changed = set(_homes_changed(kept, known))
        kept.known = known
        if not changed:
            return kept.board
        for home in changed:
            kept.rows.pop(home, None)
        kept.rows.update(_judged(order, known, changed))
        return kept.assemble()

    def _from_nothing(self, order: Order, known: Known) -> Board:
        homes = known.households
        home_of: dict[str, HouseholdId] = {
            member.id: id_ for id_, household in homes.items() for member in household.members
        }
        self._kept = _Kept(order, known, dict(_judged(order, known, homes)), home_of)
        return self._kept.assemble()


def _concerns_all(before: Known, now: Known) -> bool:
    return before.households is not now.households or (before.dark, before.hazards) != (now.dark, now.hazards)


def _place_of_entry(entry: tuple[HouseholdId, tuple[Place, BoardRow]]) -> Place:
    return entry[1][0]


def _judged(
    order: Order, known: Known, homes: Iterable[HouseholdId]
) -> Iterator[tuple[HouseholdId, tuple[Place, BoardRow]]]:
    for home in homes:
        household = known.households.get(home)
        row = judged(order, household, known) if household else None
        if row is not None:
            yield home, (place_of(row, known), row)


def _homes_changed(kept: _Kept, now: Known) -> Iterator[HouseholdId]:
    before = kept.known
    people = _keys_changed(before.stays, now.stays)
    yield from (kept.home_of[person] for person in people if person in kept.home_of)
    yield from (row.household for row in _rows_changed(before.evidence, now.evidence))
    yield from (row.household for row in _rows_changed(before.clearances, now.clearances))
    yield from _keys_changed(before.asked, now.asked)
    yield from _keys_changed(before.told, now.told)


def _rows_changed(
    before: Mapping[str, Evidence] | Mapping[str, Clearance], now: Mapping[str, Evidence] | Mapping[str, Clearance]
) -> Iterator[Evidence | Clearance]:
    for subject in _keys_changed(before, now):
        yield now.get(subject) or before[subject]


def _keys_changed(before: Mapping[V, object], now: Mapping[V, object]) -> list[V]:
    """Keys whose value is another object; the values are frozen, so the same object says the same."""
    if before is now:
        return []
    changed = [key for key, value in now.items() if before.get(key) is not value]
    return [*changed, *(before.keys() - now.keys())]
