"""出ている指示: every order in force, to narrow or to lift."""

from __future__ import annotations

from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.stranded.rows import Order
from village_console.tui import watch_acts
from village_console.tui.answers import Face, at_of
from village_console.tui.cells import Cell, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.area import AreaPage
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import BARS, DIAMOND
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList


def _some_in_force(desk: Desk) -> Usable:
    return True if desk.console_app.station.watch.orders() else None


class InForcePage(Desk):
    """The orders in force."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("narrow", "s", "s", usable=_some_in_force),
        Command("lift", "r", "r", usable=_some_in_force),
    )
    DEFAULT_CSS = """
    InForcePage #ask { height: 2; }
    InForcePage #orders { height: 1fr; }
    """

    def compose_work(self) -> ComposeResult:
        """The orders."""
        yield Line(id="ask")
        yield RowList[Order](self._row, lambda order: order.id, id="orders")

    def resting_face(self) -> Face:
        """How many are in force."""
        count = len(self.console_app.station.watch.orders())
        if not count:
            return Face("same", BARS, "同", "－", self.say("stranded.no_order"))
        return Face("ask", DIAMOND, "問", "？", self.say("order.count", count=count))

    def paint_work(self) -> None:
        """Paint the list."""
        title = spans((f"  {self.say('order.in_force')}", self.console_app.roles.strong))
        self.query_one("#ask", Line).set(Text("\n", end="").append_text(title))
        self._orders.show(self.console_app.station.watch.orders())

    def action_narrow(self) -> None:
        """Choose where the order still holds."""
        order = self._orders.current
        if order is None:
            return
        app = self.console_app
        chosen = order.settlements or tuple(app.station.watch.settlements())
        page = AreaPage(
            self.say("order.where_still"),
            self.say("order.nowhere"),
            chosen,
            lambda left: watch_acts.narrow_order(app, order, left),
        )
        app.push_screen(page)

    def action_lift(self) -> None:
        """Ask whether the order is lifted."""
        order = self._orders.current
        if order is not None:
            said = self.say("order.lift_question", level=self.say(f"order.level.{order.level}"))
            face = Face("ask", DIAMOND, "問", "？", said, third=self.say("stranded.enter_or_leave"))
            self.ask(face, lambda: watch_acts.narrow_order(self.console_app, order, ()))

    def action_undo(self) -> None:
        """Take back the last act at the board."""
        watch_acts.ask_undo(self.console_app, self)

    def enter(self) -> None:
        """Choose where the order still holds."""
        self.action_narrow()

    def row_list(self) -> RowList[Order]:
        """The orders."""
        return self._orders

    @property
    def _orders(self) -> RowList[Order]:
        return cast("RowList[Order]", self.query_one("#orders"))

    def _row(self, order: Order, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, now = self.console_app.roles, self.console_app.station.clock.now()
        where = self.say("list.comma").join(order.settlements) or self.say("order.everywhere")
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(str(order.level), 3, roles.strong),
            Cell(self.say(f"order.level.{order.level}"), 26, roles.text),
            Cell(at_of(order.issued_at, now), 12, roles.muted),
            Cell(self.say(f"issuer.{order.by}"), 12, roles.muted),
            Cell(where, 22, roles.text),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
