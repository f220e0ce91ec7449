"""The desk of messages at 80x24: chosen by digits, seen in three languages, counted in three states, called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, settle, shown
from village_console.announce.facts import (
    AnnouncementAnswered,
    AnnouncementMade,
    AnnouncementPublished,
    AnnouncementShown,
    Answer,
    Audience,
)
from village_console.announce.rows import Announcement
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village


async def opened(village: Village, pilot: Pilot[Any], level: str = "4") -> None:
    """Under an order, the desk of messages."""
    village.hear("stb-0002", "on")
    await pilot.press("f3", "o", level, "enter")
    await settle(pilot)
    await pilot.press("m")
    await settle(pilot)


async def confirmed(pilot: Pilot[Any]) -> None:
    await pilot.press("enter")
    await pilot.pause(0.5)
    await pilot.press("enter")
    await settle(pilot)


def messages(village: Village) -> list[Announcement]:
    return list(village.journal.rows.all(Announcement).values())


@pytest.mark.parametrize(("level", "template"), [("3", "early_evacuation"), ("4", "evacuate"), ("5", "stay_inside")])
async def test_the_level_in_force_chooses_the_template_and_enter_twice_releases_it(
    village: Village, level: str, template: str
) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot, level)
        page = shown(village)
        await confirmed(pilot)
        band = shown(village)
    assert [(one.template, one.audience, one.asks) for one in messages(village)] == [(template, Audience.ALL, True)]
    assert "【訓練】" in page
    assert "[DRILL]" in page
    assert "TV 4台に とどきます" in page
    assert "送りはじめました" in band


async def test_nothing_is_released_before_the_question_is_answered(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press("enter")
        await settle(pilot)
        asked = shown(village)
        await pilot.pause(0.5)
        await pilot.press("escape")
        await settle(pilot)
    assert "避難のよびかけ（警戒4）を TV 4台に 送りますか" in asked
    assert messages(village) == []


async def test_to_one_home_by_name_from_its_page(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        village.hear("stb-0002", "on")
        await pilot.press("f3", "o", "4", "enter")
        await settle(pilot)
        await pilot.press("enter", "m")
        await settle(pilot)
        page = shown(village)
        await confirmed(pilot)
    (message,) = messages(village)
    assert "山﨑 トミ子 さん" in page
    assert "TV 1台に とどきます" in page
    assert (message.audience, len(message.targets)) == (Audience.BY_NAME, 1)
    assert "山﨑" not in message.ja


async def test_settlements_are_ticked_and_time_and_repetition_turn(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await opened(village, pilot)
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("down", "space", "enter")
        await settle(pilot)
        await pilot.press("4", "5", "6")
        await settle(pilot)
        page = shown(village)
        await confirmed(pilot)
    (message,) = messages(village)
    assert (message.targets, message.every_minutes) == (("上藻",), 5)
    assert (f"{message.starts_at:%H:%M}", f"{message.valid_until:%H:%M}") == ("18:12", "20:12")
    assert "TV 1台に とどきます" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ごみの日は12日", "送りはじめました"),
        ("透析の方へ", "病気や ニーズの ことば"),
        ("佐藤 正一さんへ", "人の名前が 入っています"),
    ],
)
async def test_the_line_of_the_office_is_held_to_the_rules(village: Village, typed: str, said: str) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        for _ in range(7):
            await pilot.press("2")
        await pilot.press("n")
        await settle(pilot)
        village.app.screen.query_one("#wanted").value = typed  # pyright: ignore[reportAttributeAccessIssue]
        await pilot.press("enter")
        await settle(pilot)
        await confirmed(pilot)
        text = shown(village)
    assert said in text
    assert len(messages(village)) == ("送りはじめました" in said)


async def sent_list(village: Village, pilot: Pilot[Any]) -> None:
    """One message, taken by three, shown by two, answered by one."""
    await opened(village, pilot)
    await confirmed(pilot)
    (message,) = messages(village)
    for n in (1, 2, 3):
        device, subject = f"stb-000{n}", f"{message.id}/stb-000{n}"
        village.journal.append(AnnouncementPublished(subject=subject, device=device, round=0))
        if n < 3:
            village.journal.append(AnnouncementShown(subject=subject, device=device, at=village.clock.now()))
    village.journal.append(
        AnnouncementAnswered(
            subject=f"{message.id}/stb-0002", device="stb-0002", answer=Answer.HELP, at=village.clock.now()
        )
    )
    await pilot.press("l")
    await settle(pilot)


async def test_published_shown_and_answered_stand_apart_and_a_message_is_called_off(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await sent_list(village, pilot)
        page = shown(village)
        await pilot.press("x")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await settle(pilot)
        after = shown(village)
    assert "送った 3/4  出た 2/4  答えた 1（無事 0 助けて 1 これから 0）" in page
    assert [one.cancelled for one in messages(village)] == [True]
    assert "取りやめました" in after


def test_no_fact_of_a_message_has_a_field_for_a_name() -> None:
    assert not AnnouncementMade.personal_fields()
    assert "name" not in AnnouncementMade.__slots__


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("act", [opened, sent_list], ids=lambda act: act.__name__)
def test_messages_look_as_they_did(village: Village, looks_as_it_did: Looks, act: Act, language: Language) -> None:
    async def folded(village: Village, pilot: Pilot[Any]) -> None:
        await act(village, pilot)
        village.app.desk.fold()
        await settle(pilot)

    assert looks_as_it_did(village, folded, language)
