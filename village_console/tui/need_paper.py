"""The needs that a list shows, sent to the printer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from village_console.needs.rows import Need
from village_console.papers.receipts.needs import NeedLine, need_list
from village_console.register.rows import Resident
from village_console.shelter.rows import NO_RECEIPT, Stay
from village_console.tui.need_words import left_of, need_word
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
