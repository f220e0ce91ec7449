"""How long does the stranded board of 10,000 households take, whole and after one check-in, against the same rule in pandas?"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, TypeVar

from tests.benchmarks.measured import MS, Measured, in_turns, percentile, seconds
from tests.benchmarks.towns import grow, rows_of
from tests.town import EVENING, open_journal
from village_console.journal.facts import Fold
from village_console.journal.journal import Journal
from village_console.journal.rows import Folded
from village_console.register.rows import FOLDS as REGISTER
from village_console.register.rows import Resident
from village_console.shelter.facts import Path as Way
from village_console.shelter.rows import FOLDS as SHELTER
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Level, Reason, about
from village_console.stranded.rows import FOLDS as STRANDED
from village_console.stranded.rows import Clearance, Evidence, Order
from village_console.stranded.views import Board
from village_console.stranded.views import board as whole
from village_console.stranded.watch import Watch
from village_console.viewing.facts import Purpose, TvState
from village_console.viewing.rows import FOLDS as VIEWING
from village_console.viewing.rows import Consent, Pairing
from village_console.village.ids import FactHash, OrderId, ResidentId, ShelterId, television_id

HOUSEHOLDS = 10_000
ROUNDS = 15
GOAL = 50
ORDER = Order(OrderId("order:1-1"), Level.EVACUATION_ORDER, (), EVENING, FactHash("0" * 64))
_FOLDS: dict[type[Any], Fold[Any]] = {fold.row: fold for fold in (*REGISTER, *SHELTER, *STRANDED, *VIEWING)}
R = TypeVar("R")


def measure() -> list[Measured]:
    """Two entries: every household judged, as when an order is given, and the same board after one more has checked in."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        journal = open_journal(Path(name))
        try:
            _fill(journal)
            return _compare(journal)
        finally:
            journal.close()


def _compare(journal: Journal) -> list[Measured]:
    tables = _Tables(journal)
    watch = Watch(journal, 1, None)
    board = _board(watch)
    _check_same(board, tables.rule())
    gc.freeze()  # as the console does when it has read its rows
    cold = [seconds(lambda: _board(Watch(journal, 1, None))) * MS for _ in range(5)]
    known = watch.known()
    ours, peer = in_turns(
        ROUNDS, lambda _n: seconds(lambda: whole(ORDER, known)) * MS, lambda _n: seconds(tables.rule) * MS
    )
    note = (
        f"median of {ROUNDS}; p95 {percentile(ours, 95):.0f} and {percentile(peer, 95):.0f} ms; {HOUSEHOLDS:,} households,"
        f" {board.people:,} people presumed stranded, both give the same lists in the same order;"
        f" ours with households grouped anew {median(cold):.0f} ms; goal {GOAL} ms"
    )
    return [Measured("board", median(ours), median(peer), "ms", note), _after_check_in(journal, watch, median(peer))]


def _after_check_in(journal: Journal, watch: Watch, peer: float) -> Measured:
    """What the desk waits for after a tap; every round somebody else of the board comes."""
    comers = [member for row in _board(watch).stranded for member in row.missing][: ROUNDS * 2]
    took: list[float] = []
    for n, person in enumerate(comers):
        _put(journal, Stay, {person.id: _stay(person.id, 90_000 + n)})
        took.append(seconds(lambda: _board(watch)) * MS)
    if _board(watch) != whole(ORDER, watch.known()):
        raise RuntimeError("the kept board is not what the rule says")
    note = f"median of {len(took)} check-ins; p95 {percentile(took, 95):.0f} ms; only what has changed is judged; peer: as above"
    return Measured("board_checkin", median(took), peer, "ms", note)


def _stay(person: str, n: int) -> Stay:
    id_ = ResidentId(person)
    return Stay(id_, ShelterId("S1"), f"S1-{n:05d}", EVENING, Way.CARD, FactHash(f"{n:064x}"))


def _board(watch: Watch) -> Board:
    board = watch.board()
    if board is None:
        raise RuntimeError("no order is in force")
    return board


