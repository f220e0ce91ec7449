"""訪問: a team is asked with one digit; what it found is written with a digit and Enter."""

from __future__ import annotations

from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.register.rows import Resident
from village_console.stranded.facts import Found, Level
from village_console.stranded.rows import Visit
from village_console.stranded.views import BoardRow
from village_console.stranded.visits import open_visits
from village_console.tui import visit_paper, watch_acts
from village_console.tui.answers import Face, at_of
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import key_cell
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import BARS, CROSS, DIAMOND
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList

TEAMS = 9
FINDINGS = tuple(Found)


def stay_inside(desk: Desk) -> Face | None:
    """At level 5 nobody is to go out, and the page says so."""
    if not any(order.level is Level.EMERGENCY_SAFETY_MEASURES for order in desk.console_app.station.watch.orders()):
        return None
    return Face("stop", CROSS, "止", "Ｘ", desk.say("visit.stay_inside"))


class TeamPage(Desk):
    """Asks which team goes."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("choose", digits="".join(str(n) for n in range(1, TEAMS + 1))),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "TeamPage #page { height: 1fr; }"

    def __init__(self, homes: list[BoardRow]) -> None:
        """`homes`: where to go, in the order of visits."""
        super().__init__()
        self._homes = homes

    def compose_work(self) -> ComposeResult:
        """The homes and the digits."""
        yield Line(id="page")

    def resting_face(self) -> Face:
        """Which team, or that nobody is to go out."""
        return stay_inside(self) or Face("ask", DIAMOND, "問", "？", self.say("visit.ask_team"))

    def paint_work(self) -> None:
        """Where to go."""
        roles = self.console_app.roles
        homes = [
            spans((f"    {home.household.settlement}  ", roles.muted),
                  (self.say("name.polite", name=home.missing[0].name), roles.strong))
            for home in self._homes[:10]
        ]  # fmt: skip
        more = len(self._homes) - len(homes)
        keys = spans("   ", *(key_cell(self, f"choose({n})", f" {n} ") for n in range(1, TEAMS + 1)))
        self.query_one("#page", Line).set(
            lines(
                Text(" ", end=""),
                spans((f"  {self.say('visit.to', count=len(self._homes))}", roles.strong)),
                *homes,
                spans((f"    {self.say('list.more', count=more)}" if more else "", roles.muted)),
                keys,
            )
        )

    def action_choose(self, team: int) -> None:
        """Ask the team; against a level 5 only after a question."""
        app, homes = self.console_app, self._homes

        def go() -> None:
            """Ask the team and close the page."""
            app.pop_screen()
            watch_acts.assign(app, homes, team)

        if stay_inside(self) is None:
            go()
        else:
            said = self.say("visit.out_at_level_5", team=self.say("visit.team", n=team))
            self.ask(Face("ask", DIAMOND, "問", "？", said, third=self.say("stranded.enter_or_leave")), go)


def _some_wait(desk: Desk) -> Usable:
    return True if open_visits(desk.console_app.station.journal.rows) else None


class VisitsPage(Desk):
    """Visits from which nobody has reported back."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("print", "p", "p", usable=_some_wait),
        Command("choose", digits="".join(str(n) for n in range(1, len(FINDINGS) + 1)), usable=_some_wait),
    )
    DEFAULT_CSS = """
    VisitsPage #visits { height: 1fr; }
    VisitsPage #found { height: 3; }
    """

    def compose_work(self) -> ComposeResult:
        """The visits, and what may have been found."""
        yield RowList[Visit](self._row, lambda visit: visit.household, id="visits")
        yield Line(id="found")

    def heading(self) -> tuple[Text, Text]:
        """How many wait."""
        roles = self.console_app.roles
        count = len(open_visits(self.console_app.station.journal.rows))
        return spans((self.say("visit.title"), roles.strong)), spans((self.say("visit.open", count=count), roles.muted))

    def resting_face(self) -> Face:
        """What to do here."""
        if not open_visits(self.console_app.station.journal.rows):
            return Face("same", BARS, "同", "－", self.say("visit.none"))
        return stay_inside(self) or Face("ask", DIAMOND, "問", "？", self.say("visit.ask_found"))

    def paint_work(self) -> None:
        """Paint the list and the digits."""
        roles = self.console_app.roles
        self._visits.show(open_visits(self.console_app.station.journal.rows))
        line = Text("   ", end="", no_wrap=True)
        for n, found in enumerate(FINDINGS, start=1):
            line.append(*key_cell(self, f"choose({n})", f" {n} "))
            line.append(f"{self.say(f'found.{found}')} ", style=roles.text)
        self.query_one("#found", Line).set(lines(Text(" ", end=""), line))

    def action_choose(self, n: int) -> None:
        """Ask whether that is what was found; Enter writes it."""
        visit, found = self._visits.current, FINDINGS[n - 1]
        if visit is not None:
            said = self.say("visit.found_question", name=self._who(visit), found=self.say(f"found.{found}"))
            app = self.console_app
            face = Face("ask", DIAMOND, "問", "？", said, third=self.say("stranded.enter_or_leave"))
            self.ask(face, lambda: watch_acts.report_visit(app, visit.household, found))
            self.question_at_once()

    def question_at_once(self) -> None:
        """The Enter that belongs to the digit may follow at once: the question was asked for."""
        if self.question is not None:
            self.question.opened = float("-inf")

    def action_print(self) -> None:
        """Print the open visits of the team under the cursor again."""
        visit, board = self._visits.current, self.console_app.board
        if visit is None or board is None:
            return
        mine = {v.household for v in self._visits.items if v.team == visit.team}
        homes = [home for home in (*board.stranded, *board.cannot_tell) if home.household.id in mine]
        visit_paper.print_sheet(self.console_app, visit.team, homes)

    def action_undo(self) -> None:
        """Take back the last act at the board."""
        watch_acts.ask_undo(self.console_app, self)

    def row_list(self) -> RowList[Visit]:
        """The visits."""
        return self._visits

    @property
    def _visits(self) -> RowList[Visit]:
        return cast("RowList[Visit]", self.query_one("#visits"))

    def _who(self, visit: Visit) -> str:
        home = self.console_app.station.watch.household(visit.household)
        return self.say("name.polite", name=home.head.name) if home else visit.household

    def _row(self, visit: Visit, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, now = self.console_app.roles, self.console_app.station.clock.now()
        home = self.console_app.station.watch.household(visit.household)
        head: Resident | None = home.head if home else None
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(visit.team, 10, roles.strong),
            Cell(head.settlement if head else "", 9, roles.muted),
            Cell(head.name if head else self.say("unknown"), 21, roles.strong),
            Cell(head.address if head else "", 24, roles.text),
            Cell(at_of(visit.assigned_at, now), 11, roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
