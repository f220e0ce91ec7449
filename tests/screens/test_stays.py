"""Out and back, moving, leaving, two places and the household at 80x24: every key counted, every act taken back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, at_once, seen
from tests.screens.test_pictures import devices
from tests.town import KEY, person
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.records import catalogue
from village_console.register.rows import Resident
from village_console.shelter.facts import EvacueeReceived, Path, Place
from village_console.shelter.receive import Desk, receive
from village_console.shelter.rows import Stay
from village_console.shelter.rules import PersonState, Verdict
from village_console.tui.screens.desk import GUARD
from village_console.tui.screens.place import PLACES, PlacePage
from village_console.tui.screens.tray import TrayPage
from village_console.village.ids import ResidentId, ShelterId
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

S1, S2 = ShelterId("S1"), ShelterId("S2")
HARU, TOMIKO = person(2), person(5)
FAMILY = {"佐藤 正一": "2", "佐藤 健": "3", "佐藤 美咲": "4"}
"""The rest of Haru's household, with the digit that receives each."""


async def tapped(village: Village, pilot: Pilot[Any], number: int, sentence: str) -> str:
    village.app.on_tap(village.card(number))
    return await seen(village, pilot, sentence)


def here(village: Village) -> set[str]:
    """Who is registered at this shelter."""
    rows = village.journal.rows
    return {rows.all(Resident)[s.resident].name for s in rows.all(Stay).values() if s.shelter == S1}


def state(village: Village, who: ResidentId) -> PersonState:
    return village.app.station.reception.state_of(who)


@pytest.fixture
def school(village: Village, tmp_path: File) -> Iterator[Journal]:
    """The journal of another shelter, which this console has admitted."""
    purpose = Purpose(*(getattr(village.journal.purpose, name) for name in ("mode", "world", "incident")))
    journal = Journal(tmp_path / "school.db", KEY, purpose, catalogue(), village.clock)
    journal.admit(village.journal.public_key)
    village.journal.admit(journal.public_key)
    yield journal
    journal.close()


def arrive(village: Village, school: Journal) -> None:
    """What the school knows comes to this console."""
    links = school.owed(village.journal.have())
    village.journal.take_in(links, school.keys_for(links))


def received_there(village: Village, school: Journal, who: ResidentId = TOMIKO) -> None:
    receive(school, Desk(S2, 2), [who], Path.CARD)
    arrive(village, school)


# The household


@pytest.mark.parametrize("chosen", list(chain.from_iterable(combinations(FAMILY, n) for n in range(4))), ids="+".join)
async def test_one_card_and_at_most_three_keys_take_any_part_of_a_family_of_four(
    village: Village, chosen: tuple[str, ...]
) -> None:
    keys = ["1"] if not chosen else ["enter"] if len(chosen) == 3 else [FAMILY[name] for name in chosen]
    assert len(keys) <= 3
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 2, "Enter  まだの 3人も着いた")
        for key in keys:
            await pilot.press(key)
            await pilot.pause(GUARD + 0.1)
    assert here(village) == {"佐藤 ハル", *chosen}


async def test_one_that_means_only_this_person_ends_the_offer(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 2, "1 この人だけ")
        await pilot.press("1")
        await seen(village, pilot, "最近の受付")
        await pilot.press("enter")
        await pilot.pause(0.2)
    assert here(village) == {"佐藤 ハル"}


async def test_enter_after_a_choice_leaves_the_household_as_it_is(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 2, "まだの 3人も着いた")
        await pilot.press("3")
        await seen(village, pilot, "Enter これでよい")
        await pilot.press("enter")
        await seen(village, pilot, "最近の受付")
    assert here(village) == {"佐藤 ハル", "佐藤 健"}


