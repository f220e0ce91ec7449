"""Scripted acts that fall upon no party: order, paper, roster, board."""

from __future__ import annotations

from device_sim.drill.desk import Desk
from device_sim.drill.desk_act import Cause
from device_sim.drill.desk_book import DeskBook
from device_sim.drill.desk_lines import PaperChanged
from device_sim.drill.plan import Act
from device_sim.drill.play_errors import DrillFolderError
from device_sim.drill.television_room import TelevisionRoom
from device_sim.drill.truth_lines import InjectTruth
from device_sim.drill.visit import Step
from device_sim.printers.receipt_printer import ReceiptPrinter

CATCH_UP = 2.0
"""Real seconds for the broker to take what the televisions said before the order."""

TRIES = 3
"""How often an order is given that nobody acknowledges."""

USUAL_LEVEL = 4
"""警戒レベル4: 避難指示."""


class Script:
    """Knows how each scripted act is done."""

    def __init__(self, desk: Desk, printer: ReceiptPrinter, room: TelevisionRoom, book: DeskBook) -> None:
        self._desk, self._printer, self._room, self._book = desk, printer, room, book
        self._steps = {
            Act.ORDER: self._order,
            Act.PRINT_ROSTER: self._print,
            Act.SHOW_BOARD: self._show_board,
            Act.PAPER_OUT: self._paper_out,
            Act.PAPER_IN: self._paper_in,
        }

    def step(self, inject: InjectTruth) -> Step:
        """The step of an act; raises DrillFolderError for an act that needs a party, or that nobody knows."""
        known = {act.value: do for act, do in self._steps.items()}
        if inject.act not in known:
            message = f'truth.jsonl: nobody can do "{inject.act}" at {inject.at:%H:%M:%S} by itself'
            raise DrillFolderError(message)
        do = known[inject.act]
        return lambda attempt: do(inject, attempt)

    def _order(self, inject: InjectTruth, attempt: int) -> None:
        """Without an order there is no drill: it is given again when a person at the keyboard came between."""
        self._room.catch_up(CATCH_UP)
        for n in range(TRIES):
            if self._desk.order(inject.level or USUAL_LEVEL, Cause(inject=inject.act, attempt=attempt + n)):
                return

    def _print(self, inject: InjectTruth, attempt: int) -> None:
        self._desk.print_roster(Cause(inject=inject.act, attempt=attempt))

    def _show_board(self, _inject: InjectTruth, _attempt: int) -> None:
        self._desk.show_board()

    def _paper_out(self, _inject: InjectTruth, _attempt: int) -> None:
        self._printer.paper_out_after(0)
        self._book.write(PaperChanged(at=self._book.now(), value="out"))

    def _paper_in(self, _inject: InjectTruth, _attempt: int) -> None:
        self._printer.refill()
        self._book.write(PaperChanged(at=self._book.now(), value="in"))
