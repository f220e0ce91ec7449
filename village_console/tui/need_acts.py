"""What desks do about needs: open a person's, take the last word back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.needs.rows import Need
from village_console.register.rows import Resident
from village_console.shelter.acts import nothing_to_undo
from village_console.tui.answers import Face
from village_console.tui.need_words import need_word
from village_console.tui.shapes import BARS, DIAMOND, RING

if TYPE_CHECKING:
    from village_console.needs.facts import Outcome, Owner
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk


def open_needs(app: ConsoleApp, person: Resident) -> None:
    """The page of one person's needs; the look is written before."""
    from village_console.tui.screens.person_needs import PersonNeedsPage  # noqa: PLC0415 -- the page uses what is here

    app.station.needs.note_look(person.id)
    app.push_screen(PersonNeedsPage(person))


def take(desk: Desk, need: Need, owner: Owner) -> None:
    """Somebody looks after a need."""
    app = desk.console_app
    app.station.needs.take(need, owner)
    said = desk.say("needs.taken", what=need_word(app, need.code), owner=desk.say(f"needs.owner.{owner}"))
    desk.show(Face("good", RING, "済", "〇", said))
    desk.refresh_view()


def meet(desk: Desk, need: Need, outcome: Outcome) -> None:
    """It is a need no longer."""
    app = desk.console_app
    app.station.needs.meet(need, outcome)
    said = desk.say("needs.met", what=need_word(app, need.code), outcome=desk.say(f"needs.outcome.{outcome}"))
    desk.show(Face("good", RING, "済", "〇", said))
    desk.refresh_view()


def ask_undo(desk: Desk, need: Need | None) -> None:
    """Ask whether to take back what was written last about a need."""
    app = desk.console_app
    if need is None:
        desk.show(app.face(nothing_to_undo(app.live.clock.now())))
        return
    person = app.station.journal.rows.one(Resident, need.resident)
    who = app.station.operators.who_wrote(need.fact)
    name = f"{person.name if person else desk.say('unknown')} {need.changed_at:%H:%M} {who}".rstrip()
    said = desk.say("needs.undo", what=need_word(app, need.code))
    face = Face("ask", DIAMOND, "問", "？", said, name, third=desk.say("undo.why_short"))

    def undo(why: str) -> None:
        """Take it back for this reason."""
        key = "answer.undone.first" if app.station.needs.take_back(need, why) else "answer.nothing_to_undo.first"
        desk.show(Face("same", BARS, "同", "／", desk.say(key)))
        desk.refresh_view()

    desk.ask_why(face, undo)
