"""Handing out cards at 80x24: an unknown card, whose it is, the question before it is bound, and the card that changes hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, at_once, names_here, seen, settle
from village_console.devices.ports import CardRead, CardRemoved, CardUnusable, Health, Part, Unusable
from village_console.register.households import NameIndex
from village_console.register.rows import CardBinding, Resident
from village_console.tui.screens.desk import GUARD
from village_console.tui.screens.search import SearchDesk
from village_console.village.run_mode import World
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village


def suica(last: int = 0) -> CardRead:
    """A transport card that nobody has yet."""
    return CardRead("felica", "not_known", bytes.fromhex("0114C3A1B2D4E5") + bytes([last]), World.SIMULATED)


def holders(village: Village) -> list[str]:
    """Whose the handed-out cards are."""
    residents = village.journal.rows.all(Resident)
    bindings = village.journal.rows.all(CardBinding).values()
    return sorted(residents[binding.resident].name for binding in bindings if binding.kind == "felica")


async def tapped(village: Village, pilot: Pilot[Any], card: CardRead, sentence: str) -> str:
    """A card on the reader and what is said to it."""
    village.app.on_tap(card)
    return await seen(village, pilot, sentence)


async def asked(village: Village, pilot: Pilot[Any], name: str = "yamazaki", card: CardRead | None = None) -> str:
    """An unknown card, its holder searched and chosen, the question open."""
    await tapped(village, pilot, card or suica(), "だれのカードか わかりません")
    await pilot.press("enter")
    await seen(village, pilot, "このカードは どなたのですか")
    await pilot.press(*("space" if c == " " else c for c in name))
    await seen(village, pilot, "見分けるために")
    await pilot.press("enter")
    return await seen(village, pilot, "このカードを この方に 結びますか")


async def bound(village: Village, pilot: Pilot[Any], name: str = "yamazaki", card: CardRead | None = None) -> str:
    """The same, answered with Enter."""
    await asked(village, pilot, name, card)
    await pilot.press("enter")
    return await seen(village, pilot, "カードを結び 受け付けました")


async def test_an_unknown_card_is_bound_and_its_holder_received_without_a_letter_but_of_the_name(
    village: Village,
) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        question = await asked(village, pilot)
        assert (holders(village), names_here(village)) == ([], set())
        await pilot.press("enter")
        text = await seen(village, pilot, "カードを結び 受け付けました")
    assert "山﨑 トミ子 さん" in question
    assert "Enter 結びつけて 受け付ける    Esc 結びつけない" in question
    assert "山﨑 トミ子 さん" in text
    assert (holders(village), names_here(village)) == (["山﨑 トミ子"], {"山﨑 トミ子"})


async def test_the_card_is_known_from_then_on(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await bound(village, pilot)
        text = await tapped(village, pilot, suica(), "もう 受け付けています")
    assert "山﨑 トミ子 さん" in text


async def test_an_unknown_card_binds_nothing_by_itself(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        text = await tapped(village, pilot, suica(), "だれのカードか わかりません")
        await pilot.press("escape", "escape", "space", "a", "z")
        await pilot.pause(GUARD + 0.1)
        await pilot.press("enter")
        await pilot.pause(0.2)
    assert "まだ受け付けていません" in text
    assert (holders(village), names_here(village)) == ([], set())


async def test_escape_at_the_question_binds_nothing_and_the_card_stays_in_the_list(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await asked(village, pilot)
        await pilot.press("escape")
        text = await seen(village, pilot, "Enter 名前をさがして 結ぶ")
        assert (holders(village), names_here(village)) == ([], set())
        await pilot.press("enter")
        await seen(village, pilot, "このカードは どなたのですか")
    assert "？ 不明" in text


async def test_a_new_question_hears_no_enter_that_was_typed_ahead(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, suica(), "だれのカードか わかりません")
        await pilot.press("enter")
        await seen(village, pilot, "このカードは どなたのですか")
        await pilot.press(*"yamazaki")
        await seen(village, pilot, "見分けるために")
        with at_once(village):
            await pilot.press("enter", "enter", "enter")
        await seen(village, pilot, "このカードを この方に 結びますか")
        assert holders(village) == []


async def test_a_card_during_the_question_is_taken_at_once_and_the_other_waits_in_the_list(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await asked(village, pilot)
        village.app.on_tap(village.card(9))
        await seen(village, pilot, "受け付けました")
        assert (holders(village), names_here(village)) == ([], {"葛󠄀西 トシ"})
        await pilot.press("down")
        await seen(village, pilot, "Enter 名前をさがして 結ぶ")
        await pilot.press("enter")
        await seen(village, pilot, "このカードは どなたのですか")
        await pilot.press(*"yamazaki")
        await seen(village, pilot, "見分けるために")
        await pilot.press("enter")
        await seen(village, pilot, "このカードを この方に 結びますか")
        await pilot.press("enter")
        await seen(village, pilot, "カードを結び 受け付けました")
    assert (holders(village), names_here(village)) == (["山﨑 トミ子"], {"葛󠄀西 トシ", "山﨑 トミ子"})


async def test_a_card_during_the_search_is_taken_at_once_and_the_other_waits(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, suica(1), "だれのカードか わかりません")
        await pilot.press("enter")
        await seen(village, pilot, "このカードは どなたのですか")
        text = await tapped(village, pilot, suica(2), "だれのカードか わかりません")
    waiting = [act for act in village.app.station.reception.acts if village.app.station.reception.waits(act)]
    assert len(waiting) == 2
    assert text.count("？ 不明") == 2


async def test_somebody_who_is_here_already_is_only_given_the_card(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, village.card(5), "受け付けました")
        question = await asked(village, pilot)
        await pilot.press("enter")
        text = await seen(village, pilot, "カードを 結びました")
    assert "Enter 結びつける    Esc 結びつけない" in question
    assert "もう 受け付けています" in text
    assert holders(village) == ["山﨑 トミ子"]


async def test_undo_of_a_binding_names_act_person_and_time_and_takes_both_back(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await bound(village, pilot)
        await pilot.press("z")
        question = await seen(village, pilot, "「受付と カード渡し」を 取り消しますか")
        await pilot.press("enter")
        await seen(village, pilot, "取り消しました")
        await pilot.press("escape")
        text = await seen(village, pilot, "最近の受付")
    assert "山﨑 トミ子 さん" in question
    assert "18:02:11" in question
    assert "／ 取り消し" in text
    assert (holders(village), names_here(village)) == ([], set())


@pytest.mark.parametrize("key", ["c", "tab", "ｃ", "そ"])
async def test_a_key_and_the_next_card_is_the_persons(village: Village, key: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, village.card(5), "受け付けました")
        await pilot.press(key)
        asking = await seen(village, pilot, "渡すカードを 読み取り台に 置いてください")
        await tapped(village, pilot, suica(), "カードを 結びました")
    assert "カードを渡す  山﨑 トミ子 さん" in asking
    assert holders(village) == ["山﨑 トミ子"]


async def test_the_card_is_for_the_member_of_the_household_under_the_cursor(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, village.card(2), "受け付けました")
        await pilot.press("down", "down", "tab")
        await seen(village, pilot, "渡すカードを 読み取り台に 置いてください")
        text = await tapped(village, pilot, suica(), "カードを結び 受け付けました")
    assert holders(village) == ["佐藤 健"]
    assert names_here(village) == {"佐藤 ハル", "佐藤 健"}
    assert "いっしょに着いた人を 選んでください" in text


async def test_tab_in_the_search_gives_the_person_under_the_cursor_the_next_card(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"kasai")
        text = await seen(village, pilot, "見分けるために")
        await pilot.press("tab")
        await seen(village, pilot, "渡すカードを 読み取り台に 置いてください")
        await tapped(village, pilot, suica(), "カードを結び 受け付けました")
        await pilot.press("escape", "slash", *"kasai")
        after = await seen(village, pilot, "見分けるために")
    assert "Tab カードを渡す" in text
    assert "カード 1枚" in text
    assert "カード 2枚" in after
    assert holders(village) == ["葛󠄀西 トシ"]


async def test_a_card_of_another_is_asked_about_by_name_and_given_only_on_enter(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await bound(village, pilot)
        await tapped(village, pilot, village.card(9), "受け付けました")
        await pilot.press("c")
        await seen(village, pilot, "渡すカードを 読み取り台に 置いてください")
        question = await tapped(village, pilot, suica(), "山﨑 トミ子 さんのカードです。結びなおしますか")
        assert holders(village) == ["山﨑 トミ子"]
        await pilot.press("enter")
        text = await seen(village, pilot, "元は 山﨑 トミ子 さん")
        assert holders(village) == ["葛󠄀西 トシ"]
        await pilot.press("z")
        await seen(village, pilot, "「カード渡し」を 取り消しますか")
        await pilot.press("enter")
        await seen(village, pilot, "取り消しました")
    assert "葛󠄀西 トシ さん" in question
    assert "Enter この方に 結びなおす    Esc 結びつけない" in question
    assert "葛󠄀西 トシ さん" in text
    assert holders(village) == ["山﨑 トミ子"]


async def test_escape_leaves_a_card_with_its_holder(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await bound(village, pilot)
        await tapped(village, pilot, village.card(9), "受け付けました")
        await pilot.press("c")
        await seen(village, pilot, "渡すカードを 読み取り台に 置いてください")
        await tapped(village, pilot, suica(), "結びなおしますか")
        await pilot.press("escape", "enter")
        await pilot.pause(0.2)
    assert holders(village) == ["山﨑 トミ子"]


@pytest.mark.parametrize("keys", [["escape"], ["f3", "f2"], ["slash", "escape"], ["f1", "escape"], ["z"]])
async def test_nobody_is_given_a_card_after_the_clerk_turned_to_something_else(
    village: Village, keys: list[str]
) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, village.card(5), "受け付けました")
        await pilot.press("c")
        await seen(village, pilot, "渡すカードを 読み取り台に 置いてください")
        await pilot.press(*keys)
        await pilot.pause(0.3)
        await tapped(village, pilot, suica(), "だれのカードか わかりません")
    assert holders(village) == []


async def test_enter_gives_no_card_and_goes_on_waiting(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await tapped(village, pilot, village.card(5), "受け付けました")
        await pilot.press("c")
        await seen(village, pilot, "渡すカードを 読み取り台に 置いてください")
        await pilot.press("enter")
        village.app.on_tap(CardRemoved())
        await seen(village, pilot, "早く離れました")
        await tapped(village, pilot, suica(), "カードを 結びました")
    assert holders(village) == ["山﨑 トミ子"]


async def test_no_card_is_given_while_nobody_is_chosen(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("c", "tab")
        await tapped(village, pilot, suica(), "だれのカードか わかりません")
        await pilot.press("c", "tab")
        await tapped(village, pilot, suica(1), "だれのカードか わかりません")
    assert holders(village) == []


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        (Unusable.CHANGING_NUMBER, "番号が 毎回 変わります"),
        (Unusable.OTHER_KIND, "この種類は 読めません"),
    ],
)
async def test_a_card_that_cannot_be_used_says_why_and_what_to_do(village: Village, why: Unusable, reason: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.app.on_tap(CardUnusable(why))
        text = await seen(village, pilot, "このカードは 受付に使えません")
    assert reason in text
    assert "まだ受け付けていません" in text
    assert "/ を押して 名前でさがす。ほかのカードでも どうぞ" in text


async def test_a_search_of_many_people_folds_their_names_once(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []

    class Counting(NameIndex):
        def __init__(self, residents: Mapping[str, Resident]) -> None:
            built.append(len(residents))
            super().__init__(residents)

    monkeypatch.setattr("village_console.shelter.glance.NameIndex", Counting)
    async with village.app.run_test(size=SIZE) as pilot:
        await bound(village, pilot)
        await pilot.press("slash", *"sato haru")
        await seen(village, pilot, "見分けるために")
        assert isinstance(village.app.screen, SearchDesk)
    assert built == [10]


async def unknown(village: Village, pilot: Pilot[Any]) -> None:
    """A card that nobody knows, after a few others."""
    for number in (5, 8):
        village.app.on_tap(village.card(number))
        await pilot.pause(0.1)
    village.app.on_tap(suica())
    await pilot.pause(GUARD + 0.1)


async def searching(village: Village, pilot: Pilot[Any]) -> None:
    """Whose it is."""
    await unknown(village, pilot)
    await pilot.press("enter")
    await pilot.pause(0.2)
    await pilot.press(*"sato")
    await pilot.pause(0.2)
    village.app.screen.query_one("#wanted").blur()


async def confirming(village: Village, pilot: Pilot[Any]) -> None:
    """The question before it is bound."""
    await searching(village, pilot)
    village.app.screen.query_one("#wanted").focus()
    await pilot.press("down", "enter")
    await pilot.pause(GUARD + 0.2)


async def card_bound(village: Village, pilot: Pilot[Any]) -> None:
    """The card is bound, the person received, the household offered."""
    await confirming(village, pilot)
    await pilot.press("enter")
    await pilot.pause(0.3)


async def handing(village: Village, pilot: Pilot[Any]) -> None:
    """A card is waited for."""
    village.app.on_tap(village.card(9))
    await pilot.pause(0.2)
    await pilot.press("c")
    await pilot.pause(0.3)


async def reassigning(village: Village, pilot: Pilot[Any]) -> None:
    """The card of somebody else."""
    await card_bound(village, pilot)
    await handing(village, pilot)
    village.app.on_tap(suica())
    await pilot.pause(0.3)


async def waiting_row(village: Village, pilot: Pilot[Any]) -> None:
    """An unknown card in the list, under the cursor."""
    await unknown(village, pilot)
    await pilot.press("escape")
    village.app.on_tap(village.card(6))
    await pilot.pause(0.2)
    await pilot.press("escape", "down")
    await pilot.pause(0.2)


ACTS: tuple[Act, ...] = (unknown, searching, confirming, card_bound, handing, reassigning, waiting_row)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_handing_out_looks_as_it_did(looks_as_it_did: Looks, village: Village, act: Act, language: Language) -> None:
    async def at_the_reader(village: Village, pilot: Pilot[Any]) -> None:
        village.app.on_health(Part.READER, Health.READY, 0)
        await act(village, pilot)
        await settle(pilot)

    assert looks_as_it_did(village, at_the_reader, language)
