"""What a desk does at the stranded board: record an order, clear a household, take either back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.stranded.facts import Level, Reason
from village_console.stranded.rows import Clearance, Order
from village_console.tui import drill_desk
from village_console.tui.answers import Face
from village_console.tui.shapes import BARS, DIAMOND, RING
from village_console.village.ids import FactHash, HouseholdId

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk


def record_order(app: ConsoleApp, level: Level) -> None:
    """Write an order, then ask the televisions what they were."""
    order = app.station.watch.order(level)
    app.say_in_band("good", RING, "済", "〇", "order.recorded", level=app.words.say(f"order.level.{level}"))
    drill_desk.tell_when_painted(app, lambda: drill_desk.tell(app, "order_recorded", fact=order.fact))
    app.gather()


def clear_household(app: ConsoleApp, order: Order, household: HouseholdId, reason: Reason) -> None:
    """Write that somebody has made sure."""
    clearance = app.station.watch.clear(order, household, reason)
    app.refresh_board()
    said, at = app.words.say(f"reason.{reason}"), f"{app.station.clock.now():%H:%M}"
    app.say_in_band("good", RING, "済", "〇", "household.cleared", reason=said, at=at)
    drill_desk.tell(app, "cleared", fact=clearance.fact if clearance else None)


def ask_undo(app: ConsoleApp, desk: Desk) -> None:
    """Offer to take back the newest order or clearance."""
    newest = _newest(app)
    if newest is None:
        desk.show(app.face(app.nothing_to_undo()))
        return
    key, fact = newest
    face = Face("ask", DIAMOND, "問", "？", app.words.say(key), third=app.words.say("answer.undo_question.third"))
    desk.ask(face, lambda: _undo(app, fact))


def _newest(app: ConsoleApp) -> tuple[str, FactHash] | None:
    rows = app.station.journal.rows
    entries = [(c.at, "undo.clearance", c.fact) for c in rows.all(Clearance).values()]
    entries += [(o.issued_at, "undo.order", o.fact) for o in rows.all(Order).values()]
    newest = max(entries, default=None)
    return (newest[1], newest[2]) if newest else None


def _undo(app: ConsoleApp, fact: FactHash) -> None:
    app.station.watch.take_back(fact, app.words.say("undo.slip"))
    app.refresh_board()
    app.say_in_band("same", BARS, "同", "／", "answer.undone.first")
    drill_desk.tell(app, "undone")
