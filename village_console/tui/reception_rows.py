"""The rows of the reception desk: members of a household, the last acts, what the keys under the offer do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from village_console.shelter.acts import Answer
from village_console.shelter.rules import CompanionState
from village_console.shelter.views import Companion
from village_console.tui.answers import face_of, sign_and_word
from village_console.tui.cells import Cell, row, spans
from village_console.village.eras import age_on

if TYPE_CHECKING:
    from village_console.tui.screens.desk import Desk

STATE_SIGN = {CompanionState.HERE: "〇", CompanionState.NOT_YET: "－", CompanionState.ELSEWHERE: "＞"}


def companion_row(desk: Desk, companion: Companion, *, selected: bool) -> Text:
    """A member of the household, with the digit that receives them."""
    roles, resident = desk.console_app.roles, companion.resident
    here = companion.state is CompanionState.HERE
    birth, today = resident.birth, desk.console_app.station.clock.now().date()
    age = desk.say("age", age=age_on(birth, today)) if birth else desk.say("unknown")
    return row(
        Cell(" ＞" if selected else "", 4, roles.strong),
        Cell(companion.key, 3, roles.key),
        Cell(f"{STATE_SIGN[companion.state]} {desk.say(f'companion.{companion.state}')}", 13,
             roles.good.ink if here else roles.muted),
        Cell(resident.name, 16, roles.strong if here or selected else roles.text),
        Cell(resident.kana, 20, roles.muted),
        Cell(age, 7, roles.muted, right=True),
        Cell(" " + desk.say(f"sex.{resident.sex}"), 5, roles.muted),
        Cell(f"{companion.stay.since:%H:%M}" if companion.stay else "", 8, roles.muted, right=True),
        ground=roles.raised if selected else roles.ground, width=desk.width,
    )  # fmt: skip


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
    return row(
        Cell(" ＞" if selected else "", 4, roles.strong),
        Cell(f"{act.at:%H:%M:%S}", 10, roles.muted),
        Cell(sign_and_word(act, app.words, stands=stands), 14,
             face.tone_in(roles).ink if stands or not act.facts else roles.muted),
        Cell(act.stay.receipt.rpartition("-")[2] if act.stay else "----", 6, roles.muted),
        *about,
        Cell(note, 9, roles.muted),
        ground=roles.raised if selected else roles.ground, width=desk.width,
    )  # fmt: skip


def offer_keys(desk: Desk, waiting: int) -> Text:
    """What the keys under a household do; the next card needs none."""
    roles, keys = desk.console_app.roles, Text("", end="")
    if waiting:
        keys.append("    ")
        keys.append(" a ", style=roles.here)
        keys.append(" " + desk.say("reception.everyone_came", count=waiting), style=roles.text)
        keys.append("    1 - 9 ", style=roles.key)
        keys.append(desk.say("reception.one_by_one"), style=roles.muted)
        keys.append("    Enter ", style=roles.key)
        keys.append(desk.say("reception.as_it_is"), style=roles.muted)
    keys.append("\n\n    " + desk.say("reception.next_card"), style=roles.muted)
    return keys


def recent_keys(desk: Desk, current: Answer | None) -> Text:
    """What can be done with the act under the cursor."""
    roles = desk.console_app.roles
    if desk.question is not None:
        return Text("")  # Enter belongs to the question
    if current is not None and desk.console_app.station.reception.waits(current):
        return spans(("Enter ", roles.key), (desk.say("reception.find_holder"), roles.muted))
    return spans(("z ", roles.key), (desk.say("reception.undo_last"), roles.muted))
