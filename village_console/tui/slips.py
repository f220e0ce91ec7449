"""受付票 and 番号札: a printed code for somebody who is here, and a sheet of codes that are nobody's yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.papers.receipts.card_slip import CardSlip, card_slip
from village_console.papers.receipts.slip import Slip, code_sheet, slip
from village_console.register.rows import Resident
from village_console.register.take_codes import NoCodes, take_codes
from village_console.register.tokens import PRINTED
from village_console.shelter.acts import Answer
from village_console.shelter.rules import PersonState, Verdict
from village_console.tui.answers import Bell, Face
from village_console.tui.shapes import CROSS, DIAMOND
from village_console.village.errors import VillageError
from village_console.village.run_mode import RunMode

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk

SHEET = 10
"""Codes on one sheet."""


def print_slip(app: ConsoleApp, person: Resident) -> None:
    """Bind a new code to somebody who is registered here, and print it; without a printer nothing is bound."""
    reception, paper = app.station.reception, app.station.paper
    stay = reception.stay_of(person.id)
    if paper is None:
        _refuse(app, "roster.not_printed.absent")
    elif stay is None or reception.state_of(person.id) not in (PersonState.HERE, PersonState.OUT):
        _refuse(app, "slip.not_here")
    else:
        try:
            given = reception.hand_code(person.id)
        except VillageError as error:
            app.say_broken(error)
            return
        if isinstance(given, NoCodes):
            _refuse(app, f"slip.{given}")
            return
        answer, code = given
        app.give(answer)
        now = app.station.clock.now()
        paper_slip = Slip(stay.receipt, app.station.place, f"{now.month}/{now.day} {now:%H:%M}", code)
        app.printing.begin(slip(paper_slip, paper.columns, app.words), 1, "slip")


def print_for(desk: Desk, person: Resident, last: Answer | None) -> None:
    """A slip with a code; right after a card was given it is asked whether the one about the card is wanted."""
    if _gave_a_card(last):
        _ask_which(desk, person)
    else:
        print_slip(desk.console_app, person)


def _gave_a_card(answer: Answer | None) -> bool:
    """Whether the last act bound a card; a printed code is its own slip."""
    if answer is None or answer.verdict not in (Verdict.BOUND, Verdict.BOUND_AND_RECEIVED):
        return False
    return answer.card is not None and answer.card.kind != PRINTED


def _ask_which(desk: Desk, person: Resident) -> None:
    """A card was given just now: the slip about it, or a slip with a code of its own."""
    app = desk.console_app
    desk.ask(
        Face("ask", DIAMOND, "問", "？", app.words.say("card_slip.ask"), third=app.words.say("card_slip.keys"),
             bell=Bell.QUESTION),
        lambda: _print_binding(app, person),
        lambda n: (_print_binding, print_slip)[n - 1](app, person), most=2,
    )  # fmt: skip


def _print_binding(app: ConsoleApp, person: Resident) -> None:
    station, stay = app.station, app.station.reception.stay_of(person.id)
    if station.paper is None or stay is None:
        _refuse(app, "roster.not_printed.absent" if station.paper is None else "slip.not_here")
        return
    now = station.clock.now()
    about = CardSlip(
        stay.receipt, station.place, f"{now.month}/{now.day} {now:%H:%M}", drill=station.run_mode is not RunMode.REAL
    )
    app.printing.begin(card_slip(about, station.paper.columns, app.words), 1, "card_slip")


def ask_for_sheet(desk: Desk) -> None:
    """Ask whether a sheet of codes is to be printed; they are used up with it."""
    app = desk.console_app
    if app.station.paper is None:
        _refuse(app, "roster.not_printed.absent")
        return
    desk.ask(
        Face("ask", DIAMOND, "問", "？", app.words.say("sheet.ask", count=SHEET), app.words.say("sheet.what"),
             third=app.words.say("sheet.keys"), bell=Bell.QUESTION),
        lambda: _print_sheet(app),
    )  # fmt: skip


def _print_sheet(app: ConsoleApp) -> None:
    station, paper = app.station, app.station.paper
    try:
        codes = take_codes(station.journal, station.reception.desk.console, SHEET)
    except VillageError as error:
        app.say_broken(error)
        return
    if isinstance(codes, NoCodes):
        _refuse(app, f"slip.{codes}")
    elif paper is not None:
        app.printing.begin(code_sheet(codes, station.place, paper.columns, app.words), SHEET, "sheet")


def _refuse(app: ConsoleApp, key: str) -> None:
    app.desk.show(Face("stop", CROSS, "止", "Ｘ", app.words.say(key), bell=Bell.STOP))
