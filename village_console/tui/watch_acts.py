"""What a desk does at the stranded board: orders, clearances, word of mouth, visits, outages; and takes any of it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from village_console.shelter.acts import nothing_to_undo
from village_console.stranded import outages, visits
from village_console.stranded.facts import Cut, Found, Issuer, Level, Means, Reason, Said
from village_console.stranded.rows import Order
from village_console.stranded.undoing import Undoable, newest_act
from village_console.stranded.views import BoardRow
from village_console.tui import drill_desk, visit_paper
from village_console.tui.answers import Face
from village_console.tui.shapes import BARS, DIAMOND, RING
from village_console.village.ids import HouseholdId

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp
    from village_console.tui.screens.desk import Desk


def record_order(
    app: ConsoleApp,
    level: Level,
    settlements: tuple[str, ...] = (),
    *,
    minutes_ago: int = 0,
    by: Issuer = Issuer.MAYOR,
) -> None:
    """Write an order, then ask the televisions what they were."""
    order = app.station.watch.order(level, settlements, minutes_ago=minutes_ago, by=by)
    app.say_in_band("good", RING, "済", "〇", "order.recorded", level=app.words.say(f"order.level.{level}"))
    drill_desk.tell_when_painted(app, lambda: drill_desk.tell(app, "order_recorded", fact=order.fact))
    app.gathering.begin()


def clear_household(app: ConsoleApp, order: Order, household: HouseholdId, reason: Reason) -> None:
    """Write that somebody has made sure."""
    clearance = app.station.watch.clear(order, household, reason)
    app.refresh_board()
    said, at = app.words.say(f"reason.{reason}"), f"{app.station.clock.now():%H:%M}"
    app.say_in_band("good", RING, "済", "〇", "household.cleared", reason=said, at=at)
    drill_desk.tell(app, "cleared", fact=clearance.fact if clearance else None)


def narrow_order(app: ConsoleApp, order: Order, settlements: tuple[str, ...]) -> None:
    """Write where an order still holds; nowhere lifts it."""
    app.station.watch.narrow(order, settlements)
    app.refresh_board()
    where = app.words.say("list.comma").join(settlements)
    level = app.words.say(f"order.level.{order.level}")
    if settlements:
        app.say_in_band("good", RING, "済", "〇", "order.narrowed", level=level, where=where)
    else:
        app.say_in_band("good", RING, "済", "〇", "order.lifted", level=level)


def hear(app: ConsoleApp, household: HouseholdId, means: Means, what: Said) -> None:
    """Write what somebody said of a home."""
    visits.hear(app.station.journal, household, means, what)
    app.refresh_board()
    said = app.words.say(f"told.{means}.{what}")
    app.say_in_band("good", RING, "済", "〇", "told.written", said=said)


def assign(app: ConsoleApp, homes: list[BoardRow], team: int) -> None:
    """Ask a team to go, and print its sheet."""
    name = app.words.say("visit.team", n=team)
    visits.assign(app.station.journal, [home.household.id for home in homes], name)
    app.refresh_board()
    app.say_in_band("good", RING, "済", "〇", "visit.assigned", team=name, count=len(homes))
    visit_paper.print_sheet(app, name, homes)


def report_visit(app: ConsoleApp, household: HouseholdId, found: Found) -> None:
    """Write what a team found."""
    visits.report(app.station.journal, household, found, app.station.watch.orders())
    app.refresh_board()
    app.say_in_band("good", RING, "済", "〇", "visit.reported", found=app.words.say(f"found.{found}"))


def switch_outage(app: ConsoleApp, settlement: str, cut: Cut) -> None:
    """Power or line is gone in a settlement, or both are back where it was gone already."""
    journal = app.station.journal
    if settlement in app.station.watch.known().dark:
        outages.end_outage(journal, settlement)
        app.say_in_band("good", RING, "済", "〇", "outage.ended", settlement=settlement)
    else:
        outages.report_outage(journal, settlement, cut)
        said = app.words.say(f"outage.{cut}")
        app.say_in_band("good", RING, "済", "〇", "outage.reported", settlement=settlement, cut=said)
    app.refresh_board()


def expect_hazard(app: ConsoleApp, settlement: str, at: datetime) -> None:
    """Write when the hazard may reach a settlement."""
    outages.expect_hazard(app.station.journal, settlement, at)
    app.refresh_board()
    app.say_in_band("good", RING, "済", "〇", "outage.hazard", settlement=settlement, at=f"{at:%H:%M}")


def ask_undo(app: ConsoleApp, desk: Desk) -> None:
    """Offer to take back the newest act at the board."""
    newest = newest_act(app.station.journal.rows)
    if newest is None:
        desk.show(app.face(nothing_to_undo(app.live.clock.now())))
        return
    said = app.words.say(f"undo.{newest.what}")
    who = app.station.operators.who_wrote(newest.facts[-1])
    face = Face("ask", DIAMOND, "問", "？", said, who, third=app.words.say("undo.why_short"))
    desk.ask_why(face, lambda why: _undo(app, newest, why))


def _undo(app: ConsoleApp, act: Undoable, why: str) -> None:
    for fact in act.facts:
        app.station.watch.take_back(fact, why)
    app.refresh_board()
    app.say_in_band("same", BARS, "同", "／", "answer.undone.first")
    drill_desk.tell(app, "undone")
