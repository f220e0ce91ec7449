"""どの集落か: the settlements of an order, ticked one by one; none ticked means what the caller says it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.tui.answers import Face
from village_console.tui.cells import Cell, row, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import DIAMOND
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList


class AreaPage(Desk):
    """Asks for settlements."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("back", label="Esc"),
        Command("tick", "space", "Space"),
        Command("whole", "a", "a"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = """
    AreaPage #ask { height: 2; }
    AreaPage #places { height: 1fr; }
    """

    def __init__(self, ask: str, none: str, chosen: Iterable[str], done: Callable[[tuple[str, ...]], None]) -> None:
        """`ask`: what is asked; `none`: what no tick means; `done` gets what is ticked, in the order of the village."""
        super().__init__()
        self._ask, self._none, self._done = ask, none, done
        self.chosen = set(chosen)

    def compose_work(self) -> ComposeResult:
        """The settlements."""
        yield Line(id="ask")
        yield RowList[str](self._row, lambda name: name, id="places")

    def resting_face(self) -> Face:
        """What the ticks mean now."""
        names = self.say("list.comma").join(n for n in self.console_app.station.watch.settlements() if n in self.chosen)
        return Face("ask", DIAMOND, "問", "？", names or self._none)

    def paint_work(self) -> None:
        """Paint the list."""
        self.query_one("#ask", Line).set(
            Text("\n", end="").append_text(spans((f"  {self._ask}", self.console_app.roles.strong)))
        )
        self._places.show(self.console_app.station.watch.settlements())

    def action_tick(self) -> None:
        """Tick the settlement under the cursor, or take the tick away."""
        if self._places.current is not None:
            self.chosen ^= {self._places.current}
            self.repaint()

    def action_whole(self) -> None:
        """Take every tick away."""
        self.chosen.clear()
        self.repaint()

    def enter(self) -> None:
        """Hand over what is ticked."""
        chosen = tuple(name for name in self.console_app.station.watch.settlements() if name in self.chosen)
        self.console_app.pop_screen()
        self._done(chosen)

    def row_list(self) -> RowList[str]:
        """The settlements."""
        return self._places

    @property
    def _places(self) -> RowList[str]:
        return cast("RowList[str]", self.query_one("#places"))

    def _row(self, name: str, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, ticked = self.console_app.roles, name in self.chosen
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell("〇" if ticked else "－", 4, roles.good.ink if ticked else roles.muted),
            Cell(name, 40, roles.strong if ticked else roles.text),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
