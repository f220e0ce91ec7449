"""The watch: an order fixes what the televisions were, later logs append versions, and everything can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.town import EVENING, MUNICIPALITY, home, listed, open_journal, person, set_clock, write_all
from village_console.journal.facts import Recorded
from village_console.journal.journal import Journal
from village_console.shelter.facts import Path as Way
from village_console.shelter.receive import Desk, receive
from village_console.stranded.facts import Level, Reason, TvEvidenceGiven, about
from village_console.stranded.rows import Evidence, Order, fold_evidence
from village_console.stranded.views import Blind, Board
from village_console.stranded.watch import Watch
from village_console.viewing.facts import Heard, Purpose, TelevisionPaired, TvState, ViewingConsentGiven
from village_console.village.ids import FactHash, HouseholdId, OrderId, ShelterId, television_id

AT_ORDER = EVENING + timedelta(seconds=42)


class Televisions:
    """What each television is known to have been, and when that was asked about."""

    def __init__(self) -> None:
        self.heard: dict[str, Heard] = {}
        self.asked: list[tuple[str, datetime]] = []

    def at(self, device: str, moment: datetime) -> Heard:
        self.asked.append((device, moment))
        return self.heard.get(device, Heard(TvState.SILENT, None))


@pytest.fixture
def televisions() -> Televisions:
    return Televisions()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    set_clock(journal.clock, AT_ORDER)
    write_all(journal, [listed(n, n, f"村 {n}", "ムラ") for n in (1, 2, 3)])
    pair(journal, "stb-0001", 1)
    pair(journal, "stb-0002", 2, agreed=False)
    yield journal
    journal.close()


@pytest.fixture
def watch(journal: Journal, televisions: Televisions) -> Watch:
    return Watch(journal, 1, televisions.at)


def pair(journal: Journal, device: str, household: int, *, agreed: bool = True) -> None:
    television = television_id(MUNICIPALITY, device)
    journal.append(TelevisionPaired(subject=television, household=home(household), device=device))
    journal.append(ViewingConsentGiven(subject=television, purpose=Purpose.DISASTER, agreed=agreed, who=None))


def given(journal: Journal) -> list[TvEvidenceGiven]:
    facts = [recorded.fact for _, recorded in journal.every_fact() if recorded]
    return [fact for fact in facts if isinstance(fact, TvEvidenceGiven)]


def lists(board: Board | None) -> tuple[list[HouseholdId], dict[HouseholdId, Blind | None], list[HouseholdId]]:
    """Who is presumed stranded, of whom the television cannot tell and why, who is cleared."""
    assert board is not None
    return (
        [row.household.id for row in board.stranded],
        {row.household.id: row.blind for row in board.cannot_tell},
        [row.household.id for row in board.cleared],
    )


def test_before_an_order_there_is_no_board(watch: Watch) -> None:
    assert (watch.board(), watch.orders()) == (None, [])


def test_an_order_is_issued_at_the_full_minute_and_asks_about_that(
    watch: Watch, journal: Journal, televisions: Televisions
) -> None:
    order = watch.order(Level.EVACUATION_ORDER, ("上興部",))
    assert (order.id, order.level, order.settlements, order.issued_at) == (
        "order:1-1", Level.EVACUATION_ORDER, ("上興部",), EVENING,
    )  # fmt: skip
    assert televisions.asked == [("stb-0001", EVENING)]
    assert journal.every_fact()[-2][0].kind == "EvacuationOrdered"


def test_what_each_television_was_is_written_with_the_order(
    watch: Watch, journal: Journal, televisions: Televisions
) -> None:
    televisions.heard["stb-0001"] = Heard(TvState.ON, EVENING - timedelta(minutes=1))
    order = watch.order(Level.EVACUATION_ORDER)
    assert given(journal) == [
        TvEvidenceGiven(
            subject=about(order.id, home(1)), order=order.id, household=home(1),
            television=television_id(MUNICIPALITY, "stb-0001"), state=TvState.ON,
            last_heard=EVENING - timedelta(minutes=1), version=1,
        )
    ]  # fmt: skip
    assert lists(watch.board()) == ([home(1)], {home(2): Blind.NO_CONSENT, home(3): Blind.NO_TELEVISION}, [])


def test_a_household_that_has_not_agreed_is_never_asked(
    watch: Watch, journal: Journal, televisions: Televisions
) -> None:
    televisions.heard["stb-0002"] = Heard(TvState.ON, EVENING)
    watch.order(Level.EVACUATION_ORDER)
    assert [device for device, _ in televisions.asked] == ["stb-0001"]
    assert [fact.household for fact in given(journal)] == [home(1)]


def test_consent_to_something_else_is_no_consent(watch: Watch, journal: Journal, televisions: Televisions) -> None:
    pair(journal, "stb-0003", 3, agreed=False)
    television = television_id(MUNICIPALITY, "stb-0003")
    journal.append(ViewingConsentGiven(subject=television, purpose=Purpose.WATCH_OVER, agreed=True, who=None))
    watch.order(Level.EVACUATION_ORDER)
    assert [device for device, _ in televisions.asked] == ["stb-0001"]
    assert lists(watch.board())[1][home(3)] is Blind.NO_CONSENT


def test_one_television_that_was_on_is_enough_for_a_home(
    watch: Watch, journal: Journal, televisions: Televisions
) -> None:
    pair(journal, "stb-0009", 1)
    televisions.heard = {"stb-0001": Heard(TvState.OFF, EVENING), "stb-0009": Heard(TvState.ON, EVENING)}
    watch.order(Level.EVACUATION_ORDER)
    assert [(fact.television, fact.state) for fact in given(journal)] == [
        (television_id(MUNICIPALITY, "stb-0009"), TvState.ON)
    ]


def test_gathering_again_writes_nothing_while_the_log_says_the_same(
    watch: Watch, journal: Journal, televisions: Televisions
) -> None:
    televisions.heard["stb-0001"] = Heard(TvState.ON, EVENING)
    order = watch.order(Level.EVACUATION_ORDER)
    assert watch.gather(order) == 0
    assert len(given(journal)) == 1


@pytest.mark.parametrize(
    ("first", "later"), [(TvState.SILENT, TvState.ON), (TvState.ON, TvState.OFF), (TvState.OFF, TvState.ON)]
)
def test_a_later_log_that_says_otherwise_appends_a_version(
    watch: Watch, journal: Journal, televisions: Televisions, first: TvState, later: TvState
) -> None:
    televisions.heard["stb-0001"] = Heard(first, EVENING - timedelta(hours=1))
    order = watch.order(Level.EVACUATION_ORDER)
    televisions.heard["stb-0001"] = Heard(later, EVENING - timedelta(minutes=2))
    assert watch.gather(order) == 1
    assert [(fact.version, fact.state) for fact in given(journal)] == [(1, first), (2, later)]
    assert journal.rows.all(Evidence)[about(order.id, home(1))].state is later


@pytest.mark.parametrize("state", [TvState.ON, TvState.OFF])
def test_silence_never_replaces_what_was_heard(
    watch: Watch, journal: Journal, televisions: Televisions, state: TvState
) -> None:
    televisions.heard["stb-0001"] = Heard(state, EVENING)
    order = watch.order(Level.EVACUATION_ORDER)
    televisions.heard["stb-0001"] = Heard(TvState.SILENT, EVENING)
    assert watch.gather(order) == 0
    assert [fact.state for fact in given(journal)] == [state]


def test_the_highest_version_holds_whenever_it_arrived(
    watch: Watch, journal: Journal, televisions: Televisions
) -> None:
    order = watch.order(Level.EVACUATION_ORDER)
    televisions.heard["stb-0001"] = Heard(TvState.ON, EVENING)
    watch.gather(order)
    facts: list[Recorded[TvEvidenceGiven]] = journal.facts_about(about(order.id, home(1)))
    assert [recorded.fact.version for recorded in facts] == [1, 2]
    late_first = [facts[1], replace(facts[0], hlc=facts[1].hlc + 1)]
    assert fold_evidence(late_first).version == fold_evidence(facts).version == 2


def test_a_laptop_that_collects_no_televisions_gives_no_evidence(journal: Journal) -> None:
    watch = Watch(journal, 2, None)
    order = watch.order(Level.EVACUATION_ORDER)
    assert (order.id, watch.gather(order), given(journal)) == ("order:2-1", 0, [])
    assert lists(watch.board())[1] == {
        home(1): Blind.SILENT, home(2): Blind.NO_CONSENT, home(3): Blind.NO_TELEVISION,
    }  # fmt: skip


def test_whoever_checks_in_leaves_the_board_at_once(watch: Watch, journal: Journal, televisions: Televisions) -> None:
    televisions.heard["stb-0001"] = Heard(TvState.ON, EVENING)
    watch.order(Level.EVACUATION_ORDER)
    receive(journal, Desk(ShelterId("S2"), 1), [person(1)], Way.CARD)
    assert lists(watch.board())[0] == []


def test_a_household_is_cleared_with_the_reason_and_that_can_be_taken_back(
    watch: Watch, televisions: Televisions
) -> None:
    televisions.heard["stb-0001"] = Heard(TvState.ON, EVENING)
    order = watch.order(Level.EVACUATION_ORDER)
    clearance = watch.clear(order, home(1), Reason.SPOKE_BY_PHONE)
    assert clearance is not None
    assert (clearance.household, clearance.reason, clearance.at) == (home(1), Reason.SPOKE_BY_PHONE, AT_ORDER)
    assert lists(watch.board())[::2] == ([], [home(1)])
    assert watch.take_back(clearance.fact, "another house")
    assert lists(watch.board())[::2] == ([home(1)], [])
    assert not watch.take_back(clearance.fact, "again")


def test_an_order_can_be_taken_back_and_the_one_before_holds_again(watch: Watch, journal: Journal) -> None:
    first = watch.order(Level.EARLY_EVACUATION)
    set_clock(journal.clock, AT_ORDER + timedelta(minutes=3))
    second = watch.order(Level.EVACUATION_ORDER)
    assert watch.orders() == [second, first]
    assert watch.take_back(second.fact, "by mistake")
    board = watch.board()
    assert board is not None
    assert (watch.orders(), board.order) == ([first], first)
    assert watch.take_back(first.fact, "by mistake")
    assert watch.board() is None


def test_the_number_of_an_order_that_was_taken_back_is_not_used_again(watch: Watch) -> None:
    watch.take_back(watch.order(Level.EVACUATION_ORDER).fact, "by mistake")
    assert watch.order(Level.EVACUATION_ORDER).id == "order:1-2"


def test_each_order_has_evidence_of_its_own(watch: Watch, journal: Journal, televisions: Televisions) -> None:
    televisions.heard["stb-0001"] = Heard(TvState.ON, EVENING)
    watch.order(Level.EARLY_EVACUATION)
    set_clock(journal.clock, AT_ORDER + timedelta(minutes=30))
    televisions.heard["stb-0001"] = Heard(TvState.OFF, EVENING)
    watch.order(Level.EVACUATION_ORDER)
    assert [(fact.order, fact.state, fact.version) for fact in given(journal)] == [
        ("order:1-1", TvState.ON, 1), ("order:1-2", TvState.OFF, 1),
    ]  # fmt: skip
    assert lists(watch.board())[0] == [home(1)], "the first order is in force: on the boards as one nobody is left out"


def test_what_is_not_an_order_cannot_be_taken_back(watch: Watch) -> None:
    assert not watch.take_back(FactHash("00" * 32), "nothing")


def test_the_board_knows_who_was_listed_a_moment_ago(watch: Watch, journal: Journal) -> None:
    watch.order(Level.EVACUATION_ORDER)
    assert home(4) not in lists(watch.board())[1]
    journal.append(listed(4, 4, "村 新", "ムラ シン"))
    assert lists(watch.board())[1][home(4)] is Blind.NO_TELEVISION


def test_the_board_is_the_same_after_a_restart(tmp_path: Path, televisions: Televisions) -> None:
    televisions.heard["stb-0001"] = Heard(TvState.ON, EVENING)
    folder, boards = tmp_path / "laptop", list[Board | None]()
    for start in (True, False):
        journal = open_journal(folder)
        watch = Watch(journal, 1, televisions.at)
        if start:
            write_all(journal, [listed(1, 1, "村 一", "ムラ ハジメ")])
            pair(journal, "stb-0001", 1)
            watch.order(Level.EVACUATION_ORDER)
        boards.append(watch.board())
        journal.close()
    assert boards[0] == boards[1]
    assert lists(boards[0])[0] == [home(1)]


def test_an_order_covers_whom_it_names_and_everybody_when_it_names_nobody() -> None:
    order = Order(OrderId("order:1-1"), Level.EVACUATION_ORDER, ("上藻",), EVENING, FactHash(""))
    assert (order.covers("上藻"), order.covers("東興")) == (True, False)
    assert replace(order, settlements=()).covers("東興")
