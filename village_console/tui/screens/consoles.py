"""ほかのパソコン: who knows of which shelter until when, what has not arrived, and what a person can do about it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.sync.known import Console
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.pairing_join import JoinPage
from village_console.tui.screens.pairing_stick import AdmitByStickPage, JoinByStickPage
from village_console.tui.screens.pairing_window import WindowPage
from village_console.tui.screens.stick import StickPage
from village_console.tui.screens.waiting import WaitingPage
from village_console.tui.shapes import BARS, CROSS, DIAMOND, RING
from village_console.tui.syncing import line_said
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.tui.widgets.status import age_text

STALE = 1800.0
"""Seconds after which an age is a chip."""
SHELTERS_SHOWN = 4


def _other(desk: Desk) -> Usable:
    console = desk.current if isinstance(desk, ConsolesPage) and desk.ready else None
    if not desk.console_app.syncing.table:
        return False
    return True if console is not None and not console.is_own and not console.revoked else None


def _alone(desk: Desk) -> Usable:
    return not desk.console_app.syncing.table


def _more_shelters(desk: Desk) -> Usable:
    return isinstance(desk, ConsolesPage) and desk.ready and len(desk.shelters) > SHELTERS_SHOWN


class ConsolesPage(Desk):
    """The consoles of the village as this one knows them."""

    NAME = "consoles"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("stick", "u", "u"),
        Command("waiting", "w", "w"),
        Command("let_in", "n", "n"),
        Command("join", "j", "j", usable=_alone),
        Command("revoke", "x", "x", usable=_other),
        Command("other_shelters", "tab", "Tab", usable=_more_shelters),
        Command("back", label="Esc"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = """
    ConsolesPage #header { height: auto; min-height: 2; }
    ConsolesPage #consoles { height: 1fr; }
    ConsolesPage #rest { height: 5; }
    """

    def __init__(self) -> None:
        """The first shelters are shown."""
        super().__init__()
        self._first = 0

    def compose_work(self) -> ComposeResult:
        """The table, and the row under the cursor in sentences."""
        yield Line(id="header")
        yield RowList[Console](self._row, lambda console: console.dev, id="consoles")
        yield Line(id="rest")

    def on_mount(self) -> None:
        """Look while it is painted."""
        super().on_mount()
        self.console_app.syncing.look()

    @property
    def current(self) -> Console | None:
        """The console under the cursor."""
        return self._list.current

    @property
    def shelters(self) -> list[tuple[str, str]]:
        """Every shelter with its name, in the order of the consoles."""
        return list(
            {c.shelter: (c.shelter, c.name) for c in self.console_app.syncing.table if c.is_at_a_shelter}.values()
        )

    def heading(self) -> tuple[Text, Text]:
        """Which laptop this is."""
        app, roles = self.console_app, self.console_app.roles
        place = app.live.sync.place
        left = spans((self.say("desk.consoles"), roles.strong),
                     (f"  {self.say('consoles.this', number=place.number, name=place.name)}", roles.muted))  # fmt: skip
        line = app.syncing.line if app.syncing.table else None
        return left, Text("") if line is None else spans((line_said(line, app.words), roles.muted))

    def resting_face(self) -> Face:
        """What is not known here, before anything else."""
        syncing = self.console_app.syncing
        if not syncing.table:
            return Face("same", BARS, "同", "－", self.say("consoles.alone"))
        if (line := syncing.line) is not None and line.refused is not None:
            return Face("stop", CROSS, "止", "Ｘ", self.say(f"sync.refused.{line.refused}"))
        if syncing.at_two_places:
            return Face("ask", DIAMOND, "問", "？", self.say("consoles.disputed", count=syncing.at_two_places))
        if not syncing.behind:
            if syncing.line_is_lost:
                return Face("same", BARS, "同", "－", self.say("consoles.line_lost"))
            return Face("good", RING, "済", "〇", self.say("consoles.all_known"))
        names = self.say("list.comma").join(behind.name for behind in syncing.behind)
        missing = syncing.missing()
        key = "consoles.behind_unknown" if missing is None else "consoles.behind" if missing else "consoles.silent"
        return Face("ask", DIAMOND, "問", "？", self.say(key, names=names, count=missing))

    def paint_work(self) -> None:
        """Paint the table."""
        self.paint_band()
        roles = self.console_app.roles
        self._list.show(self.console_app.syncing.table)
        if not self._list.items:
            said = ("alone_stick", "alone_join", "alone_let_in")
            rows = [Text(" ", end=""), *(spans((f"    {self.say(f'consoles.{name}')}", roles.text)) for name in said)]
            self.query_one("#header", Line).set(lines(*rows))
            self.query_one("#rest", Line).set(Text(""))
            return
        columns = [Cell(self.say("consoles.column.console"), 22), *(Cell(name, 11) for _, name in self._shown)]
        header = row(
            Cell("", 4), *columns, Cell(self.say("consoles.column.here"), 8), width=self.width, ground=roles.muted
        )
        self.query_one("#header", Line).set(lines(Text(" ", end=""), header))
        self.query_one("#rest", Line).set(self._explained(self.current))

    def enter(self) -> None:
        """What waits for a person."""
        self.action_waiting()

    def action_waiting(self) -> None:
        """What waits for a person."""
        self.console_app.push_screen(WaitingPage())

    def action_stick(self) -> None:
        """Carry a stick."""
        self.console_app.push_screen(StickPage())

    def action_let_in(self) -> None:
        """Let a new laptop into the village."""
        window = self.console_app.live.sync.open_window()
        self.console_app.push_screen(AdmitByStickPage() if window is None else WindowPage(window))

    def action_join(self) -> None:
        """Bring this laptop into a village."""
        on_lan = self.console_app.live.sync.lan is not None
        self.console_app.push_screen(JoinPage() if on_lan else JoinByStickPage())

    def action_revoke(self) -> None:
        """A lost laptop: asked first, and said what it means."""
        console = self.current
        if console is None:
            return
        if not self.console_app.live.sync.may_admit:
            self.show(Face("same", BARS, "同", "－", self.say("consoles.not_ours_to_revoke")))
            return
        face = Face("stop", CROSS, "止", "Ｘ", self.say("consoles.revoke_question", number=console.number),
                    third=self.say("consoles.revoke_reasons"))  # fmt: skip
        self.ask(face, lambda: None, lambda n: self._revoke(console, n), most=3)

    def _revoke(self, console: Console, reason: int) -> None:
        app = self.console_app
        app.live.sync.revoke(console, self.say(f"consoles.revoke_reason.{reason}"))
        app.syncing.look()
        self.show(
            Face("good", RING, "済", "〇", self.say("consoles.revoked", number=console.number, name=console.name))
        )

    def action_other_shelters(self) -> None:
        """Show the next shelters."""
        self._first = (self._first + SHELTERS_SHOWN) % max(1, len(self.shelters))
        self.paint_work()

    def paint_current(self) -> None:
        """The row under the cursor in sentences."""
        self.repaint()

    def row_list(self) -> RowList[Console]:
        """The consoles."""
        return self._list

    @property
    def _list(self) -> RowList[Console]:
        return cast("RowList[Console]", self.query_one("#consoles"))

    @property
    def _shown(self) -> list[tuple[str, str]]:
        return self.shelters[self._first : self._first + SHELTERS_SHOWN]

    def _row(self, console: Console, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles = self.console_app.roles
        sign = "Ｘ" if console.revoked else "〇" if console.heard or console.is_own else "？"
        name = self.say("consoles.name", number=console.number, name=console.name)
        behind = console.not_arrived_here
        here = "" if console.is_own else self.say("unknown") if behind is None else str(behind)
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{sign} {name}", 22, roles.muted if console.revoked else roles.strong if selected else roles.text),
            *(self._age(console, shelter) for shelter, _ in self._shown),
            Cell(here, 8, roles.chip if behind else roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip

    def _age(self, console: Console, shelter: str) -> Cell:
        roles = self.console_app.roles
        until = console.knows.get(shelter)
        if until is None:
            return Cell(self.say("consoles.nothing_known"), 11, roles.ask.ink)
        seconds = self._seconds_since(until)
        said = age_text(seconds, self.console_app.words)
        return Cell(f"！{said}", 11, roles.chip) if seconds >= STALE else Cell(said, 11, roles.muted)

    def _seconds_since(self, moment: datetime) -> float:
        return max(0.0, (self.console_app.station.clock.now() - moment).total_seconds())

    def _explained(self, console: Console | None) -> Text:
        """The row under the cursor: when it was heard, by which way, what is missing in both directions."""
        if console is None:
            return Text("")
        roles, words = self.console_app.roles, self.console_app.words
        name = self.say("consoles.name", number=console.number, name=console.name)
        if console.is_own:
            return lines(Text(" ", end=""), spans((f"    {self.say('consoles.own', name=name)}", roles.text)))
        heard = (
            self.say("consoles.never_heard") if console.heard is None
            else self.say("consoles.heard", age=age_text(self._seconds_since(console.heard), words),
                          way=self.say(f"consoles.way.{console.way}"))
        )  # fmt: skip
        unknown = self.say("unknown")
        counts = self.say(
            "consoles.counts",
            here=unknown if console.not_arrived_here is None else console.not_arrived_here,
            there=unknown if console.not_arrived_there is None else console.not_arrived_there,
        )
        state = self.say("consoles.is_revoked") if console.revoked else counts
        return lines(
            Text(" ", end=""),
            spans((f"    {name}  ", roles.strong), (heard, roles.text)),
            spans((f"    {state}", roles.text)),
        )