async def test_an_enter_that_was_pressed_twice_in_a_search_receives_one_person(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash")
        await seen(village, pilot, "名前でさがす")
        await pilot.press(*"haru")
        await seen(village, pilot, "見分けるために")
        with at_once(village):
            await pilot.press("enter", "enter")
        await seen(village, pilot, "受け付けました")
    assert here(village) == {"佐藤 ハル"}


# Out and back


async def test_a_key_sends_out_and_the_same_card_brings_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("o")
        text = await seen(village, pilot, "外出に しました")
        assert "いま 1人 1世帯  外出 1" in text
        assert state(village, TOMIKO) is PersonState.OUT
        text = await tapped(village, pilot, 5, "もどりました")
        assert "外出 1" not in text
    assert state(village, TOMIKO) is PersonState.HERE


async def test_at_rest_the_key_asks_who_goes_out(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await tapped(village, pilot, 9, "葛󠄀西 トシ さん")
        await pilot.press("escape", "o")
        await seen(village, pilot, "どなたが 外出か もどりですか")
        await pilot.press(*"yamazaki")
        await seen(village, pilot, "見分けるために")
        await pilot.press("enter")
        await seen(village, pilot, "外出に しました")
    assert (state(village, TOMIKO), state(village, person(9))) == (PersonState.OUT, PersonState.HERE)


async def test_somebody_who_is_not_here_cannot_go_out(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("o")
        await seen(village, pilot, "どなたが 外出か もどりですか")
        await pilot.press(*"yamazaki")
        await seen(village, pilot, "見分けるために")
        await pilot.press("enter")
        text = await seen(village, pilot, "ここで 受け付けている方では ありません")
    assert "何も変えていません" in text
    assert village.journal.rows.one(Stay, TOMIKO) is None


async def test_the_roster_sends_out_and_shows_it(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("f4")
        await seen(village, pilot, "〇 いる")
        await pilot.press("o")
        text = await seen(village, pilot, "／ 外出")
    assert "いる 1人  外出 1" in text


async def test_z_takes_an_outing_back_naming_who_and_when(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("o")
        await seen(village, pilot, "外出に しました")
        await pilot.press("z")
        text = await seen(village, pilot, "「外出」を 取り消しますか")
        assert "山﨑 トミ子 さん" in text
        assert "18:02:11" in text
        await pilot.press("enter")
        await seen(village, pilot, "取り消しました")
    assert state(village, TOMIKO) is PersonState.HERE


# Leaving, and staying elsewhere


@pytest.mark.parametrize(("digit", "place"), list(enumerate(PLACES, start=1)))
async def test_two_keys_end_a_stay_and_say_where_to(village: Village, digit: int, place: Place) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("d")
        await seen(village, pilot, "退所して どこへ 行きますか")
        await pilot.press(str(digit))
        text = await seen(village, pilot, "退所に しました")
    stay = village.journal.rows.one(Stay, TOMIKO)
    assert stay is not None
    assert (stay.shelter, stay.place, stay.left) == (None, place, S1)
    assert ("未完了に 残ります" in text) is stay.lost_sight_of
    assert ("未完了 1" in text) is stay.lost_sight_of


async def test_enter_is_for_who_says_nothing_about_where_to(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("d")
        await seen(village, pilot, "Enter 分からない")
        await pilot.press("enter")
        await seen(village, pilot, "退所に しました")
    stay = village.journal.rows.one(Stay, TOMIKO)
    assert stay is not None
    assert stay.place is Place.UNKNOWN


async def test_a_family_leaves_together_and_comes_back_with_one_z(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 2, "まだの 3人も着いた")
        await pilot.press("enter")
        await seen(village, pilot, "家族も 受け付けました")
        await pilot.press("d")
        await seen(village, pilot, "a 世帯の 3人も いっしょに")
        await pilot.press("a")
        await seen(village, pilot, "a いっしょ 3人")
        await pilot.press("3")
        await seen(village, pilot, "退所に しました")
        assert here(village) == set()
        await pilot.press("z")
        await seen(village, pilot, "取り消しますか")
        await pilot.press("enter")
        await seen(village, pilot, "取り消しました")
    assert len(here(village)) == 4


async def test_somebody_who_never_came_is_known_to_be_at_home(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("d")
        await seen(village, pilot, "どなたの 居場所ですか")
        await pilot.press(*"yamazaki")
        await seen(village, pilot, "見分けるために")
        await pilot.press("enter")
        text = await seen(village, pilot, "いま どこに いますか")
        assert "区画を 決める" not in text
        await pilot.press("1")
        await seen(village, pilot, "居場所を 記録しました")
        await pilot.press("slash")
        await seen(village, pilot, "名前でさがす")
        await pilot.press(*"yamazaki")
        await seen(village, pilot, "〆 在宅")
    stay = village.journal.rows.one(Stay, TOMIKO)
    assert stay is not None
    assert (stay.shelter, stay.place) == (None, Place.HOME)


async def test_escape_at_the_question_where_to_changes_nothing(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("d")
        await seen(village, pilot, "退所して どこへ 行きますか")
        await pilot.press("escape")
        await seen(village, pilot, "最近の受付")
    assert here(village) == {"山﨑 トミ子"}


async def test_a_card_at_the_question_where_to_is_taken_at_once(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("d")
        await seen(village, pilot, "退所して どこへ 行きますか")
        await tapped(village, pilot, 9, "葛󠄀西 トシ さん")
        assert not isinstance(village.app.screen, PlacePage)
    assert here(village) == {"山﨑 トミ子", "葛󠄀西 トシ"}


async def test_a_space_is_typed_and_shown_and_taken_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("d")
        await seen(village, pilot, "区画を 決める   いま なし")
        await pilot.press("8")
        await seen(village, pilot, "B-04 のように")
        await pilot.press(*"B-04", "enter")
        await seen(village, pilot, "区画を 決めました")
        assert village.app.station.reception.space_of(TOMIKO) == "B-04"
        await pilot.press("z")
        await seen(village, pilot, "「区画」を 取り消しますか")
        await pilot.press("enter")
        await seen(village, pilot, "取り消しました")
    assert village.app.station.reception.space_of(TOMIKO) is None


async def test_the_tray_leads_to_whom_somebody_has_to_ask_about(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("t")
        await seen(village, pilot, "いま 聞くことは ありません")
        await pilot.press("escape")
        await tapped(village, pilot, 5, "受け付けました")
        await pilot.press("d", "7")
        await seen(village, pilot, "未完了に 残ります")
        await pilot.press("t")
        await seen(village, pilot, "行き先 分からない")
        assert isinstance(village.app.screen, TrayPage)
        await pilot.press("enter")
        await seen(village, pilot, "いま どこに いますか")
        await pilot.press("3")
        text = await seen(village, pilot, "居場所を 記録しました")
    assert "未完了" not in text.splitlines()[1]


# Another shelter


async def test_enter_moves_somebody_from_the_other_shelter_and_z_gives_them_back(
    village: Village, school: Journal
) -> None:
    received_there(village, school)
    async with village.app.run_test(size=SIZE) as pilot:
        text = await tapped(village, pilot, 5, "上興部会館で 受付済みです。こちらへ移りますか")
        assert "Enter こちらへ移る    Esc 移らない（上興部会館のまま）" in text
        assert here(village) == set()
        await pilot.press("enter")
        await seen(village, pilot, "こちらへ 移りました")
        assert here(village) == {"山﨑 トミ子"}
        await pilot.press("z")
        await seen(village, pilot, "「移った」を 取り消しますか")
        await pilot.press("enter")
        await seen(village, pilot, "取り消しました")
    stay = village.journal.rows.one(Stay, TOMIKO)
    assert stay is not None
    assert stay.shelter == S2


async def test_escape_leaves_somebody_at_the_other_shelter(village: Village, school: Journal) -> None:
    received_there(village, school)
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "こちらへ移りますか")
        await pilot.press("escape", "escape")
        await pilot.pause(0.2)
    assert here(village) == set()


async def test_a_question_that_gave_way_to_the_next_card_is_asked_again_from_the_list(
    village: Village, school: Journal
) -> None:
    received_there(village, school)
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "こちらへ移りますか")
        await tapped(village, pilot, 9, "葛󠄀西 トシ さん")
        await pilot.press("down")
        await seen(village, pilot, "Enter たずねに 答える")
        await pilot.press("enter")
        await seen(village, pilot, "こちらへ移りますか")
        await pilot.press("enter")
        await seen(village, pilot, "こちらへ 移りました")
    assert here(village) == {"山﨑 トミ子", "葛󠄀西 トシ"}


async def test_a_family_members_digit_asks_before_moving_and_all_of_them_does_not_move(
    village: Village, school: Journal
) -> None:
    received_there(village, school, person(1))
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 2, "まだの 2人も着いた")
        await pilot.press("enter")
        await seen(village, pilot, "家族も 受け付けました")
        assert "佐藤 正一" not in here(village)
        await pilot.press("2")
        await seen(village, pilot, "こちらへ移りますか")
        await pilot.press("enter")
        await seen(village, pilot, "こちらへ 移りました")
    assert len(here(village)) == 4


# Two places


def at_two_places(village: Village, school: Journal, who: ResidentId = TOMIKO) -> None:
    """Both shelters receive somebody while they cannot hear each other."""
    village.app.station.reception.receive(who)
    received_there(village, school, who)


@pytest.mark.parametrize(("digit", "shelter"), [("1", S1), ("2", S2)])
async def test_two_keys_decide_where_somebody_is(
    village: Village, school: Journal, digit: str, shelter: ShelterId
) -> None:
    at_two_places(village, school)
    async with village.app.run_test(size=SIZE) as pilot:
        text = await tapped(village, pilot, 5, "居場所の 記録が 食いちがっています")
        assert "1 中央公民館   2 上興部会館" in text
        await pilot.press(digit)
        await seen(village, pilot, "に 決めますか")
        await pilot.press("enter")
        await seen(village, pilot, "居場所を 決めました")
    stay = village.journal.rows.one(Stay, TOMIKO)
    assert stay is not None
    assert stay.shelter == shelter
    assert village.journal.rows.conflicts() == []


@pytest.mark.parametrize("keys", [("3",), ("escape",), ("enter",), ("1", "escape")], ids="+".join)
async def test_nothing_is_decided_without_a_digit_and_enter(
    village: Village, school: Journal, keys: tuple[str, ...]
) -> None:
    at_two_places(village, school)
    before = len(village.journal.every_fact())
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, 5, "食いちがっています")
        for key in keys:
            await pilot.press(key)
            await pilot.pause(GUARD + 0.05)
    assert len(village.journal.every_fact()) == before
    assert state(village, TOMIKO) is PersonState.TWO_PLACES


async def test_the_tray_and_the_roster_lead_to_the_two_places(village: Village, school: Journal) -> None:
    at_two_places(village, school)
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        await seen(village, pilot, "？ 二か所")
        await pilot.press("d")
        await seen(village, pilot, "1 中央公民館   2 上興部会館")
        await pilot.press("escape", "t")
        await seen(village, pilot, "未完了の箱")
        await pilot.press("enter")
        await seen(village, pilot, "1 中央公民館   2 上興部会館")


async def test_somebody_whom_the_register_does_not_list_breaks_no_desk(village: Village, school: Journal) -> None:
    stranger = person(900)
    village.journal.append(EvacueeReceived(subject=stranger, shelter=S1, receipt="S1-0001", path=Path.CARD))
    received_there(village, school, stranger)
    async with village.app.run_test(size=SIZE) as pilot:
        for key, sentence in (
            ("t", "いま 聞くことは ありません"),
            ("f4", "名簿"),
            ("f3", "避難指示は 出ていません"),
            ("f2", "受付"),
        ):
            await pilot.press(key)
            await seen(village, pilot, sentence)
        await tapped(village, pilot, 5, "受け付けました")


# Pictures


async def departing(village: Village, pilot: Pilot[Any]) -> None:
    """Where to, with the shelters' numbers."""
    await tapped(village, pilot, 2, village.app.words.say("answer.received.first"))
    await pilot.press("enter")
    await seen(village, pilot, village.app.words.say("answer.companions_received.first"))
    await pilot.press("d")
    await seen(village, pilot, village.app.words.say("stay.leaves"))


async def tray(village: Village, pilot: Pilot[Any]) -> None:
    """One who left for nobody knows where, one out since the morning."""
    desk = village.app.station.reception
    for number in (5, 9):
        desk.receive(person(number))
    desk.go_out(person(9))
    desk.depart(TOMIKO, [TOMIKO], Place.UNKNOWN)
    village.at(hours=7)
    await pilot.press("t")
    await seen(village, pilot, village.app.words.say("tray.title"))


async def everybody_somewhere(village: Village, pilot: Pilot[Any]) -> None:
    """The household with one here, one out, one at home and one not yet."""
    desk = village.app.station.reception
    for number in (1, 3):
        desk.receive(person(number))
    desk.go_out(person(1))
    desk.depart(person(3), [person(3)], Place.HOME)
    await tapped(village, pilot, 2, village.app.words.say("answer.received.first"))


@pytest.mark.parametrize("act", [departing, tray, everybody_somewhere], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_stays_look_as_they_did(looks_as_it_did: Looks, village: Village, act: Act, language: Language) -> None:
    async def on_a_busy_evening(village: Village, pilot: Pilot[Any]) -> None:
        await devices(village, pilot)
        await act(village, pilot)

    assert looks_as_it_did(village, on_a_busy_evening, language)


@pytest.mark.parametrize("verdict", [Verdict.ELSEWHERE, Verdict.CANNOT_KNOW])
@pytest.mark.parametrize("language", Language)
def test_what_asks_about_another_shelter_looks_as_it_did(
    looks_as_it_did: Looks, village: Village, school: Journal, verdict: Verdict, language: Language
) -> None:
    if verdict is Verdict.CANNOT_KNOW:
        at_two_places(village, school)
    else:
        received_there(village, school)

    async def a_tap(village: Village, pilot: Pilot[Any]) -> None:
        await devices(village, pilot)
        first = village.app.words.say(f"answer.{verdict}.first", shelter="上興部会館")
        await tapped(village, pilot, 5, first)

    assert looks_as_it_did(village, a_tap, language)


def test_a_search_names_the_shelter_at_which_somebody_is(
    looks_as_it_did: Looks, village: Village, school: Journal
) -> None:
    received_there(village, school)

    async def a_search(village: Village, pilot: Pilot[Any]) -> None:
        await devices(village, pilot)
        await pilot.press("slash", *"yama")
        text = await seen(village, pilot, "受付済み 上興部会館")
        assert ("＞ 上興部会館" in text, "ほかの所" in text) == (True, False)
        village.app.screen.query_one("#wanted").blur()

    assert looks_as_it_did(village, a_search)
