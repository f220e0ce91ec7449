"""The rows of the reception desk: members of a household, the last acts, what the keys under the offer do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from village_console.shelter.acts import Answer
from village_console.shelter.facts import Path
from village_console.shelter.rows import NO_RECEIPT
from village_console.shelter.rules import ASKING, PersonState, Room
from village_console.shelter.views import Companion
from village_console.tui.answers import face_of, sign_and_word
from village_console.tui.cells import Cell, row, spans
from village_console.tui.stay_acts import state_words
from village_console.village.eras import age_on

if TYPE_CHECKING:
    from village_console.tui.screens.desk import Desk

STATE_SIGN = {
    PersonState.HERE: "〇",
    PersonState.OUT: "／",
    PersonState.NOT_YET: "－",
    PersonState.ELSEWHERE: "＞",
    PersonState.AWAY: "〆",
    PersonState.TWO_PLACES: "？",
}


def companion_row(desk: Desk, companion: Companion, *, selected: bool) -> Text:
    """A member of the household, with the digit that receives them."""
    roles, resident = desk.console_app.roles, companion.resident
    here = companion.state is PersonState.HERE
    birth, today = resident.birth, desk.console_app.station.clock.now().date()
    age = desk.say("age", age=age_on(birth, today)) if birth else desk.say("unknown")
    return row(
        Cell(" ＞" if selected else "", 4, roles.strong),
        Cell(companion.key, 3, roles.key),
        Cell(f"{STATE_SIGN[companion.state]} {state_words(desk.console_app, companion.state, companion.stay)}", 13,
             roles.good.ink if here else roles.muted),
        Cell(resident.name, 16, roles.strong if here or selected else roles.text),
        Cell(resident.kana, 20, roles.muted),
        Cell(age, 7, roles.muted, right=True),
        Cell(" " + desk.say(f"sex.{resident.sex}"), 5, roles.muted),
        Cell(f"{companion.stay.since:%H:%M}" if companion.stay else "", 8, roles.muted, right=True),
        ground=roles.raised if selected else roles.ground, width=desk.width,
    )  # fmt: skip


def head_of(offer: Sequence[Companion]) -> str:
    """The name of a household's head; of the first where the register names none."""
    return next((c.resident.name for c in offer if c.resident.is_head), offer[0].resident.name)


def act_row(desk: Desk, act: Answer, *, selected: bool) -> Text:
    """One of the last acts, with what has become of it."""
    app, roles = desk.console_app, desk.console_app.roles
    stands = app.station.reception.stands(act)
    face = face_of(act, app.words)
    about = (
        (Cell(act.resident.name, 27, roles.text if stands or not act.facts else roles.muted),
         Cell(act.resident.settlement, 10, roles.muted))
        if act.resident else (Cell(face.first, 37, roles.text),)
    )  # fmt: skip
    note = desk.say("reception.family", count=len(act.people)) if act.people else ""
    if act.stay is not None and act.stay.path is Path.PAPER and act.stay.fact == act.fact:
        note = f"{desk.say('paper.mark')} {act.stay.since:%H:%M}"
    note = desk.say("count.people", count=act.group.people) if act.group and not act.resident else note
    return row(
        Cell(" ＞" if selected else "", 4, roles.strong),
        Cell(f"{act.at:%H:%M:%S}", 10, roles.muted),
        Cell(sign_and_word(act, app.words, stands=stands), 14,
             face.tone_in(roles).ink if stands or not act.facts else roles.muted),
        Cell(_number(act), 6, roles.muted),
        *about,
        Cell(note, 9, roles.muted),
        ground=roles.raised if selected else roles.ground, width=desk.width,
    )  # fmt: skip


def _number(act: Answer) -> str:
    """The receipt number of an act without what is the same in all."""
    receipt = act.stay.receipt if act.stay else act.group.receipt if act.group else NO_RECEIPT
    return receipt.rpartition("-")[2] if receipt != NO_RECEIPT else NO_RECEIPT


def worth_a_word(desk: Desk, out: int) -> list[tuple[str, Style]]:
    """What the title says only when there is some: a shelter that fills up, people out, people to ask about."""
    roles, reception = desk.console_app.roles, desk.console_app.station.reception
    own, asked = reception.own_fullness(), reception.to_be_asked()
    said: list[tuple[str, Style]] = []
    if own.room in (Room.CROWDED, Room.FULL):
        room = desk.say("reception.room", room=desk.say(f"room.{own.room}"), people=own.people, capacity=own.capacity)
        said.append((f"  {room}", roles.ask.ink))
    if unnamed := sum(one.people for one in reception.unnamed()):
        said.append((f"  {desk.say('count.unnamed', count=unnamed)}", roles.ask.ink))
    if out:
        said.append((f"  {desk.say('reception.out')} {out}", roles.text))
    if asked:
        said.append((f"  {desk.say('reception.follow_ups')} {asked}", roles.ask.ink))
    return said


def offer_keys(desk: Desk, waiting: int, *, fresh: bool) -> Text:
    """What the keys under a household do; the next card needs none. `fresh`: nobody of it has been chosen yet."""
    roles, keys = desk.console_app.roles, Text("", end="")
    if waiting:
        keys.append("    ")
        keys.append(" Enter " if fresh else " a ", style=roles.here)
        keys.append(" " + desk.say("reception.everyone_came", count=waiting), style=roles.text)
        keys.append("    1 " if fresh else "    Enter ", style=roles.key)
        keys.append(desk.say("reception.only_this_one" if fresh else "reception.as_it_is"), style=roles.muted)
        keys.append("    2 - 9 ", style=roles.key)
        keys.append(desk.say("reception.one_by_one"), style=roles.muted)
    if desk.check_action("name_one", ()):
        keys.append("\n\n    ").append(" g ", style=roles.key).append(desk.say("count.one_of_them"), style=roles.text)
    else:
        keys.append("\n\n    " + desk.say("reception.next_card"), style=roles.muted)
    return keys


def recent_keys(desk: Desk, current: Answer | None) -> Text:
    """What can be done with the act under the cursor."""
    roles = desk.console_app.roles
    if desk.question is not None:
        return Text("")  # Enter belongs to the question
    if current is not None and current.verdict in ASKING:
        return spans(("Enter ", roles.key), (desk.say("reception.answer_it"), roles.muted))
    if current is not None and desk.console_app.station.reception.waits(current):
        return spans(("Enter ", roles.key), (desk.say("reception.find_holder"), roles.muted))
    return spans(("z ", roles.key), (desk.say("reception.undo_last"), roles.muted))
