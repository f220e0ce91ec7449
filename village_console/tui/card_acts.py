"""From a person's own card to a reception: read it, let a person confirm whose it is, receive, and bind what can be bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.devices.ports import CardFace
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.bind import HeldCard
from village_console.shelter.facts import Path
from village_console.shelter.rules import Verdict
from village_console.tui.screens.card_form import CardFormPage, Stranger
from village_console.tui.screens.own_card import OwnCardPage

if TYPE_CHECKING:
    from village_console.tui.screens.reception import ReceptionScreen


def read_own_card(desk: ReceptionScreen, answer: Answer | None) -> None:
    """Open the page of a person's own card; `answer`: what the desk has just said of a card, if it has."""
    card = answer.card if answer is not None and answer.verdict is Verdict.UNKNOWN_CARD else None
    desk.rest()
    desk.console_app.push_screen(OwnCardPage(), lambda face: _whose(desk, face, card))


def _whose(desk: ReceptionScreen, face: CardFace | None, card: HeldCard | None) -> None:
    if face is not None:
        desk.console_app.push_screen(CardFormPage(face), lambda chosen: _receive(desk, chosen, card))


def _receive(desk: ReceptionScreen, chosen: Resident | Stranger | None, card: HeldCard | None) -> None:
    app, reception = desk.console_app, desk.console_app.station.reception
    if chosen is None:
        return

    def act() -> Answer:
        """Receive whom a person has chosen, and keep the card for them."""
        if isinstance(chosen, Stranger):
            person = reception.list_visitor(chosen.face, app.words.say("card_form.settlement"))
        else:
            reception.note_look(chosen)
            person = chosen.id
        return reception.receive(person, Path.CARD) if card is None else reception.bind(card, person)

    app.attempt(act)
