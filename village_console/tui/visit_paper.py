"""A team's sheet, made of rows of the board and sent to the printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.papers.receipts.visits import VisitHead, VisitLine, visit_sheet
from village_console.stranded.facts import Level
from village_console.stranded.views import BoardRow
from village_console.village.run_mode import RunMode

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


def print_sheet(app: ConsoleApp, team: str, homes: list[BoardRow]) -> None:
    """Print where a team goes; without a printer the band says so, and the visits stay in the list."""
    board, paper, say = app.board, app.station.paper, app.words.say
    if board is None or not homes:
        return
    head = VisitHead(
        team=team,
        order=say(f"order.level.{board.order.level}") + f" {board.order.issued_at:%H:%M}",
        at=f"{app.station.clock.now():%Y-%m-%d %H:%M}",
        stay_inside=any(home.order.level is Level.EMERGENCY_SAFETY_MEASURES for home in homes),
        drill=app.station.run_mode is not RunMode.REAL,
        homes=len(homes),
    )
    lines = [_line(app, home) for home in homes]
    columns = paper.columns if paper is not None else 48
    people = sum(len(home.missing) for home in homes)
    app.printing.begin(visit_sheet(head, lines, columns, app.words), people, "visits")


def _line(app: ConsoleApp, home: BoardRow) -> VisitLine:
    say, head = app.words.say, home.household.head
    heard = home.evidence.last_heard if home.evidence else None
    state = say("tv.on") if home.blind is None else say(f"blind.{home.blind}")
    return VisitLine(
        state=say(f"rung.{home.rung.word}"),
        settlement=head.settlement,
        address=head.address,
        phone=head.phone,
        names=tuple(say("name.polite", name=member.name) for member in home.missing),
        support=any(member.needs_evacuation_support for member in home.missing),
        why=say("visit.paper.why", tv=state, heard=f"{heard:%H:%M}" if heard else say("never")),
    )