def _fill(journal: Journal) -> None:
    """Put the rows of a whole evening in memory: the view reads nothing else."""
    rng, people = Random(3), rows_of(grow(HOUSEHOLDS * 21 // 10, HOUSEHOLDS))
    _put(journal, Order, {ORDER.id: ORDER})
    _put(journal, Resident, {person.id: person for person in people})
    homes = sorted({person.household for person in people})
    watched = rng.sample(homes, HOUSEHOLDS * 6 // 10)
    pairings = [Pairing(television_id("015628", f"stb-{n}"), home, f"stb-{n}") for n, home in enumerate(watched)]
    _put(journal, Pairing, {pairing.television: pairing for pairing in pairings})
    agreed = [p for p in pairings if rng.random() < 0.9]
    _put(journal, Consent, {p.television: Consent(frozenset({Purpose.DISASTER})) for p in agreed})
    states = [TvState.ON, TvState.OFF, TvState.SILENT]
    evidence = [
        Evidence(ORDER.id, p.household, p.television, rng.choices(states, (5, 4, 1))[0], EVENING, 1) for p in agreed
    ]
    _put(journal, Evidence, {about(ORDER.id, e.household): e for e in evidence})
    here = rng.sample(people, len(people) * 3 // 10)
    stays = [_stay(p.id, n) for n, p in enumerate(here)]
    _put(journal, Stay, {stay.resident: stay for stay in stays})
    cleared = [Clearance(ORDER.id, home, Reason.MET, EVENING, FactHash("f" * 64)) for home in rng.sample(homes, 300)]
    _put(journal, Clearance, {about(ORDER.id, c.household): c for c in cleared})


def _put(journal: Journal, row: type[R], values: Mapping[str, R]) -> None:
    journal.rows.take((_FOLDS[row], Folded(subject, value, (FactHash("0"),))) for subject, value in values.items())


class _Tables:
    """The same rows as data frames, made once, and the rule as a data analyst would write it."""

    def __init__(self, journal: Journal) -> None:
        pandas: Any = import_module("pandas")  # in the group `bench` only, and without types
        rows = journal.rows
        agreed = set(rows.all(Consent))
        self._people: Any = pandas.DataFrame(
            [(p.id, p.household, p.settlement, p.needs_evacuation_support) for p in rows.all(Resident).values()],
            columns=["resident", "household", "settlement", "support"],
        )
        self._stays: Any = pandas.Series([stay.resident for stay in rows.all(Stay).values()])
        self._evidence: Any = pandas.DataFrame(
            [(e.household, e.state.value) for e in rows.all(Evidence).values()], columns=["household", "state"]
        )
        self._asked: Any = pandas.DataFrame(
            [(p.household, p.television in agreed) for p in rows.all(Pairing).values()], columns=["household", "asked"]
        )
        self._cleared: Any = pandas.Series([c.household for c in rows.all(Clearance).values()])

    def rule(self) -> list[list[str]]:
        """Households presumed stranded, those of which the television cannot tell, and those cleared."""
        people = self._people.assign(here=self._people["resident"].isin(self._stays))
        arrived = people.groupby("household")["here"].any().rename("arrived")
        missing = people[~people["here"]].groupby("household").agg(
            settlement=("settlement", "first"), support=("support", "any"), missing=("resident", tuple)
        )  # fmt: skip
        homes = missing.join(arrived).reset_index()
        homes = homes.merge(self._evidence, on="household", how="left").merge(self._asked, on="household", how="left")
        homes["cleared"] = homes["household"].isin(self._cleared)
        homes["presumed"] = homes["state"].eq(TvState.ON.value)
        homes["unheard"] = homes["state"].isna()  # all others were heard at the same moment
        homes = homes.sort_values(
            ["support", "arrived", "settlement", "unheard", "household"], ascending=[False, True, True, True, True]
        )
        standing = homes[~homes["cleared"]]
        lists = (standing[standing["presumed"]], standing[~standing["presumed"]], homes[homes["cleared"]])
        return [list(found["household"]) for found in lists]


def _check_same(board: Board, peer: list[list[str]]) -> None:
    ours = [[row.household.id for row in rows] for rows in (board.stranded, board.cannot_tell, board.cleared)]
    if ours != peer:
        raise RuntimeError("the board and pandas do not agree")
