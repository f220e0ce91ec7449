"""Televisions and consent at 80x24: registered, agreed to key by key, shown, printed, withdrawn - and nobody is received."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, names_here, seen, settle, shown
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.papers.document import TextLine
from village_console.viewing.consented import ConsentedDevices
from village_console.viewing.facts import Granularity, Purpose
from village_console.viewing.rows import Consent, Pairing
from village_console.viewing.telemetry import Telemetry
from village_console.village.ids import TelevisionId, television_id
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

MINE = television_id("015628", "stb-0002")


async def opened(_village: Village, pilot: Pilot[Any], name: str = "yamazaki") -> None:
    """The page of a person's household; Yamazaki has a set-top and has agreed for disasters."""
    await pilot.pause(0.2)
    await pilot.press("v", *name)
    await pilot.pause(0.2)
    await pilot.press("enter")
    await pilot.pause(0.3)


async def turned(village: Village, pilot: Pilot[Any]) -> None:
    """Keys have been turned, and nothing is recorded."""
    await opened(village, pilot)
    await pilot.press("1", "1", "2", "u")


async def named(village: Village, pilot: Pilot[Any]) -> None:
    """The name of a device is asked for."""
    await opened(village, pilot)
    await pilot.press("n")
    await pilot.pause(0.2)
    village.app.screen.query_one("#wanted").blur()


async def with_card(village: Village, pilot: Pilot[Any]) -> None:
    """The person's card has been on the reader."""
    await opened(village, pilot)
    village.app.on_tap(village.card(5))
    await pilot.pause(0.3)


async def withdrawing(village: Village, pilot: Pilot[Any]) -> None:
    """The question before everything is erased."""
    await opened(village, pilot)
    await pilot.press("x")


async def kept(village: Village, pilot: Pilot[Any]) -> None:
    """What is kept, shown to the person."""
    village.hear("stb-0002", "on", minutes_before=90)
    await opened(village, pilot)
    await pilot.press("k")


def consent(village: Village, television: TelevisionId = MINE) -> dict[Purpose, tuple[Granularity, object]]:
    row = village.journal.rows.one(Consent, television)
    today = village.clock.now().date()
    return {t.purpose: (t.granularity, t.until) for t in row.in_force(today)} if row else {}


def pairings(village: Village) -> dict[str, Pairing]:
    return {pairing.device: pairing for pairing in village.journal.rows.all(Pairing).values()}


