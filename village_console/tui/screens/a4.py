"""A4の紙: choose a paper by its digit, see what it is and what it lacks, then let it go or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult

from village_console.papers.a4.compiling import A4Paper, Composed, compose
from village_console.papers.a4.frame import Frame
from village_console.paperwork.desk import A4Desk
from village_console.paperwork.rosters import Order
from village_console.register.rows import Resident
from village_console.tui.answers import Bell, Face, at_of
from village_console.tui.cells import lines, spans, within
from village_console.tui.commands import Command
from village_console.tui.frame import key_cell
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import BARS, CROSS, DIAMOND, HILL, RING
from village_console.tui.widgets.line import Line
from village_console.village.errors import VillageError

_CHOICES = (
    "roster_kana", "roster_settlement", "roster_household", "stranded", "sheet_blank", "sheet_person",
)  # fmt: skip
BLANKS = 20
"""Blank sheets at once."""
_SHOWN_GAPS = 4
T = TypeVar("T")


class A4Page(Desk):
    """Every A4 paper of this console."""

    NAME = "a4"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("back", label="Esc"),
        Command("choose", digits="".join(str(n) for n, _ in enumerate(_CHOICES, start=1))),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "A4Page #papers { height: 1fr; }"

    def __init__(self, a4: A4Desk, person: Resident | None, filtered: str) -> None:
        """Nothing is laid out yet."""
        super().__init__()
        self._a4 = a4
        self._person = person
        self._filtered = filtered
        self._in_hand: Composed | None = None

    def compose_work(self) -> ComposeResult:
        """One page."""
        yield Line(id="papers")

    def paint_work(self) -> None:
        """The papers, where they go, and what the one in hand lacks."""
        roles = self.console_app.roles
        rows = [Text(" ", end=""), spans((f"   {self.say('a4.desk.lead')}", roles.text)), Text(" ", end="")]
        for n, name in enumerate(_CHOICES, start=1):
            rows.append(spans("   ", key_cell(self, f"choose({n})", f" {n} "), (f"  {self._called(name)}", roles.text)))
        rows += [Text(" ", end=""), within(spans((f"   {self._where()}", roles.muted)), self.width)]
        if self._filtered:
            rows.append(spans((f"   {self.say('a4.desk.filtered', words=self._filtered)}", roles.ask.ink)))
        self.query_one("#papers", Line).set(lines(*rows, *self._gap_rows()))

    def on_mount(self) -> None:
        """First ask about a paper that nobody has looked for."""
        super().on_mount()
        self._ask_for_unknown()

    def action_choose(self, digit: int) -> None:
        """Lay out the paper of a digit."""
        try:
            paper = self._paper(_CHOICES[digit - 1], self._a4.frame(self.console_app.words))
        except VillageError as error:  # the municipality's form
            self.console_app.say_broken(error)
            return
        if paper is None:
            key = "a4.desk.no_order" if _CHOICES[digit - 1] == "stranded" else "a4.choice.sheet_nobody"
            self.show(Face("same", BARS, "同", "－", self.say(key)))
            return
        self._in_hand = None
        self.show(Face("same", BARS, "同", "－", self.say("a4.desk.working"), third=paper.title))
        self._lay_out(paper)

    @work(thread=True, exclusive=True, group="a4")
    def _lay_out(self, paper: A4Paper) -> None:
        self._in_thread(lambda: compose(paper), self._ask)

    @work(thread=True, group="a4-issue")
    def _issue(self, composed: Composed) -> None:
        self._in_thread(lambda: self._a4.issue(composed), lambda where: self._issued(composed, where))

    def _in_thread(self, do: Callable[[], T], then: Callable[[T], None]) -> None:
        """Work beside the screen; what breaks on the way is a sentence."""
        app = self.console_app
        try:
            found = do()
        except VillageError as error:
            app.call_from_thread(app.say_broken, error)
        else:
            app.call_from_thread(then, found)

    def _ask(self, composed: Composed) -> None:
        """Say what it is and what it lacks, before anything is printed; nothing if somebody has left the page."""
        if not self.is_current:
            return
        self._in_hand = composed
        said = self.say("a4.desk.ask", title=composed.paper.title, pages=composed.pages)
        self.ask(
            Face("ask", DIAMOND, "問", "？", said, third=self.say("a4.desk.enter")), lambda: self._let_go(composed)
        )
        self.repaint()

    def _let_go(self, composed: Composed) -> None:
        self._issue(composed)

    def _issued(self, composed: Composed, where: str) -> None:
        self._in_hand = None
        if self._a4.site.tray.prints and self.is_current:
            said = self.say("a4.desk.queued", title=composed.paper.title, where=where)
            self._ask_whether(composed.sha256, said)
            self.repaint()
            return
        key = "a4.desk.queued" if self._a4.site.tray.prints else "a4.desk.kept"
        said = self.say(key, title=composed.paper.title, where=where)
        self.console_app.desk.show(Face("good", RING, "済", "〇", said, bell=Bell.DONE))
        self.console_app.desk.refresh_view()

    def _ask_for_unknown(self) -> None:
        unknown = self._a4.unknown()
        if unknown:
            first = unknown[0]
            what = self.say(f"a4.kind.{first.paper}") if first.paper else self.say("unknown")
            at = at_of(first.at, self.console_app.station.clock.now())
            self._ask_whether(first.sha256, self.say("a4.desk.unknown", what=what, at=at, count=len(unknown)))

    def _ask_whether(self, sha256: str, said: str) -> None:
        """A queue calls done what it has only read: somebody looks."""
        face = Face("ask", HILL, "再", "！", said, third=self.say("a4.desk.looked"), bell=Bell.AGAIN)
        self.ask(face, lambda: None, lambda n: self._checked(sha256, came_out=n == 1), most=2)

    def _checked(self, sha256: str, *, came_out: bool) -> None:
        self._a4.check(sha256, came_out=came_out)
        if came_out:
            self.show(Face("good", RING, "済", "〇", self.say("a4.desk.came_out"), bell=Bell.DONE))
        else:
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say("a4.desk.did_not"), bell=Bell.STOP))

    def _paper(self, name: str, frame: Frame) -> A4Paper | None:
        if name == "stranded":
            return self._a4.stranded(frame)
        if name == "sheet_blank":
            return self._a4.blank_sheets(frame, BLANKS)
        if name == "sheet_person":
            return self._a4.sheet(frame, self._person) if self._person else None
        return self._a4.roster(frame, Order(name.partition("_")[2]), self._filtered)

    def _called(self, name: str) -> str:
        if name == "sheet_person" and self._person is None:
            return self.say("a4.choice.sheet_nobody")
        person = self.say("name.polite", name=self._person.name) if self._person else ""
        return self.say(f"a4.choice.{name}", name=person, count=BLANKS)

    def _where(self) -> str:
        tray = self._a4.site.tray
        if tray.prints:
            return self.say("a4.desk.to_queue", queue=tray.place)
        return self.say("a4.desk.to_folder", folder=tray.place)

    def _gap_rows(self) -> list[Text]:
        gaps = self._in_hand.gaps if self._in_hand else ()
        if not gaps:
            return []
        roles = self.console_app.roles
        rows = [spans((f"   {self.say('a4.desk.gaps', count=len(gaps))}", roles.ask.ink))]
        rows += [spans((f"      {gap.codes}   {gap.where}", roles.strong)) for gap in gaps[:_SHOWN_GAPS]]
        more = len(gaps) - _SHOWN_GAPS
        return [*rows, spans((f"      {self.say('a4.desk.more_gaps', count=more)}", roles.muted))] if more > 0 else rows
