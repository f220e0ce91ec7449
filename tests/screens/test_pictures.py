"""Pictures of every desk and verdict at 80x24; renew them only together with a look at each (`make snapshots`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.text import Text
from textual.pilot import Pilot

from tests.screens.acting import settle
from village_console.devices.ports import (
    CardRead,
    CardRemoved,
    CardUnreadable,
    CardUnusable,
    Health,
    Part,
    PrintOutcome,
    PrintReport,
)
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.bind import HeldCard
from village_console.shelter.rules import Verdict
from village_console.stranded.facts import Level
from village_console.tui import drill_desk, watch_acts
from village_console.tui.widgets.line import Line
from village_console.village.errors import DiskIsFullError
from village_console.village.ids import CardToken
from village_console.village.run_mode import World
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village


async def idle(_village: Village, _pilot: Pilot[Any]) -> None:
    """Waiting for a card."""


async def received(village: Village, _pilot: Pilot[Any]) -> None:
    """A tap, with the household offered."""
    village.app.on_tap(village.card(2))


async def companions(village: Village, pilot: Pilot[Any]) -> None:
    """The whole household."""
    village.app.on_tap(village.card(2))
    await pilot.pause(0.3)
    await pilot.press("a")


async def already_here(village: Village, _pilot: Pilot[Any]) -> None:
    """The same card again."""
    village.app.on_tap(village.card(5))
    village.app.on_tap(village.card(5))


async def unknown_card(village: Village, _pilot: Pilot[Any]) -> None:
    """A card that nobody knows."""
    village.app.on_tap(CardRead("my_number", "VILLAGE-CONSOLE-DRILL", b"\xf0\x00", World.SIMULATED))


async def removed_too_soon(village: Village, _pilot: Pilot[Any]) -> None:
    """Pulled in the middle of the read."""
    village.app.on_tap(CardRemoved())


async def unreadable(village: Village, _pilot: Pilot[Any]) -> None:
    """Answers nonsense."""
    village.app.on_tap(CardUnreadable())


async def cannot_use(village: Village, _pilot: Pilot[Any]) -> None:
    """Another kind of card."""
    village.app.on_tap(CardUnusable())


async def undo_question(village: Village, pilot: Pilot[Any]) -> None:
    """Whether to take the last act back."""
    village.app.on_tap(village.card(5))
    await pilot.pause(0.3)
    await pilot.press("z")


async def recent(village: Village, pilot: Pilot[Any]) -> None:
    """The last acts, one of them taken back."""
    for number in (1, 5, 6, 8, 9):
        village.app.on_tap(village.card(number))
        await pilot.pause(0.1)
    await pilot.press("z")
    await pilot.pause(0.5)
    await pilot.press("enter", "escape")


async def search(village: Village, pilot: Pilot[Any]) -> None:
    """By name."""
    village.app.on_tap(village.card(1))
    await pilot.pause(0.2)
    await pilot.press("slash", *"sato")
    village.app.screen.query_one("#wanted").blur()


async def no_order(_village: Village, pilot: Pilot[Any]) -> None:
    """The board before anything was ordered."""
    await pilot.press("f3")


async def board(village: Village, pilot: Pilot[Any]) -> None:
    """The board under an order."""
    for device, value in (("stb-0001", "on"), ("stb-0002", "on"), ("stb-0003", "off")):
        village.hear(device, value)
    village.app.on_tap(village.card(2))
    await pilot.pause(0.2)
    await pilot.press("f3")
    watch_acts.record_order(village.app, Level.EVACUATION_ORDER)
    await pilot.pause(0.5)
    village.at(minutes=12)
    village.app.desk.last_face = None
    village.app.desk.repaint()


async def cannot_tell(village: Village, pilot: Pilot[Any]) -> None:
    """The second list."""
    await board(village, pilot)
    await pilot.press("tab")


async def household(village: Village, pilot: Pilot[Any]) -> None:
    """One household; the marks of its facts differ from run to run and are written over."""
    await board(village, pilot)
    await pilot.press("x")
    await pilot.pause(0.3)
    page = village.app.screen.query_one("#page", Line)
    text = cast("Text", page.content)
    for mark in re.finditer(r"[0-9a-f]{8}(?= )", text.plain):
        text = text[: mark.start()].append("0" * 8, style=village.app.roles.muted).append_text(text[mark.end() :])
    page.set(text)


async def order(_village: Village, pilot: Pilot[Any]) -> None:
    """Recording an order."""
    await pilot.press("f3", "o", "4")


async def roster(village: Village, pilot: Pilot[Any]) -> None:
    """Who is here."""
    for number in range(1, 10):
        village.app.on_tap(village.card(number))
    await pilot.pause(0.2)
    await pilot.press("f4", "down", "down")


async def palette(village: Village, pilot: Pilot[Any]) -> None:
    """What answers to a word."""
    await pilot.press("ctrl+p", *"insatu")
    await pilot.pause(0.2)
    village.app.screen.query_one("#wanted").blur()


async def palette_open(village: Village, pilot: Pilot[Any]) -> None:
    """Everything that can be done."""
    await pilot.press("ctrl+p")
    await pilot.pause(0.2)
    village.app.screen.query_one("#wanted").blur()


async def jump_on_the_board(village: Village, pilot: Pilot[Any]) -> None:
    """A letter on everything."""
    await board(village, pilot)
    await pilot.press("semicolon")


async def jump_in_the_menu(_village: Village, pilot: Pilot[Any]) -> None:
    """A letter on every choice."""
    await pilot.press("0", "semicolon")


async def hidden(village: Village, pilot: Pilot[Any]) -> None:
    """Nothing to read."""
    village.app.on_tap(village.card(2))
    await pilot.pause(0.3)
    await pilot.press("f9")


async def hidden_received(village: Village, pilot: Pilot[Any]) -> None:
    """A tap while hidden: shape and number."""
    await pilot.press("f9")
    await pilot.pause(0.3)
    village.app.on_tap(village.card(2))


async def no_reader(village: Village, _pilot: Pilot[Any]) -> None:
    """Cards cannot be read."""
    village.app.on_health(Part.READER, Health.NO_ANSWER, 0)


async def jump_on_the_last_acts(village: Village, pilot: Pilot[Any]) -> None:
    """A letter on every row of the desk."""
    await recent(village, pilot)
    await pilot.press("semicolon")


async def hidden_stop(village: Village, pilot: Pilot[Any]) -> None:
    """A card that cannot be used, while hidden."""
    await pilot.press("f9")
    await pilot.pause(0.3)
    village.app.on_tap(CardUnusable())


async def roster_filtered(village: Village, pilot: Pilot[Any]) -> None:
    """Only some."""
    await roster(village, pilot)
    await pilot.press("slash", *"sato", "enter")


async def roster_empty(_village: Village, pilot: Pilot[Any]) -> None:
    """Nobody has come."""
    await pilot.press("f4")


async def paper_out(village: Village, pilot: Pilot[Any]) -> None:
    """Not printed."""
    village.paper.report = PrintReport(PrintOutcome.NOT_SENT, Health.PAPER_OUT)
    await roster(village, pilot)
    await pilot.press("p")


async def paper_uncertain(village: Village, pilot: Pilot[Any]) -> None:
    """Perhaps printed."""
    village.paper.report = PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
    await roster(village, pilot)
    await pilot.press("p")


async def cleared(village: Village, pilot: Pilot[Any]) -> None:
    """Somebody has made sure."""
    await board(village, pilot)
    await pilot.press("x", "3")


async def disk_full(village: Village, _pilot: Pilot[Any]) -> None:
    """Nothing was written."""
    village.app.say_broken(DiskIsFullError(path="journal.db"))


async def drill_ended(village: Village, _pilot: Pilot[Any]) -> None:
    """The drill is over, a person is at the keyboard."""
    drill_desk.say_ended(village.app)


async def leaving(_village: Village, pilot: Pilot[Any]) -> None:
    """Whether to leave."""
    await pilot.press("0", "9")


async def help_page(_village: Village, pilot: Pilot[Any]) -> None:
    """F1."""
    await pilot.press("f1")


async def menu(_village: Village, pilot: Pilot[Any]) -> None:
    """0."""
    await pilot.press("0")


ACTS: tuple[Act, ...] = (
    idle, no_reader, received, companions, already_here, unknown_card, removed_too_soon, unreadable, cannot_use, undo_question,
    recent, search, no_order, board, cannot_tell, household, cleared, order, roster, roster_filtered, roster_empty, paper_out,
    paper_uncertain, disk_full, drill_ended, help_page, menu, leaving, palette, palette_open, jump_on_the_board,
    jump_in_the_menu, jump_on_the_last_acts, hidden, hidden_received, hidden_stop,
)  # fmt: skip


def answer_of(village: Village, verdict: Verdict) -> Answer:
    """An answer with everything that an answer can have."""
    residents = {person.number: person for person in village.journal.rows.all(Resident).values()}
    tapper, other = residents["0000008"], residents["0000002"]
    village.app.station.reception.receive(tapper.id)
    stay = village.app.station.reception.stay_of(tapper.id)
    assert stay is not None
    return Answer(
        verdict, village.clock.now(), resident=tapper, stay=stay, household=village.app.station.reception.household_of(tapper.id),
        people=((other, stay),), owner=other, card=HeldCard(CardToken("0" * 32), "felica"),
    )  # fmt: skip


async def devices(village: Village, pilot: Pilot[Any]) -> None:
    """Every device as it would be on a busy evening."""
    village.app.on_health(Part.READER, Health.READY, 0)
    village.app.on_health(Part.TELEVISIONS, Health.READY, 312)
    await pilot.pause(0.1)
    village.app.on_health(Part.PRINTER, Health.PAPER_OUT, 0)
    await pilot.pause(0.2)


def on_a_busy_evening(act: Act) -> Act:
    """An act with every device there, and all painted that it has set going."""

    async def acted(village: Village, pilot: Pilot[Any]) -> None:
        await devices(village, pilot)
        await act(village, pilot)
        await settle(pilot)

    return acted


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_desk_looks_as_it_did(looks_as_it_did: Looks, village: Village, act: Act) -> None:
    assert looks_as_it_did(village, on_a_busy_evening(act))


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_picture(looks_as_it_did: Looks, village: Village, verdict: Verdict) -> None:
    """With the longest name of the village and everything that an answer may carry."""

    async def act(village: Village, _pilot: Pilot[Any]) -> None:
        village.app.give(answer_of(village, verdict))

    assert looks_as_it_did(village, on_a_busy_evening(act))


@pytest.mark.parametrize(
    "act", [received, unknown_card, cannot_use, board, roster, jump_on_the_board], ids=lambda act: act.__name__
)
@pytest.mark.parametrize("colours", [1, 2], ids=["light", "mono"])
def test_nothing_is_lost_in_light_and_mono(looks_as_it_did: Looks, village: Village, act: Act, colours: int) -> None:
    async def in_colours(village: Village, pilot: Pilot[Any]) -> None:
        for _ in range(colours):
            village.app.change_colours()
        await on_a_busy_evening(act)(village, pilot)

    assert looks_as_it_did(village, in_colours)


@pytest.mark.parametrize(
    "act", [idle, received, board, roster, help_page, menu, palette_open, hidden], ids=lambda act: act.__name__
)
def test_english_is_complete(looks_as_it_did: Looks, village: Village, act: Act) -> None:
    assert looks_as_it_did(village, on_a_busy_evening(act), Language.ENGLISH)
