"""The board as a list by settlement, sent to the receipt printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.papers.a4.frame import Frame
from village_console.papers.receipts.stranded import StrandedHead, stranded_pages
from village_console.paperwork.stranded_list import order_of, rest_of, settlements_of
from village_console.village.run_mode import RunMode

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


def print_list(app: ConsoleApp) -> None:
    """Print who is presumed stranded; without a printer the band says so."""
    station, board = app.station, app.board
    if board is None:
        return
    now = station.clock.now()
    frame = Frame(station.place, now, station.run_mode, app.words)
    head = StrandedHead(
        station.place, f"{now.month}/{now.day} {now:%H:%M}", order_of(board, frame), rest_of(board, frame),
        drill=station.run_mode is not RunMode.REAL,
    )  # fmt: skip
    columns = station.paper.columns if station.paper is not None else 48
    pages = stranded_pages(head, settlements_of(frame, board), columns, app.words)
    app.printing.begin(pages, board.people, "stranded")
