"""What every desk does about where a person is: out and back, whereabouts; two places are decided at the reception desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.shelter.rules import PersonState

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.village.ids import ResidentId


def go_out(app: ConsoleApp, person: ResidentId) -> None:
    """Whoever is in goes out for a while, whoever is out is back."""
    if not _asked_about(app, person):
        app.attempt(lambda: app.station.reception.go_out(person))


def open_place(app: ConsoleApp, person: Resident) -> None:
    """Ask where a person goes, or stays."""
    if not _asked_about(app, person.id):
        from village_console.tui.screens.place import PlacePage  # noqa: PLC0415 -- the page shows what is done here

        app.station.reception.note_look(person)
        app.push_screen(PlacePage(person))


def _asked_about(app: ConsoleApp, person: ResidentId) -> bool:
    """Somebody about whom consoles disagree is asked about first, at the reception desk."""
    if app.station.reception.state_of(person) is not PersonState.TWO_PLACES:
        return False
    app.go("reception")
    app.attempt(lambda: app.station.reception.receive(person))
    return True


def state_words(app: ConsoleApp, state: PersonState, stay: Stay | None) -> str:
    """Where a person is, in a word; another shelter by its name."""
    if state is PersonState.ELSEWHERE and stay is not None and stay.shelter is not None:
        return app.station.reception.desk.name_of(stay.shelter)
    return app.words.say(f"companion.{state}", place=app.words.say(f"place.{stay.place}") if stay else "")