async def test_what_each_source_can_know_stands_beside_it(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        text = await seen(village, pilot, "stb-0002")
        await pilot.press("n", *"tasmota", "colon", "a", "enter")
        plug = await seen(village, pilot, "tasmota:a")
    assert "ON/OFFと局" in text
    assert plug.count("ON/OFFと局") == 1
    assert "登録しました" in plug


async def test_a_new_device_belongs_to_the_household_and_collects_nothing_yet(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press("n", *"stb", "minus", *"0077", "enter")
        await seen(village, pilot, "登録しました")
    pairing = pairings(village)["stb-0077"]
    assert (pairing.household, pairing.with_card) == ("household:015628/H0002", False)
    assert pairing.registrant == pairings(village)["stb-0002"].registrant
    assert not ConsentedDevices(village.journal.rows, village.clock)("stb-0077")


@pytest.mark.parametrize(
    ("name", "said"),
    [("stb-0001", "ほかの世帯の テレビです"), ("stb-0002", "もう 登録して"), ("alexa:1", "その形の"),
     ("", "その形の")],
)  # fmt: skip
async def test_a_name_that_cannot_be_registered_is_a_sentence_and_changes_nothing(
    village: Village, name: str, said: str
) -> None:
    before = pairings(village)
    keys = [{"-": "minus", ":": "colon"}.get(c, c) for c in name]
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press("n", *keys, "enter")
        await seen(village, pilot, said)
    assert pairings(village) == before


async def test_a_card_says_who_registers_and_receives_nobody(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await with_card(village, pilot)
        await seen(village, pilot, "この方の カードです")
        await pilot.press("n", *"stb", "minus", *"0078", "enter")
        await seen(village, pilot, "登録しました")
    assert pairings(village)["stb-0078"].with_card
    assert names_here(village) == set()


async def test_somebody_elses_card_and_an_unknown_one_prove_nothing(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        village.app.on_tap(village.card(6))
        await seen(village, pilot, "ほかの方の カードです")
        village.app.on_tap(village.card(99))
        text = await seen(village, pilot, "だれのカードか わかりません")
    assert "カードは まだ" in text
    assert names_here(village) == set()


async def test_nothing_is_recorded_before_enter_and_escape_puts_it_back(village: Village) -> None:
    before = consent(village)
    async with village.app.run_test(size=SIZE) as pilot:
        await turned(village, pilot)
        text = await seen(village, pilot, "Enter で 同意を 記録します")
        assert consent(village) == before
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert "＊" in text
        assert "＊" not in shown(village)
    assert consent(village) == before == {Purpose.DISASTER: (Granularity.ON_OFF, None)}


async def test_each_purpose_has_its_own_granularity_and_the_same_end(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await turned(village, pilot)
        await pilot.press("enter")
        await seen(village, pilot, "同意を 記録しました")
    end = village.clock.now().date() + timedelta(days=30)
    assert consent(village) == {
        Purpose.DISASTER: (Granularity.CHANNEL, end), Purpose.WATCH_OVER: (Granularity.DAILY, end),
    }  # fmt: skip


async def test_a_plug_is_never_asked_for_more_than_it_can_know(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press("n", *"tasmota", "colon", "a", "enter")
        await seen(village, pilot, "tasmota:a")
        await pilot.press("down")
        said = list[str]()
        for _ in range(4):
            await pilot.press("1")
            await pilot.pause(0.1)
            said.append(
                next(line for line in shown(village).splitlines() if "tasmota:a" in line).split("＊")[1].split()[0]
            )
    assert said == ["日に一度", "ON/OFF", "なし", "日に一度"]


async def test_withdrawn_after_a_question_nothing_is_agreed_to_any_more(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await withdrawing(village, pilot)
        await seen(village, pilot, "記録を 消しますか")
        assert consent(village) != {}
        await pilot.press("enter")
        await seen(village, pilot, "同意を やめました")
    assert consent(village) == {}
    assert ConsentedDevices(village.journal.rows, village.clock).granularity("stb-0002") is Granularity.NOTHING


async def test_escape_at_that_question_leaves_the_consent(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await withdrawing(village, pilot)
        await seen(village, pilot, "記録を 消しますか")
        await pilot.press("escape")
    assert consent(village) == {Purpose.DISASTER: (Granularity.ON_OFF, None)}


async def test_a_person_sees_what_is_kept_and_the_look_is_written_down(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await kept(village, pilot)
        text = await seen(village, pilot, "2026-11-03 16:32:11")
    assert "TV 入 になった" in text
    assert ("opened", MINE) in {(look.act, look.about) for look in village.journal.looks()}


async def test_a_wrong_clock_is_said(village: Village) -> None:
    telemetry = Telemetry()
    for n in range(6):
        at = village.clock.now() + timedelta(minutes=2 * n)
        event = TvEvent("stb-0002", "set_top", TvEventKind.ALIVE, "on", at - timedelta(hours=9), at, retained=False,
                        duplicate=False, boot="0000000a", seq=n + 1, raw=b"")  # fmt: skip
        kept = telemetry.take([event], lambda _device: Granularity.ON_OFF)
        village.televisions.store(kept.events, [], (), kept.days, kept.learnt)
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await seen(village, pilot, "時計が ちがいます（+540分 直して 記録しています）")


async def test_the_sheet_says_what_was_agreed_to_and_how_to_end_it(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press("p")
        await seen(village, pilot, "印刷しました")
    (paper,) = village.paper.documents
    text = "\n".join("".join(span.text for span in line.spans) for line in paper.lines if isinstance(line, TextLine))
    assert all(
        said in text
        for said in (
            "テレビの同意 控え",
            "山﨑 トミ子 さん",
            "stb-0002",
            "災害",
            "ON/OFF",
            "14日 残す",
            "やめられます",
            "訓練",
        )
    )
    assert "見守り" not in text
    assert any(look.about == f"consent of {MINE}" for look in village.journal.looks())


ACTS: tuple[Act, ...] = (opened, turned, named, with_card, withdrawing, kept)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_televisions_look_as_they_did(looks_as_it_did: Looks, village: Village, act: Act, language: Language) -> None:
    async def settled(village: Village, pilot: Pilot[Any]) -> None:
        await act(village, pilot)
        await settle(pilot)
        assert not shown(village).splitlines()[22].rstrip().endswith(">")  # every key has its word

    assert looks_as_it_did(village, settled, language)
