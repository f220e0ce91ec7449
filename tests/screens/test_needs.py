"""The desk of needs at 80x24: two digits and Enter, from told to done, alarms on every desk; meals by a tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, settle, shown, text_of
from village_console.devices.ports import CardRead, CardUnreadable
from village_console.needs.facts import Outcome, Owner, Urgency
from village_console.needs.rows import Need
from village_console.needs.rules import Alarm
from village_console.village.run_mode import World
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

HARU, TOMIKO = 2, 5


def needs_of(village: Village) -> list[Need]:
    return village.app.live.needs.board()


async def somebody_here(village: Village, pilot: Pilot[Any], number: int = HARU, *keys: str) -> None:
    """Somebody has come, and the page of their needs is open."""
    village.app.on_tap(village.card(number))
    await settle(pilot)
    await pilot.press("e", *keys)
    await settle(pilot)


async def waited(pilot: Pilot[Any], *keys: str) -> None:
    """Keys that answer a question, pressed when it hears them."""
    await pilot.pause(0.45)
    await pilot.press(*keys)
    await settle(pilot)


async def test_two_digits_and_enter_are_a_whole_record(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "1", "1", "enter")
        page = shown(village)
    assert [(need.code, need.urgency, need.until, need.owner) for need in needs_of(village)] == [
        ("11", Urgency.ORDINARY, None, None)
    ]
    assert "書きました  歩きにくい  18:02" in page


async def test_how_long_how_soon_and_who_follow_with_tab(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "2", "2", "tab", "2", "tab", "1", "tab", "3", "enter")
    need = needs_of(village)[0]
    assert need.until is not None
    assert ((need.until - village.clock.now()).total_seconds(), need.urgency, need.owner) == (
        7200,
        Urgency.NOW,
        Owner.NURSE,
    )


async def test_what_does_not_run_out_is_not_asked_how_long_it_lasts(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "1", "1", "tab", "2", "enter")
    assert [(need.urgency, need.until) for need in needs_of(village)] == [(Urgency.TODAY, None)]


async def test_a_code_that_is_none_is_refused_and_kept_for_mending(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "9", "9", "enter")
        refused = shown(village)
        await pilot.press("backspace", "backspace", "3", "2", "enter")
        await settle(pilot)
    assert "99 は 表に ありません。書いていません" in refused
    assert [need.code for need in needs_of(village)] == ["32"]


async def test_full_width_digits_are_digits(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot)
        for character in "２６":
            village.app.simulate_key(character)
            await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert [need.code for need in needs_of(village)] == ["26"]


async def test_the_persons_own_words_are_kept(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "2", "6", "n")
        await pilot.press(*"asayoru", "enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert [need.detail for need in needs_of(village)] == ["asayoru"]


async def test_a_need_is_taken_and_met_in_two_keys_each(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "1", "1", "enter", "escape", "f5")
        await settle(pilot)
        await pilot.press("k")
        await waited(pilot, "3")
        taken = needs_of(village)[0].owner
        await pilot.press("x")
        await waited(pilot, "2")
        left = needs_of(village)
        await pilot.press("tab")
        await settle(pilot)
        done = shown(village)
    assert (taken, left) == (Owner.NURSE, [])
    assert "〇 つないだ" in done
    assert [need.outcome for need in village.app.live.needs.board(met=True)] == [Outcome.REFERRED]


async def test_undo_names_what_and_whom_and_the_reason_is_a_digit(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "1", "1", "enter", "escape", "f5")
        await settle(pilot)
        need = needs_of(village)[0]
        await pilot.press("z")
        await settle(pilot)
        asked = shown(village).splitlines()[2]
        await waited(pilot, "2")
    assert "取り消す 歩きにくい   佐藤 ハル 18:02" in asked
    assert "2人違い" in asked
    assert needs_of(village) == []
    assert [r.fact.why for r in village.journal.everything_about(need.id) if hasattr(r.fact, "why")] == ["人ちがい"]


async def test_a_device_that_runs_out_is_on_every_desk_and_rings_once(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[object] = []
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "2", "2", "tab", "5", "enter", "escape", "f4")
        await settle(pilot)
        quiet = shown(village)
        monkeypatch.setattr(village.app, "ring", rung.append)
        village.at(hours=2, minutes=1)
        await pilot.pause(1.2)
        soon, first = shown(village), len(rung)
        await pilot.pause(1.2)
        again = len(rung)
        village.at(hours=2)
        await pilot.pause(1.2)
    assert "F5ニーズ！1" not in quiet
    assert "F5ニーズ！1" in soon
    assert (first, again, len(rung)) == (1, 1, 2)
    assert village.app.live.needs.alarm(needs_of(village)[0]) is Alarm.NOW


async def test_the_list_is_printed_for_whoever_looks_after_it(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, HARU, "2", "2", "tab", "2", "enter", "escape", "f5")
        await settle(pilot)
        await pilot.press("p")
        await settle(pilot)
        band = shown(village)
    paper = text_of(village.paper.documents[0])
    assert all(said in paper for said in ("【訓練】", "ニーズの表", "在宅酸素", "佐藤 ハル さん", "残り 2時間"))
    assert "印刷しました（1件）" in band
    assert ("printed", "needs of 1") in [(look.act, look.about) for look in village.journal.looks()]


async def test_a_look_at_somebodys_needs_is_written_before_they_are_shown(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot)
    assert [look.act for look in village.journal.looks()][-1] == "needs"


# Meals and supplies


async def handing(village: Village, pilot: Pilot[Any], *numbers: int) -> None:
    for number in numbers:
        village.app.on_tap(village.card(number))
        await settle(pilot)
    await pilot.press("escape", "f5", "m")
    await settle(pilot)


async def test_a_tap_is_a_meal_and_nobody_is_received_by_it(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await handing(village, pilot, TOMIKO)
        before = village.app.live.reception.presence().people
        village.app.on_tap(village.card(TOMIKO))
        await settle(pilot)
        page = shown(village)
    assert "食事を 渡してください" in page
    assert "きょう 1" in page
    assert village.app.live.reception.presence().people == before


async def test_twice_too_soon_is_asked_and_escape_hands_nothing(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await handing(village, pilot, TOMIKO)
        for _ in range(2):
            village.app.on_tap(village.card(TOMIKO))
            await settle(pilot)
        page = shown(village)
        await waited(pilot, "escape")
        left = village.app.live.needs.handed_today("1")
        village.app.on_tap(village.card(TOMIKO))
        await waited(pilot, "enter")
    assert "早すぎます。18:02 に 食事を 受け取りました" in page
    assert "次は 21:02 から" in page
    assert (left, village.app.live.needs.handed_today("1")) == (1, 2)


async def test_what_must_not_be_eaten_is_said_at_the_tap(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, TOMIKO, "3", "2", "enter", "escape")
        await handing(village, pilot)
        village.app.on_tap(village.card(TOMIKO))
        await settle(pilot)
        page = shown(village)
    assert "食べられない物  卵" in page
    assert "渡す前に 確かめてください" in page


async def test_one_card_is_enough_for_the_family_that_is_here(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await handing(village, pilot, 1, 2, 3)
        village.app.on_tap(village.card(1))
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
    assert village.app.live.needs.handed_today("1") == 3


async def test_a_handing_is_taken_back_whole(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await handing(village, pilot, 1, 2)
        village.app.on_tap(village.card(1))
        await settle(pilot)
        await pilot.press("a", "z")
        await waited(pilot, "enter")
    assert village.app.live.needs.handed_today("1") == 1


async def test_a_digit_chooses_what_is_handed_out(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await handing(village, pilot, TOMIKO)
        await pilot.press("3")
        village.app.on_tap(village.card(TOMIKO))
        await settle(pilot)
    assert [village.app.live.needs.handed_today(item) for item in "13"] == [0, 1]


@pytest.mark.parametrize(
    ("tap", "said"),
    [
        (CardRead("felica", "suica", b"\x77", World.SIMULATED), "だれのカードか わかりません。配っていません"),
        (CardUnreadable(), "まだ 配っていません"),
    ],
)
async def test_a_card_that_tells_nobody_hands_nothing(village: Village, tap: Any, said: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await handing(village, pilot)
        village.app.on_tap(tap)
        await settle(pilot)
        page = shown(village)
    assert said in page
    assert village.app.live.needs.handed_today("1") == 0


async def test_somebody_without_a_card_is_found_by_name(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await handing(village, pilot, TOMIKO)
        await pilot.press("slash", *"yamazaki")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert village.app.live.needs.handed_today("1") == 1


# Pictures


async def a_person(village: Village, pilot: Pilot[Any]) -> None:
    await somebody_here(village, pilot, HARU, "2", "2", "tab", "2", "tab", "1", "tab", "3", "enter", "2", "6", "tab")
    await settle(pilot)


async def a_board(village: Village, pilot: Pilot[Any]) -> None:
    await somebody_here(village, pilot, HARU, "2", "2", "tab", "2", "enter", "2", "6", "tab", "1", "enter", "escape")
    await somebody_here(village, pilot, TOMIKO, "1", "1", "enter", "escape")
    await pilot.press("f5")
    await settle(pilot)


async def a_meal_too_soon(village: Village, pilot: Pilot[Any]) -> None:
    await somebody_here(village, pilot, TOMIKO, "3", "2", "enter", "escape")
    await handing(village, pilot)
    for _ in range(2):
        village.app.on_tap(village.card(TOMIKO))
        await settle(pilot)


@pytest.mark.parametrize("act", [a_person, a_board, a_meal_too_soon], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_the_pages_of_needs_look_as_they_did(
    looks_as_it_did: Looks, village: Village, act: Act, language: Language
) -> None:
    assert looks_as_it_did(village, act, language)


async def test_the_list_for_handing_out_by_hand_says_who_must_not_eat_what(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await somebody_here(village, pilot, TOMIKO, "3", "2", "enter", "escape")
        await handing(village, pilot, HARU)
        village.app.on_tap(village.card(HARU))
        await settle(pilot)
        await pilot.press("p")
        await settle(pilot)
    paper = text_of(village.paper.documents[0])
    assert all(said in paper for said in ("食事 配る表", "食べられない物 卵", "きょう 1回", "以上 2人", "【訓練】"))
