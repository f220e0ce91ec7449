"""Orders that narrow, words from the field, outages, visits: what each does to the board, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.town import EVENING, MUNICIPALITY, home, listed, open_journal, person, set_clock, write_all
from village_console.journal.journal import Journal
from village_console.shelter.rows import Stay
from village_console.stranded import outages, visits
from village_console.stranded.doubt import SPEAKS_EVERY, expected_recall, silent_shelters
from village_console.stranded.facts import Cut, Found, Issuer, Level, Means, OrderLifted, Reason, Said
from village_console.stranded.known import board_in
from village_console.stranded.ladder import Rung
from village_console.stranded.outages import Hush, suspected
from village_console.stranded.rows import Order, Visit
from village_console.stranded.undoing import newest_act
from village_console.stranded.views import Blind, Board, BoardRow
from village_console.stranded.watch import Watch
from village_console.viewing.facts import Heard, Purpose, TelevisionPaired, TvState, ViewingConsentGiven
from village_console.village.ids import HouseholdId, OrderId, ShelterId, television_id

NOW = EVENING + timedelta(seconds=20)
PLACES = {1: "上藻", 2: "上藻", 3: "東興", 4: "東興"}


class Televisions:
    def __init__(self) -> None:
        self.heard: dict[str, Heard] = {}

    def at(self, device: str, _moment: datetime) -> Heard:
        return self.heard.get(device, Heard(TvState.SILENT, None))


@pytest.fixture
def televisions() -> Televisions:
    made = Televisions()
    made.heard = {
        "stb-1": Heard(TvState.ON, EVENING, "set_top"),
        "stb-3": Heard(TvState.ON, EVENING - timedelta(minutes=9)),
    }
    return made


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    set_clock(journal.clock, NOW)
    write_all(journal, [listed(n, n, f"村 {n}", "ムラ", settlement=place) for n, place in PLACES.items()])
    for n in PLACES:
        television = television_id(MUNICIPALITY, f"stb-{n}")
        journal.append(TelevisionPaired(subject=television, household=home(n), device=f"stb-{n}"))
        journal.append(ViewingConsentGiven(subject=television, purpose=Purpose.DISASTER, agreed=True, who=None))
    yield journal
    journal.close()


@pytest.fixture
def watch(journal: Journal, televisions: Televisions) -> Watch:
    return Watch(journal, 1, televisions.at)


def later(journal: Journal, minutes: float) -> None:
    set_clock(journal.clock, journal.clock.now() + timedelta(minutes=minutes))


def board(watch: Watch) -> Board:
    found = watch.board()
    assert found is not None
    return found


def row(watch: Watch, number: int) -> BoardRow:
    found = board(watch)
    rows = (*found.stranded, *found.cannot_tell, *found.cleared)
    return next(one for one in rows if one.household.id == home(number))


def homes(rows: tuple[BoardRow, ...]) -> list[HouseholdId]:
    return [one.household.id for one in rows]


# Orders


def test_an_order_says_who_issued_it_and_may_be_recorded_late(watch: Watch) -> None:
    order = watch.order(Level.EVACUATION_ORDER, ("上藻",), minutes_ago=7, by=Issuer.DEPUTY)
    assert (order.issued_at, order.by) == (EVENING - timedelta(minutes=7), Issuer.DEPUTY)


def test_a_narrowed_order_covers_only_what_is_left_and_undo_widens_it_again(watch: Watch) -> None:
    order = watch.order(Level.EVACUATION_ORDER)
    narrowed = watch.narrow(order, ("東興",))
    assert narrowed is not None
    assert homes(board(watch).stranded) == [home(3)]
    assert watch.take_back(narrowed.fact, "slip")
    assert homes(board(watch).stranded) == [home(1), home(3)]


def test_an_order_that_is_lifted_is_in_force_no_more_and_its_evidence_stays(watch: Watch, journal: Journal) -> None:
    order = watch.order(Level.EVACUATION_ORDER)
    watch.narrow(order, ())
    lifted = journal.rows.one(Order, order.id)
    assert lifted is not None
    assert (watch.orders(), watch.board(), lifted.lifted_at) == ([], None, NOW)
    assert len(journal.facts_about(f"{order.id}/{home(1)}")) == 1


def test_an_order_cannot_be_taken_back_while_its_lifting_stands(watch: Watch) -> None:
    order = watch.order(Level.EVACUATION_ORDER)
    watch.narrow(order, ())
    assert not watch.take_back(order.fact, "slip")


def test_a_lifting_whose_order_has_not_arrived_makes_no_order(journal: Journal) -> None:
    journal.append(OrderLifted(subject=OrderId("order:9-1"), at=EVENING))
    assert journal.rows.all(Order) == {}


def test_two_orders_for_two_settlements_are_one_board(watch: Watch, journal: Journal) -> None:
    first = watch.order(Level.EARLY_EVACUATION, ("上藻",))
    later(journal, 5)
    second = watch.order(Level.EVACUATION_ORDER, ("東興",))
    found = board(watch)
    assert homes(found.stranded) == [home(1), home(3)]
    assert (row(watch, 1).order, row(watch, 3).order, found.order) == (first, second, second)


def test_under_two_orders_a_home_stands_under_the_earliest_that_puts_it_there(watch: Watch, journal: Journal) -> None:
    first = watch.order(Level.EARLY_EVACUATION)
    later(journal, 5)
    watch.order(Level.EVACUATION_ORDER)
    assert row(watch, 1).order == first


def test_who_was_made_sure_of_before_the_second_order_stands_again_and_after_it_does_not(
    watch: Watch, journal: Journal
) -> None:
    first = watch.order(Level.EARLY_EVACUATION)
    watch.clear(first, home(1), Reason.SPOKE_BY_PHONE)
    later(journal, 5)
    second = watch.order(Level.EVACUATION_ORDER)
    assert row(watch, 1).rung is Rung.PRESUMED
    watch.clear(second, home(1), Reason.MET)
    assert row(watch, 1).rung is Rung.CONFIRMED


def test_the_kept_board_of_many_orders_is_the_one_worked_out_anew(watch: Watch, journal: Journal) -> None:
    watch.order(Level.EARLY_EVACUATION)
    visits.hear(journal, home(2), Means.RELATIVE, Said.AT_HOME)
    later(journal, 40)
    watch.order(Level.EMERGENCY_SAFETY_MEASURES, ("東興",))
    outages.report_outage(journal, "上藻", Cut.POWER)
    outages.expect_hazard(journal, "東興", NOW + timedelta(minutes=30))
    assert watch.board() == board_in(journal.rows, journal.clock.now())
    later(journal, 200)
    assert watch.board() == board_in(journal.rows, journal.clock.now()), "a word has grown too old"


# Evidence and words


def test_a_consent_that_has_run_out_is_none_from_the_next_day_on(watch: Watch, journal: Journal) -> None:
    television = television_id(MUNICIPALITY, "stb-1")
    journal.append(
        ViewingConsentGiven(
            subject=television, purpose=Purpose.DISASTER, agreed=True, who=None, until=journal.clock.now().date()
        )
    )
    assert watch.known().asked[home(1)]
    later(journal, 24 * 60)
    assert not watch.known().asked[home(1)]
    watch.order(Level.EVACUATION_ORDER)
    assert row(watch, 1).blind is Blind.NO_CONSENT
    assert watch.board() == board_in(journal.rows, journal.clock.now())


def test_evidence_names_the_dialect_that_spoke(watch: Watch) -> None:
    watch.order(Level.EVACUATION_ORDER)
    evidence = row(watch, 1).evidence
    assert evidence is not None
    assert evidence.source == "set_top"


@pytest.mark.parametrize(
    ("means", "what", "rung"),
    [
        (Means.RELATIVE, Said.AT_HOME, Rung.MAYBE_AT_HOME),
        (Means.TELEVISION, Said.SAFE, Rung.MAYBE_AT_HOME),
        (Means.TELEVISION, Said.LEAVING, Rung.MAYBE_AT_HOME),
        (Means.PHONE, Said.AT_HOME, Rung.PRESUMED),
        (Means.TELEVISION, Said.NEEDS_HELP, Rung.NEEDS_RESCUE),
        (Means.PHONE, Said.NO_ANSWER, Rung.UNCONFIRMED),
        (Means.RELATIVE, Said.HAS_LEFT, Rung.UNCONFIRMED),
    ],
)
def test_what_was_said_of_a_home_that_television_cannot_tell(
    watch: Watch, journal: Journal, means: Means, what: Said, rung: Rung
) -> None:
    watch.order(Level.EVACUATION_ORDER)
    visits.hear(journal, home(2), means, what)
    assert row(watch, 2).rung is rung
    assert (home(2) in homes(board(watch).stranded)) is (rung >= Rung.PRESUMED)


def test_a_call_for_help_goes_first(watch: Watch, journal: Journal) -> None:
    watch.order(Level.EVACUATION_ORDER)
    visits.hear(journal, home(4), Means.TELEVISION, Said.NEEDS_HELP)
    assert homes(board(watch).stranded)[0] == home(4)


def test_a_word_grows_old_and_the_board_says_so_without_a_new_fact(watch: Watch, journal: Journal) -> None:
    watch.order(Level.EVACUATION_ORDER)
    visits.hear(journal, home(2), Means.RELATIVE, Said.AT_HOME)
    later(journal, 179)
    assert row(watch, 2).rung is Rung.MAYBE_AT_HOME
    later(journal, 1)
    assert (row(watch, 2).rung, row(watch, 2).told) == (Rung.UNCONFIRMED, ())


# Outages


def test_in_an_outage_on_is_only_the_last_that_is_known_and_silence_says_why(watch: Watch, journal: Journal) -> None:
    watch.order(Level.EVACUATION_ORDER)
    before = row(watch, 1).stand
    outages.report_outage(journal, "上藻", Cut.POWER)
    assert (row(watch, 1).last_known, row(watch, 1).rung) == (True, Rung.PRESUMED)
    assert row(watch, 1).stand.strength < before.strength
    assert (row(watch, 2).blind, row(watch, 4).blind) == (Blind.OUTAGE, Blind.SILENT)
    outages.end_outage(journal, "上藻")
    assert (row(watch, 1).last_known, row(watch, 2).blind) == (False, Blind.SILENT)


@pytest.mark.parametrize(
    ("silent", "asked", "mass"),
    [(4, 4, True), (3, 4, True), (2, 4, False), (3, 3, False), (20, 30, True), (19, 30, False)],
)
def test_a_mass_silence_looks_like_an_outage(silent: int, asked: int, mass: bool) -> None:
    hush = Hush("上藻", silent, asked)
    assert suspected([hush], frozenset()) == ([hush] if mass else [])
    assert suspected([hush], frozenset({"上藻"})) == []


def test_the_watch_counts_by_settlement_who_is_silent_now(watch: Watch) -> None:
    assert watch.hush() == [Hush("上藻", 1, 2), Hush("東興", 1, 2)]


def test_a_laptop_that_collects_nothing_suspects_nothing(journal: Journal) -> None:
    assert Watch(journal, 1, None).hush() == []


def test_where_less_time_is_left_one_goes_first(watch: Watch, journal: Journal) -> None:
    watch.order(Level.EVACUATION_ORDER)
    assert homes(board(watch).stranded) == [home(1), home(3)]
    outages.expect_hazard(journal, "東興", NOW + timedelta(minutes=20))
    assert homes(board(watch).stranded) == [home(3), home(1)]


# Visits


def test_a_team_is_asked_and_waits_in_the_list_until_it_reports(watch: Watch, journal: Journal) -> None:
    order = watch.order(Level.EVACUATION_ORDER)
    visits.assign(journal, [home(1), home(3)], "第2班")
    assert [(v.household, v.team) for v in visits.open_visits(journal.rows)] == [(home(1), "第2班"), (home(3), "第2班")]
    visits.report(journal, home(1), Found.MET, [order])
    assert [v.household for v in visits.open_visits(journal.rows)] == [home(3)]


@pytest.mark.parametrize(
    ("found", "rung"),
    [
        (Found.MET, Rung.CONFIRMED), (Found.EMPTY, Rung.CONFIRMED), (Found.STAYS, Rung.PRESUMED),
        (Found.NO_ANSWER, Rung.PRESUMED), (Found.NEEDS_HELP, Rung.NEEDS_RESCUE),
    ],
)  # fmt: skip
def test_what_a_team_found_is_evidence_or_makes_sure_and_is_taken_back_whole(
    watch: Watch, journal: Journal, found: Found, rung: Rung
) -> None:
    order = watch.order(Level.EVACUATION_ORDER)
    later(journal, 1)
    visits.assign(journal, [home(1)], "第1班")
    later(journal, 20)
    visits.report(journal, home(1), found, [order])
    assert row(watch, 1).rung is rung
    act = newest_act(journal.rows)
    assert act is not None
    assert (act.what, len(act.facts)) == ("report", 2)
    assert all(watch.take_back(fact, "slip") for fact in act.facts)
    assert (row(watch, 1).rung, row(watch, 1).told) == (Rung.PRESUMED, ())
    waiting = journal.rows.one(Visit, f"visit/{home(1)}")
    assert waiting is not None
    assert waiting.found is None


def test_a_report_is_one_act_though_its_facts_were_written_one_after_the_other(
    watch: Watch, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = watch.order(Level.EVACUATION_ORDER)
    visits.assign(journal, [home(1)], "第1班")
    ticks = iter(range(1, 1000))
    begun = journal.clock.epoch()
    monkeypatch.setattr(journal.clock, "epoch", lambda: begun + 60 + next(ticks) / 1000)
    visits.report(journal, home(1), Found.MET, [order])
    act = newest_act(journal.rows)
    assert act is not None
    assert (act.what, len(act.facts)) == ("report", 2)


def test_undo_takes_a_whole_assignment_back_and_then_the_act_before(watch: Watch, journal: Journal) -> None:
    watch.order(Level.EVACUATION_ORDER)
    later(journal, 1)
    outages.report_outage(journal, "上藻", Cut.LINE)
    later(journal, 1)
    visits.assign(journal, [home(1), home(3)], "第2班")
    acts: list[str] = []
    while (act := newest_act(journal.rows)) is not None:
        acts.append(act.what)
        assert all(watch.take_back(fact, "slip") for fact in act.facts)
    assert acts == ["visit", "outage", "order"]


# Doubt


@pytest.mark.parametrize(
    ("hour", "nearest"), [(3, 3), (0, 3), (6, 3), (7, 10), (10, 10), (14, 10), (15, 19), (19, 19), (22, 19), (23, 3)]
)
def test_the_simulated_recall_is_that_of_the_nearest_hour(hour: int, nearest: int) -> None:
    assert expected_recall(EVENING.replace(hour=hour)).hour == nearest


def test_a_shelter_of_which_nothing_is_known_for_long_is_silent_and_ones_own_never_is(journal: Journal) -> None:
    from village_console.shelter.facts import Path as Way
    from village_console.shelter.receive import Desk, receive

    receive(journal, Desk(ShelterId("S1"), 1), [person(1)], Way.CARD)
    receive(journal, Desk(ShelterId("S2"), 1), [person(2)], Way.CARD)
    stays = list(journal.rows.all(Stay).values())
    now = journal.clock.now()
    assert silent_shelters(stays, ShelterId("S1"), now) == {}
    assert silent_shelters(stays, ShelterId("S1"), now + SPEAKS_EVERY) == {ShelterId("S2"): now}
