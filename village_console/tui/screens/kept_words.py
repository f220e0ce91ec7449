"""記録の開示: what is kept of one television, shown to whoever it is about."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.tui.cells import Cell, ends, lines, row, spans
from village_console.tui.commands import Command
from village_console.tui.frame import rows_below
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.viewing.enrol import Enrolment, Television

Said = tuple[int, datetime | None, str, str]
"""Number, moment, kind, value."""


class KeptPage(Desk):
    """The newest words of one television; opening it is written down as a look."""

    NAME = "televisions"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("back", label="Esc"),)
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = """
    KeptPage #header { height: 2; }
    KeptPage #words { height: 1fr; }
    KeptPage #foot { height: 1; }
    """

    def __init__(self, one: Television, enrolment: Enrolment) -> None:
        """Read once: what is shown stands still."""
        super().__init__()
        self._one = one
        said: list[tuple[datetime | None, str, str]] = [*enrolment.kept_of(one)]
        said += [(datetime(day.year, day.month, day.day), "day", "on") for day in enrolment.days_of(one)]  # noqa: DTZ001 -- a day
        self._said: list[Said] = [(n, *word) for n, word in enumerate(said)]

    def compose_work(self) -> ComposeResult:
        """Header, list, and how many more."""
        yield Line(id="header")
        yield RowList[Said](self._row, lambda said: said[0], id="words")
        yield Line(id="foot")

    def heading(self) -> tuple[Text, Text]:
        """Whose words these are."""
        roles = self.console_app.roles
        left = spans((self.say("televisions.kept_title"), roles.strong), (f"  {self._one.pairing.device}", roles.text))
        return left, spans((self.say("televisions.kept", count=self._one.kept), roles.muted))

    def paint_work(self) -> None:
        """List what is kept, the newest first."""
        roles = self.console_app.roles
        self._list.show(self._said)
        header = row(Cell("", 4), Cell(self.say("column.at"), 22), Cell(self.say("column.said"), 40),
                     ground=roles.muted, width=self.width)  # fmt: skip
        none = spans((f"    {self.say('televisions.kept_nothing')}", roles.text))
        self.query_one("#header", Line).set(lines(Text(" ", end=""), header if self._said else none))
        self.paint_current()

    def row_list(self) -> RowList[Said]:
        """The words."""
        return self._list

    @property
    def _list(self) -> RowList[Said]:
        return cast("RowList[Said]", self.query_one("#words"))

    def paint_current(self) -> None:
        """How many words lie below."""
        self.query_one("#foot", Line).set(ends(Text(""), rows_below(self), self.width))

    def _row(self, said: Said, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, (_, at, kind, value) = self.console_app.roles, said
        moment = "" if at is None else f"{at:%Y-%m-%d}" if kind == "day" else f"{at:%Y-%m-%d %H:%M:%S}"
        word = self.say(f"tv_word.{kind}", value=self.say(f"tv.{value}") if value in ("on", "off") else value)
        return row(Cell(" ＞" if selected else "", 4, roles.strong), Cell(moment, 22, roles.text), Cell(word, 40, roles.text),
                   ground=roles.raised if selected else roles.ground, width=self.width)  # fmt: skip
