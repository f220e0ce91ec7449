"""The needs that a list shows, sent to the printer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from village_console.needs.rows import Need
from village_console.papers.receipts.needs import MealLine, NeedLine, meal_list, need_list
from village_console.register.rows import Resident
from village_console.shelter.rows import NO_RECEIPT, Stay
from village_console.tui.need_words import allergy_words, left_of, need_word, supply_word
from village_console.village.run_mode import RunMode

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


def print_needs(app: ConsoleApp, needs: Sequence[Need]) -> None:
    """Print the list as it stands."""
    paper, now = app.station.paper, app.station.clock.now()
    if paper is None:
        return
    lines = [_line(app, need) for need in needs]
    document = need_list(
        app.station.place, f"{now.month}/{now.day} {now:%H:%M}", lines, paper.columns, app.words,
        drill=app.station.run_mode is not RunMode.REAL,
    )  # fmt: skip
    app.printing.begin(document, len(needs), kind="need_list", about=f"needs of {len(needs)}")


def print_meals(app: ConsoleApp, item: str) -> None:
    """Print who is here, for handing out one thing by hand."""
    paper, now, needs = app.station.paper, app.station.clock.now(), app.station.needs
    if paper is None:
        return
    food = needs.codes.supplies[item].food
    lines = [
        MealLine(
            entry.stay.receipt,
            app.words.say("name.polite", name=entry.resident.name),
            sum(one.item == item and one.at.date() == now.date() for one in needs.handed(entry.resident.id)),
            allergy_words(app, needs.allergies(entry.resident.id)) if food else "",
        )
        for entry in app.station.reception.roster()
    ]
    document = meal_list(
        supply_word(app, item), app.station.place, f"{now.month}/{now.day} {now:%H:%M}", lines, paper.columns, app.words,
        drill=app.station.run_mode is not RunMode.REAL,
    )  # fmt: skip
    app.printing.begin(document, len(lines), kind="meals")


def _line(app: ConsoleApp, need: Need) -> NeedLine:
    rows, say = app.station.journal.rows, app.words.say
    person, stay = rows.one(Resident, need.resident), rows.one(Stay, need.resident)
    return NeedLine(
        state=say(f"needs.outcome.{need.outcome}") if need.outcome else say(f"needs.urgency.{need.urgency}"),
        receipt=stay.receipt if stay else NO_RECEIPT,
        name=say("name.polite", name=person.name) if person else say("unknown"),
        what=need_word(app, need.code),
        left=left_of(app.desk, need),
        owner=say(f"needs.owner.{need.owner}") if need.owner else say("needs.nobody"),
        detail=need.detail,
    )
