"""What the reception desk asks, and what is done with the answer; nothing happens by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.shelter.acts import Answer
from village_console.shelter.bind import HeldCard
from village_console.shelter.decide import Claim
from village_console.shelter.rules import ASKING, MAY_COME_ALONG, Verdict
from village_console.tui import stay_acts
from village_console.tui.answers import binding_question, claim_question
from village_console.tui.screens.search import Found, Purpose, SearchDesk
from village_console.tui.screens.televisions import TelevisionsPage
from village_console.village.ids import ResidentId

if TYPE_CHECKING:
    from village_console.tui.screens.reception import ReceptionScreen


def ask_about(desk: ReceptionScreen, answer: Answer) -> None:
    """Ask what an answer asks."""
    app, card, person = desk.console_app, answer.card, answer.resident
    face, reception = app.face(answer), app.station.reception
    if answer.verdict in (Verdict.UNKNOWN_CARD, Verdict.NOT_TO_BE_BOUND):
        desk.ask(face, lambda: search(desk, Purpose.CARD if card else Purpose.RECEIVE, card))
    elif answer.verdict is Verdict.ELSEWHERE and person and answer.stay and answer.stay.shelter:
        shelter = answer.stay.shelter
        desk.ask(face, lambda: app.attempt(lambda: reception.receive(person.id, moving_from=shelter)))
    elif answer.verdict is Verdict.BOUND_TO_OTHER and card and person and answer.owner:
        owner = answer.owner.id
        desk.ask(face, lambda: _bind(desk, card, person.id, owner))


def ask_claim(desk: ReceptionScreen, answer: Answer, claim: Claim) -> None:
    """Ask whether this is where the person is."""
    app, person = desk.console_app, answer.resident
    if person is not None:
        desk.ask(
            claim_question(answer, claim, app.words),
            lambda: app.attempt(lambda: app.station.reception.decide(person.id, claim)),
        )


def answer_late(desk: ReceptionScreen, act: Answer) -> None:
    """Ask again what an act still asks."""
    app, reception, person = desk.console_app, desk.console_app.station.reception, act.resident
    if reception.waits(act):
        search(desk, Purpose.CARD, act.card)
    elif act.verdict in ASKING and person:
        app.attempt(lambda: reception.receive(person.id))
    else:
        desk.rest()


def search(desk: ReceptionScreen, purpose: Purpose, card: HeldCard | None = None) -> None:
    """Find a person; `card`: the one that will stand for whoever is found."""
    desk.rest()
    desk.console_app.push_screen(SearchDesk(purpose), lambda found: _found(desk, found, purpose, card))


def _found(desk: ReceptionScreen, found: Found | None, purpose: Purpose, card: HeldCard | None) -> None:
    if found is None:
        return
    app, reception, person = desk.console_app, desk.console_app.station.reception, found.person
    if purpose is Purpose.OUT:
        stay_acts.go_out(app, person.id)
    elif purpose is Purpose.PLACE:
        stay_acts.open_place(app, person)
    elif purpose is Purpose.TELEVISION:
        app.push_screen(TelevisionsPage(person))
    elif card is not None:
        here = reception.state_of(person.id) not in MAY_COME_ALONG
        question = binding_question(person, app.words, app.station.clock.now(), here=here)
        desk.ask(question, lambda: _bind(desk, card, person.id))
    elif found.gets_card:
        desk.hand_to(person)
    else:
        app.attempt(lambda: reception.receive(person.id))


def _bind(desk: ReceptionScreen, card: HeldCard, person: ResidentId, instead_of: ResidentId | None = None) -> None:
    reception = desk.console_app.station.reception
    desk.console_app.attempt(lambda: reception.bind(card, person, instead_of))
