"""ニーズ: who needs what, how long it lasts, who looks after it - from told to met."""

from __future__ import annotations

from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.needs.facts import Outcome, Owner, Urgency
from village_console.needs.rows import Need
from village_console.needs.rules import Alarm
from village_console.register.rows import Resident
from village_console.tui import need_acts, need_paper
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, ends, lines, row, spans, within
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import rows_below
from village_console.tui.need_words import ALARM_SIGN, left_of, need_word
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.hand_out import HandOutPage
from village_console.tui.screens.search import Found, Purpose, SearchDesk
from village_console.tui.shapes import DIAMOND, HILL
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.tui.widgets.status import age_text


def _a_need(desk: Desk) -> Usable:
    current = desk.row_list()
    return True if current is not None and current.items else None


def _printable(desk: Desk) -> Usable:
    return True if desk.console_app.station.paper and _a_need(desk) else None


class NeedsScreen(Desk):
    """The board of needs."""

    NAME = "needs"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("search", "slash", "/"),
        Command("owner", "k", "k", usable=_a_need),
        Command("met", "x", "x", usable=_a_need),
        Command("hand_out", "m", "m"),
        Command("print_needs", "p", "p", usable=_printable, quiet=True),
        Command("done_list", "tab", "Tab", toggles=True, quiet=True),
    )
    DEFAULT_CSS = """
    NeedsScreen #header { height: 2; }
    NeedsScreen #needs { height: 1fr; }
    NeedsScreen #foot { height: 1; }
    NeedsScreen #detail { height: 3; margin: 0 0 1 0; background: $surface; }
    """

    def __init__(self) -> None:
        """Begin with what is open."""
        super().__init__()
        self.shows_met = False

    def compose_work(self) -> ComposeResult:
        """The list, how much more there is, and the need under the cursor."""
        yield Line(id="header")
        yield RowList[Need](self._row, lambda need: need.id, id="needs")
        yield Line(id="foot")
        yield Line(id="detail")

    def heading(self) -> tuple[Text, Text]:
        """Where, how many are open, how many call."""
        roles, needs = self.console_app.roles, self.console_app.station.needs
        alarms = len(needs.alarms())
        left = spans((self.say("desk.needs"), roles.strong), (f"  {self.console_app.station.place}", roles.muted))
        right = spans(
            (self.say("needs.open", count=len(needs.board())), roles.text),
            (f"  {self.say('needs.calling', count=alarms)}" if alarms else "", roles.ask.ink),
        )
        return left, right

    def resting_face(self) -> Face | None:
        """The most pressing alarm."""
        alarms = self.console_app.station.needs.alarms()
        if not alarms:
            return None
        first = alarms[0]
        said = self.say("needs.alarm", what=need_word(self.console_app, first.code), left=left_of(self, first))
        return Face("ask", HILL, "再", "！", said, self._named(first), third=self.say("needs.look_after"))

    def paint_work(self) -> None:
        """List the needs."""
        roles, needs = self.console_app.roles, self.console_app.station.needs
        found = needs.board(met=self.shows_met)
        self._needs.show(found)
        names, widths = ("state", "name", "need", "left", "owner", "age_of"), (12, 17, 15, 14, 12, 5)
        cells = [
            Cell(self.say(f"needs.column.{n}"), w, right=n == "age_of") for n, w in zip(names, widths, strict=True)
        ]
        header = row(Cell("", 4), *cells, ground=roles.muted, width=self.width)
        empty = spans((f"    {self.say('needs.none_met' if self.shows_met else 'needs.none')}", roles.text))
        self.query_one("#header", Line).set(lines(Text(" ", end=""), header if found else empty))
        self.paint_current()

    def enter(self) -> None:
        """Open the needs of the person under the cursor."""
        current = self._needs.current
        person = self._person(current) if current else None
        if person is not None:
            need_acts.open_needs(self.console_app, person)

    def action_search(self) -> None:
        """Find somebody who needs something."""
        self.console_app.push_screen(SearchDesk(Purpose.NEED), self._found)

    def action_owner(self) -> None:
        """Ask who looks after the need under the cursor."""
        if (need := self._needs.current) is not None:
            owners = list(Owner)
            face = Face("ask", DIAMOND, "問", "？", self.say("needs.ask_owner", what=need_word(self.console_app, need.code)),
                        third=self.say("needs.owners"))  # fmt: skip
            self.ask(face, lambda: need_acts.take(self, need, Owner.DESK),
                     lambda n: need_acts.take(self, need, owners[n - 1]), most=len(owners))  # fmt: skip

    def action_met(self) -> None:
        """Ask what became of the need under the cursor."""
        need, outcomes = self._needs.current, list(Outcome)
        if need is None or need.outcome is not None:
            return
        face = Face("ask", DIAMOND, "問", "？", self.say("needs.ask_met", what=need_word(self.console_app, need.code)),
                    third=self.say("needs.outcomes"))  # fmt: skip
        self.ask(face, lambda: need_acts.meet(self, need, Outcome.MET),
                 lambda n: need_acts.meet(self, need, outcomes[n - 1]), most=len(outcomes))  # fmt: skip

    def action_hand_out(self) -> None:
        """Hand out meals and supplies by a tap."""
        self.console_app.push_screen(HandOutPage())

    def action_print_needs(self) -> None:
        """Print what the list shows."""
        need_paper.print_needs(self.console_app, list(self._needs.items))

    def action_done_list(self) -> None:
        """Change between what is open and what is done."""
        self.shows_met = not self.shows_met
        self._needs.home()
        self.repaint()

    def action_undo(self) -> None:
        """Take back what was written last about a need."""
        need_acts.ask_undo(self, self.console_app.station.needs.newest())

    def row_list(self) -> RowList[Need]:
        """The needs."""
        return self._needs

    @property
    def _needs(self) -> RowList[Need]:
        return cast("RowList[Need]", self.query_one("#needs"))

    def _found(self, found: Found | None) -> None:
        if found is not None:
            need_acts.open_needs(self.console_app, found.person)

    def _person(self, need: Need) -> Resident | None:
        return self.console_app.station.journal.rows.one(Resident, need.resident)

    def _named(self, need: Need) -> str:
        person = self._person(need)
        return person.name if person else self.say("unknown")

    def paint_current(self) -> None:
        """How many needs lie below, and the one under the cursor in full."""
        roles, current = self.console_app.roles, self._needs.current
        other = self.say("needs.back_to_open" if self.shows_met else "needs.see_met")
        self.query_one("#foot", Line).set(
            ends(spans(("    Tab ", roles.key), (other, roles.muted)), rows_below(self), self.width)
        )
        detail = self.query_one("#detail", Line)
        if current is None:
            detail.set(Text(""))
            return
        who = self.console_app.station.operators.name_of(current.by)
        told = self.say("needs.told", at=f"{current.told_at:%H:%M}", by=who or self.say("operators.nobody"))
        words = [
            spans((f"    {self.say('name.polite', name=self._named(current))}", roles.strong),
                  (f"   {current.code} {need_word(self.console_app, current.code)}", roles.text)),
            spans((f"    {current.detail or self.say('needs.no_detail')}", roles.text)),
            spans((f"    {told}", roles.muted)),
        ]  # fmt: skip
        detail.set(lines(*(within(line, self.width) for line in words)))

    def _row(self, need: Need, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, app = self.console_app.roles, self.console_app
        alarm = app.station.needs.alarm(need)
        state = self.say(f"needs.outcome.{need.outcome}") if need.outcome else self.say(f"needs.urgency.{need.urgency}")
        loud = alarm is not Alarm.NONE or (need.urgency is Urgency.NOW and need.outcome is None)
        owner = self.say(f"needs.owner.{need.owner}") if need.owner else self.say("needs.nobody")
        age = (app.station.clock.now() - need.changed_at).total_seconds()
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{'〇' if need.outcome else ALARM_SIGN[alarm]} {state}", 12, roles.ask.ink if loud else roles.muted),
            Cell(self._named(need), 17, roles.strong if selected else roles.text),
            Cell(need_word(app, need.code), 15, roles.text),
            Cell("" if need.outcome else left_of(self, need), 14, roles.ask.ink if alarm else roles.muted),
            Cell(owner, 12, roles.muted if need.owner else roles.ask.ink),
            Cell(age_text(age, app.words), 5, roles.muted, right=True),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
