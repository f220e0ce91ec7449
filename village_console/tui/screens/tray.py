"""未完了の箱: whom to ask about - left for nobody knows where, out for long, at two places - and who was only counted."""

from __future__ import annotations

from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.shelter.acts import Answer
from village_console.shelter.groups import Unnamed
from village_console.shelter.views import FollowUp
from village_console.tui import stay_acts
from village_console.tui.answers import at_of
from village_console.tui.cells import Cell, row, spans
from village_console.tui.commands import Command
from village_console.tui.reception_rows import STATE_SIGN
from village_console.tui.screens.count import CountPage
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.paper import PaperPage
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList


class TrayPage(Desk):
    """Lists follow-ups; Enter asks about the one under the cursor."""

    NAME = "reception"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("from_paper", "k", "k"),
        Command("back", label="Esc"),
    )
    DEFAULT_CSS = """
    TrayPage #said { height: 2; }
    TrayPage #people { height: 1fr; }
    """

    def compose_work(self) -> ComposeResult:
        """The list, or why it is empty."""
        yield Line(id="said")
        yield RowList[FollowUp | Unnamed](self._row, _key, id="people")

    def heading(self) -> tuple[Text, Text]:
        """What this is."""
        return spans((self.say("tray.title"), self.console_app.roles.strong)), Text("")

    def paint_work(self) -> None:
        """List whom to ask about, the longest first."""
        reception = self.console_app.station.reception
        found = [*reception.follow_ups(), *reception.unnamed()]
        self._people.show(found)
        said = "" if found else f"    {self.say('tray.nobody')}"
        self.query_one("#said", Line).set(spans((f"\n{said}", self.console_app.roles.text)))

    def row_list(self) -> RowList[FollowUp | Unnamed]:
        """Whom to ask about."""
        return self._people

    def enter(self) -> None:
        """Ask where the person under the cursor is."""
        current = self._people.current
        if isinstance(current, Unnamed):
            self.console_app.pop_screen()
            self.console_app.push_screen(CountPage(current.group))
        elif current is not None:
            self.console_app.pop_screen()
            stay_acts.open_place(self.console_app, current.resident)

    def action_from_paper(self) -> None:
        """Enter sheets that were filled in by hand."""
        self.console_app.pop_screen()
        self.console_app.push_screen(PaperPage())

    def take_answer(self, answer: Answer) -> None:
        """A card is answered at the reception desk."""
        self.console_app.show_at_reception(answer)

    @property
    def _people(self) -> RowList[FollowUp | Unnamed]:
        return cast("RowList[FollowUp | Unnamed]", self.query_one("#people"))

    def _row(self, one: FollowUp | Unnamed, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        if isinstance(one, Unnamed):
            return self._group_row(one, selected=selected)
        roles, now = self.console_app.roles, self.console_app.station.clock.now()
        said = self.say(f"tray.{one.state}", place=self.say(f"place.long.{one.stay.place}"))
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{STATE_SIGN[one.state]} {said}", 32, roles.ask.ink),
            Cell(one.resident.name, 20, roles.strong if selected else roles.text),
            Cell(one.resident.settlement, 10, roles.muted),
            Cell(at_of(one.since, now), 12, roles.muted, right=True),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip

    def _group_row(self, one: Unnamed, *, selected: bool) -> Text:
        """People who were counted and have no names yet; Enter counts them again."""
        roles, now = self.console_app.roles, self.console_app.station.clock.now()
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"－ {self.say('tray.unnamed')}", 32, roles.ask.ink),
            Cell(self.say("count.left", left=one.people, count=one.group.people), 20, roles.text),
            Cell(one.group.receipt, 10, roles.muted),
            Cell(at_of(one.group.since, now), 12, roles.muted, right=True),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip


def _key(one: FollowUp | Unnamed) -> str:
    return one.group.id if isinstance(one, Unnamed) else one.resident.id
