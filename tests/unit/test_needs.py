"""Needs from told to met, when one of them calls, and what is handed out: decided by values, written as facts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.conftest import JournalMaker
from tests.town import EVENING, clock_at, listed, open_journal, person, set_clock
from village_console.incident.erase import erase_person
from village_console.journal.journal import Journal
from village_console.needs import desk as needs_desk
from village_console.needs.codes import Kind, Supply, own_list
from village_console.needs.desk import NeedsDesk, Wish, subjects_of
from village_console.needs.facts import Outcome, Owner, Urgency
from village_console.needs.rows import Handed, Need
from village_console.needs.rules import Alarm, HandVerdict, alarm_of, may_hand
from village_console.shelter.facts import Path as Way
from village_console.shelter.receive import Desk, receive
from village_console.village.clock import Clock
from village_console.village.ids import NOT_SIGNED_IN, FactHash, ShelterId

HARU, KEN = person(1), person(2)
DESK = Desk(ShelterId("S1"), 1)
OXYGEN, MEDICINE, EGG, WALKING = "22", "26", "32", "11"
MEAL = own_list().supplies["1"]


@pytest.fixture
def clock() -> Clock:
    return clock_at()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    opened = open_journal(tmp_path, clock)
    opened.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    opened.append(listed(2, 1, "佐藤 健", "サトウ ケン"))
    receive(opened, DESK, [HARU, KEN], Way.NAME)
    yield opened
    opened.close()


@pytest.fixture
def needs(journal: Journal) -> NeedsDesk:
    return NeedsDesk(journal, DESK, own_list())


def told(needs: NeedsDesk, code: str = OXYGEN, **more: object) -> Need:
    wish = {"urgency": Urgency.NOW} | more
    need = needs.tell(HARU, Wish(code, **wish))  # type: ignore[arg-type]
    assert need is not None
    return need


def a_need(until: timedelta | None, owner: Owner | None = None, outcome: Outcome | None = None) -> Need:
    ends = None if until is None else EVENING + until
    return Need("need:1", HARU, OXYGEN, "", ShelterId("S1"), Urgency.NOW, ends, EVENING, NOT_SIGNED_IN, owner, outcome,
                EVENING, FactHash("f"))  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "left", "alarm"),
    [
        (Kind.DEVICE, timedelta(hours=4), Alarm.NONE),
        (Kind.DEVICE, timedelta(hours=3), Alarm.SOON),
        (Kind.DEVICE, timedelta(hours=1), Alarm.NOW),
        (Kind.DEVICE, timedelta(hours=-2), Alarm.NOW),
        (Kind.MEDICINE, timedelta(days=2), Alarm.NONE),
        (Kind.MEDICINE, timedelta(hours=20), Alarm.SOON),
        (Kind.MEDICINE, timedelta(hours=5), Alarm.NOW),
        (Kind.ORDINARY, timedelta(hours=-1), Alarm.NONE),
        (Kind.ALLERGY, timedelta(hours=-1), Alarm.NONE),
    ],
)
def test_what_runs_out_calls_before_it_does(kind: Kind, left: timedelta, alarm: Alarm) -> None:
    assert alarm_of(a_need(left), kind, EVENING) is alarm


def test_a_device_of_which_nobody_knows_how_long_it_lasts_calls_until_somebody_looks_after_it() -> None:
    assert alarm_of(a_need(None), Kind.DEVICE, EVENING) is Alarm.SOON
    assert alarm_of(a_need(None, Owner.NURSE), Kind.DEVICE, EVENING) is Alarm.NONE
    assert alarm_of(a_need(None), Kind.MEDICINE, EVENING) is Alarm.NONE


def test_what_is_done_calls_no_more() -> None:
    assert alarm_of(a_need(timedelta(0), outcome=Outcome.MET), Kind.DEVICE, EVENING) is Alarm.NONE


def test_a_need_goes_from_told_to_taken_to_met(needs: NeedsDesk) -> None:
    need = told(needs, until=EVENING + timedelta(hours=2), detail="予備は 1本")
    assert (need.owner, need.outcome) == (None, None)
    needs.take(need, Owner.NURSE)
    needs.meet(needs.board()[0], Outcome.REFERRED)
    done = needs.board(met=True)
    assert needs.board() == []
    assert [(n.owner, n.outcome, n.detail) for n in done] == [(Owner.NURSE, Outcome.REFERRED, "予備は 1本")]


def test_the_same_need_told_again_is_one_need_with_what_was_said_last(needs: NeedsDesk) -> None:
    first = told(needs)
    again = told(needs, until=EVENING + timedelta(hours=5))
    assert again.id == first.id
    assert [need.until for need in needs.board()] == [EVENING + timedelta(hours=5)]


def test_a_need_that_was_met_and_comes_again_is_another_one(needs: NeedsDesk) -> None:
    needs.meet(told(needs), Outcome.MET)
    assert told(needs).id != needs.board(met=True)[0].id


def test_a_code_that_the_list_does_not_have_writes_nothing(needs: NeedsDesk, journal: Journal) -> None:
    before = len(journal.every_fact())
    assert needs.tell(HARU, Wish("99", Urgency.NOW)) is None
    assert len(journal.every_fact()) == before


def test_alarms_stand_first_then_urgency_then_what_is_due(needs: NeedsDesk) -> None:
    told(needs, WALKING, urgency=Urgency.ORDINARY)
    told(needs, MEDICINE, urgency=Urgency.TODAY, until=EVENING + timedelta(days=3))
    told(needs, OXYGEN, urgency=Urgency.TODAY, until=EVENING + timedelta(minutes=30))
    assert [need.code for need in needs.board()] == [OXYGEN, MEDICINE, WALKING]
    assert [need.code for need in needs.alarms()] == [OXYGEN]


def test_every_step_can_be_taken_back_with_its_reason(needs: NeedsDesk, journal: Journal) -> None:
    need = told(needs)
    needs.meet(need, Outcome.MET)
    assert needs.take_back(needs.board(met=True)[0], "人ちがい")
    assert [n.outcome for n in needs.board()] == [None]
    assert needs.take_back(needs.board()[0], "押し違い")
    assert needs.board() == []
    assert "人ちがい" in [getattr(r.fact, "why", "") for r in journal.facts_about(need.id)]


def test_a_need_goes_with_its_person_to_another_shelter(needs: NeedsDesk, journal: Journal) -> None:
    told(needs)
    other = Desk(ShelterId("S2"), 2)
    receive(journal, other, [HARU], Way.NAME, moving_from=ShelterId("S1"))
    assert needs.board() == []
    assert [need.code for need in NeedsDesk(journal, other, own_list()).board()] == [OXYGEN]


def test_erasing_a_person_erases_what_the_person_needed(needs: NeedsDesk, journal: Journal) -> None:
    need = told(needs, detail="主治医は となり町")
    also = subjects_of(journal.rows.all(Need).values(), {HARU})
    erase_person(journal, HARU, "本人の求め", also=also)
    assert also == [need.id]
    assert needs.board() == []
    assert "主治医" not in str(journal.every_fact())


def handed(*minutes_ago: float) -> list[Handed]:
    return [Handed("1", EVENING - timedelta(minutes=m), ShelterId("S1"), FactHash(str(m))) for m in minutes_ago]


@pytest.mark.parametrize(
    ("before", "verdict"),
    [
        ((), None),
        ((181,), None),
        ((179,), HandVerdict.TOO_SOON),
        ((800, 500, 200), HandVerdict.ENOUGH_TODAY),
        ((24 * 60, 23 * 60, 22 * 60), None),
    ],
)
def test_a_meal_is_handed_out_again_after_its_interval_and_within_its_day(
    before: tuple[float, ...], verdict: HandVerdict | None
) -> None:
    refusal = may_hand(handed(*before), MEAL, EVENING)
    assert (refusal.verdict if refusal else None) is verdict


def test_a_refusal_says_when_it_is_time_again() -> None:
    soon, enough = may_hand(handed(60), MEAL, EVENING), may_hand(handed(800, 500, 200), MEAL, EVENING)
    assert soon is not None
    assert soon.again_at == EVENING + timedelta(hours=2)
    assert enough is not None
    assert enough.again_at == datetime(2026, 11, 4, 0, 0, tzinfo=EVENING.tzinfo)


def test_other_things_do_not_count() -> None:
    water = [Handed("2", EVENING, ShelterId("S1"), FactHash("w"))]
    assert may_hand(water, MEAL, EVENING) is None


def test_nobody_is_handed_the_same_twice_unless_a_person_says_so(needs: NeedsDesk, clock: Clock) -> None:
    verdicts = [needs.hand([HARU], "1")[0].verdict]
    set_clock(clock, EVENING + timedelta(minutes=5))
    verdicts += [needs.hand([HARU], "1")[0].verdict, needs.hand([HARU], "1", anyway=True)[0].verdict]
    assert verdicts == [HandVerdict.HANDED, HandVerdict.TOO_SOON, HandVerdict.HANDED]
    assert needs.handed_today("1") == 2


def test_a_handing_that_was_taken_back_does_not_count(needs: NeedsDesk) -> None:
    done = needs.hand([HARU, KEN], "1")
    needs.take_handing_back([h.fact for h in done if h.fact], "押し違い")
    assert needs.handed_today("1") == 0
    assert needs.hand([HARU], "1")[0].verdict is HandVerdict.HANDED


def test_what_somebody_must_not_eat_comes_with_food_and_with_nothing_else(needs: NeedsDesk) -> None:
    told(needs, EGG)
    assert needs.hand([HARU], "1")[0].allergies == (EGG,)
    assert needs.hand([HARU], "3")[0].allergies == ()
    assert needs.hand([KEN], "1")[0].allergies == ()


def test_somebody_of_whom_nobody_has_said_where_is_asked_about_first(needs: NeedsDesk, journal: Journal) -> None:
    journal.append(listed(3, 2, "𠮷田 清", "ヨシダ キヨシ"))
    assert needs.hand([person(3)], "1")[0].verdict is HandVerdict.NOT_RECEIVED
    assert needs.handed_today("1") == 0


def test_consoles_that_handed_out_apart_count_together_once_they_have_met(make: JournalMaker) -> None:
    here, there = make("here.db"), make("there.db")
    here.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    receive(here, DESK, [HARU], Way.NAME)
    for a, b in ((here, there), (there, here)):
        a.admit(b.public_key)
    there.take_in(here.owed(there.have()), here.keys_for(here.links()))
    for journal in (here, there):
        NeedsDesk(journal, DESK, own_list()).hand([HARU], "3")
    here.take_in(there.owed(here.have()), there.keys_for(there.links()))
    assert NeedsDesk(here, DESK, own_list()).handed_today("3") == 2


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[JournalMaker]:
    maker = JournalMaker(tmp_path, clock)  # type: ignore[arg-type]
    yield maker
    maker.close_all()


def test_every_label_fits_its_column_in_both_languages() -> None:
    codes = own_list()
    some = (*codes.needs.values(), *codes.supplies.values())
    assert [one.code for one in some if cell_len(one.ja) > 11 or cell_len(one.en) > 11] == []
    assert {code[0] for code in codes.needs} == set(codes.groups)


def test_a_municipality_may_have_its_own_list(tmp_path: Path) -> None:
    path = tmp_path / "needs.toml"
    path.write_text(
        '[group]\n1 = { ja = "ほか", en = "Other" }\n[need]\n19 = { ja = "ねこ", en = "Cat" }\n[supply]\n', "utf-8"
    )
    assert list(own_list(path).needs) == ["19"]
    assert own_list(path).kind(OXYGEN) is Kind.ORDINARY


@pytest.mark.parametrize("broken", ["[need", "[need]\n1 = 2\n", "[group]\n[need]\n"])
def test_a_list_that_is_none_is_refused_when_the_console_starts(tmp_path: Path, broken: str) -> None:
    path = tmp_path / f"{len(broken)}.toml"
    path.write_text(broken, "utf-8")
    with pytest.raises((KeyError, TypeError, tomllib.TOMLDecodeError)):
        own_list(path)


def test_supplies_are_what_the_desk_offers() -> None:
    assert all(isinstance(one, Supply) and one.a_day > 0 for one in own_list().supplies.values())
    assert needs_desk.NeedsDesk is NeedsDesk
