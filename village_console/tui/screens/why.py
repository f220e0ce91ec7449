"""なぜ: the facts behind one row, oldest first, each with what became of it; the one under the cursor in full below."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, cast

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult

from village_console.behind import Behind, Standing, behind, sentence, writer
from village_console.tui.cells import Cell, ends, lines, row, spans, within
from village_console.tui.commands import Command
from village_console.tui.frame import rows_below
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList

_SAID_CELLS = 54


class WhyPage(Desk):
    """What a row rests on."""

    NAME = "roster"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("back", label="Esc"),)
    DEFAULT_CSS = """
    WhyPage #facts { height: 1fr; }
    WhyPage #foot { height: 1; }
    WhyPage #whole { height: 4; }
    """

    def __init__(self, about: str, subjects: Callable[[], list[str]]) -> None:
        """`about`: whose row it is; `subjects` are asked for at every painting. The caller has noted the look."""
        super().__init__()
        self._about, self._subjects = about, subjects

    def compose_work(self) -> ComposeResult:
        """The facts, and one of them in full."""
        yield RowList[Behind](self._row, lambda one: one.recorded.hash, id="facts")
        yield Line(id="foot")
        yield Line(id="whole")

    def heading(self) -> tuple[Text, Text]:
        """Whose facts these are."""
        roles = self.console_app.roles
        left = spans((self.say("behind.title"), roles.strong), (f"  {self._about}", roles.text))
        return left, spans((self.say("behind.now"), roles.muted))

    def paint_work(self) -> None:
        """List the facts as they are now."""
        self._facts.show(behind(self.console_app.station.journal, self._subjects()))
        self.paint_current()

    def row_list(self) -> RowList[Behind]:
        """The facts."""
        return self._facts

    @property
    def _facts(self) -> RowList[Behind]:
        return cast("RowList[Behind]", self.query_one("#facts"))

    def paint_current(self) -> None:
        """How many facts lie below, and the one under the cursor in full."""
        roles, one = self.console_app.roles, self._facts.current
        self.query_one("#foot", Line).set(ends(Text(""), rows_below(self), self.width))
        if one is None:
            self.query_one("#whole", Line).set(
                spans((f"    {self.say('behind.nothing', what=self._about)}", roles.text))
            )
            return
        fact, here = one.recorded, self.console_app.station.journal.device
        by = writer(self.console_app.station.journal.rows, fact.by, self.console_app.words)
        where = self.say("behind.here") if fact.dev == here else self.say("behind.console", dev=fact.dev[:8])
        came = "" if fact.dev == here else self.say("behind.came", at=f"{fact.arrived:%m/%d %H:%M:%S}")
        said = sentence(fact, self.console_app.words)
        self.query_one("#whole", Line).set(
            lines(
                within(spans((f"    {said}", roles.text)), self.width),
                within(spans((f"    {fact.wall:%Y-%m-%d %H:%M:%S}  {by}  {where}{came}", roles.muted)), self.width),
                within(spans((f"    {fact.fact.subject}  {fact.hash[:16]}", roles.muted)), self.width),
            )
        )

    def _row(self, one: Behind, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, fact = self.console_app.roles, one.recorded
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{fact.wall:%H:%M:%S}", 10, roles.muted),
            Cell(self.say(f"behind.state.{one.standing}"), 8, self._ink(one.standing)),
            Cell(sentence(fact, self.console_app.words), _SAID_CELLS, roles.strong if selected else roles.text),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip

    def _ink(self, standing: Standing) -> Style:
        roles = self.console_app.roles
        return roles.good.ink if standing is Standing.STANDS else roles.muted


class HomeWhyPage(WhyPage):
    """The same, of a home on the stranded board."""

    NAME = "stranded"
