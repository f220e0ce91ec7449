"""Operators at the desk: signed in by passphrase or card, named in undo, handed over; reception never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, settle, shown
from village_console.devices.ports import CardRead
from village_console.operators.facts import Role
from village_console.operators.rows import StaffMember
from village_console.tui.screens.operators import HandOverPage, SignInPage
from village_console.village.run_mode import World
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

WORDS = "kawa-no-mizu"
STAFF_CARD = CardRead("felica", "suica", b"\x77", World.SIMULATED)


@pytest.fixture
def head(village: Village) -> StaffMember:
    return village.app.live.operators.add("山本 恵", Role.HEAD, WORDS)


async def signs_in(pilot: Pilot[Any], typed: str = WORDS) -> None:
    await pilot.press("ctrl+o")
    await settle(pilot)
    await pilot.press(*("minus" if character == "-" else character for character in typed), "enter")
    await pilot.pause(1)


def at_the_desk(village: Village) -> str | None:
    current = village.app.live.operators.current
    return current.name if current else None


@pytest.mark.usefixtures("head")
async def test_reception_works_before_any_sign_in(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(village.card(5))
        await settle(pilot)
    assert names_here(village) == {"山﨑 トミ子"}


@pytest.mark.usefixtures("head")
async def test_a_passphrase_signs_in_and_undo_names_who(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await signs_in(pilot)
        band = shown(village)
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("z")
        await settle(pilot)
        asked = shown(village)
    assert "山本 恵 さん（責任者）が サインインしました" in band
    assert "山本 恵" in band.splitlines()[0]
    assert "18:02:11  山本 恵" in asked


@pytest.mark.usefixtures("head")
async def test_a_wrong_passphrase_signs_nobody_in_and_is_in_the_look_log(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await signs_in(pilot, "another-one")
        page = shown(village)
        typed = isinstance(village.app.screen, SignInPage)
    assert at_the_desk(village) is None
    assert typed
    assert WORDS not in page
    assert ("refused", "operator") in [(look.act, look.about) for look in village.journal.looks()]


@pytest.mark.usefixtures("head")
async def test_after_some_slips_one_has_to_wait(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+o")
        for _ in range(4):
            await pilot.press(*"slip", "enter")
            await pilot.pause(0.6)
        page = shown(village)
    assert "秒" in page


async def test_a_staff_card_signs_in_and_receives_nobody(village: Village, head: StaffMember) -> None:
    village.app.live.operators.give_card(head, STAFF_CARD)
    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        village.app.on_tap(STAFF_CARD)
        await settle(pilot)
    assert at_the_desk(village) == "山本 恵"
    assert names_here(village) == set()


@pytest.mark.usefixtures("head")
async def test_a_blank_card_laid_at_the_hand_over_becomes_a_staff_card(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await signs_in(pilot)
        await pilot.press("ctrl+o")
        await settle(pilot)
        village.app.on_tap(STAFF_CARD)
        await settle(pilot)
        said = shown(village)
    assert "係員カードに しました" in said
    assert village.app.live.operators.by_card(STAFF_CARD) is not None


@pytest.mark.usefixtures("head")
async def test_an_evacuees_card_at_the_hand_over_is_received_as_ever(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await signs_in(pilot)
        await pilot.press("ctrl+o")
        await settle(pilot)
        village.app.on_tap(village.card(5))
        await settle(pilot)
    assert names_here(village) == {"山﨑 トミ子"}


@pytest.mark.usefixtures("head")
async def test_the_note_of_the_shift_greets_whoever_comes_next(village: Village) -> None:
    village.app.live.operators.add("川口 進", Role.DESK, "yama-no-michi")
    async with village.app.run_test(size=SIZE) as pilot:
        await signs_in(pilot)
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert isinstance(village.app.screen, HandOverPage)
        await pilot.press(*"oil22")
        await pilot.press("enter")
        await settle(pilot)
        between = at_the_desk(village)
        await signs_in(pilot, "yama-no-michi")
        page = shown(village)
    assert between is None
    assert at_the_desk(village) == "川口 進"
    assert "oil22" in page
    assert "前の係の 引き継ぎ  18:02  山本 恵" in page


@pytest.mark.usefixtures("head")
async def test_an_order_wants_somebody_who_may_give_one_and_says_so(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "o")
        await settle(pilot)
        refused = shown(village)
        await pilot.press("4", "enter")
        await settle(pilot)
        orders = village.app.live.watch.orders()
        await signs_in(pilot)
        await pilot.press("f3", "o", "4", "enter")
        await settle(pilot)
    assert "責任者か 役場の方の 操作です" in refused
    assert orders == []
    assert len(village.app.live.watch.orders()) == 1


async def test_where_no_head_is_listed_an_order_is_anybodys(village: Village) -> None:
    village.app.live.operators.add("川口 進", Role.DESK, WORDS)
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3", "o", "4", "enter")
        await settle(pilot)
    assert len(village.app.live.watch.orders()) == 1


@pytest.mark.usefixtures("head")
async def test_looks_and_facts_carry_the_operator(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await signs_in(pilot)
        village.app.on_tap(village.card(5))
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
    current = village.app.live.operators.current
    assert current is not None
    assert village.journal.looks()[-1].by == current.id


# Visitors


async def test_somebody_with_a_name_only_is_received(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press(*"Smith", "tab", *"sumisu", "enter")
        await settle(pilot)
        page = shown(village)
    assert names_here(village) == {"Smith"}
    assert "Smith さん" in page


async def test_somebody_without_any_name_is_received_and_counted(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        for _ in range(2):
            await pilot.press("n")
            await settle(pilot)
            await pilot.press("enter")
            await settle(pilot)
    assert names_here(village) == {"氏名不明"}
    assert village.app.live.reception.presence().people == 2


async def test_a_birth_date_that_is_none_receives_nobody(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("tab", "tab", *"99999999", "enter")
        await settle(pilot)
        page = shown(village)
    assert "まだ 受け付けていません" in page
    assert names_here(village) == set()


# Pictures


async def signing_in(_village: Village, pilot: Pilot[Any]) -> None:
    await pilot.press("ctrl+o")
    await settle(pilot)


async def handing_over(village: Village, pilot: Pilot[Any]) -> None:
    village.app.live.operators.leave("発電機は 22時に 給油", people=12, unfinished=3, alarms=1)
    await signs_in(pilot)
    await pilot.press("escape", "ctrl+o")
    await settle(pilot)


async def a_visitor(_village: Village, pilot: Pilot[Any]) -> None:
    await pilot.press("n")
    await settle(pilot)
    await pilot.press(*"Smith")
    await settle(pilot)


@pytest.mark.usefixtures("head")
@pytest.mark.parametrize("act", [signing_in, handing_over, a_visitor], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_the_pages_of_operators_and_visitors_look_as_they_did(
    looks_as_it_did: Looks, village: Village, act: Act, language: Language
) -> None:
    assert looks_as_it_did(village, act, language)
