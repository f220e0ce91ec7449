"""逃げ遅れ: the rule is readable in the row itself - television ON at the order, checked in nowhere - with why and how old."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.behind import household_subjects
from village_console.shelter.rows import Stay
from village_console.stranded.doubt import expected_recall, silent_shelters
from village_console.stranded.facts import visit_to
from village_console.stranded.ladder import Rung
from village_console.stranded.rows import Order, Visit
from village_console.stranded.views import Blind, Board, BoardRow, age_of
from village_console.tui import watch_acts
from village_console.tui.a4_commands import A4, open_a4
from village_console.tui.answers import Bell, Face, at_of
from village_console.tui.cells import Cell, ends, lines, row, spans, within
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.household import HouseholdPage
from village_console.tui.screens.order import OrderPage
from village_console.tui.screens.settlements import SettlementsPage, suspicion
from village_console.tui.screens.visits import TeamPage, VisitsPage, stay_inside
from village_console.tui.screens.why import HomeWhyPage
from village_console.tui.shapes import BARS, DIAMOND
from village_console.tui.stranded_paper import print_list
from village_console.tui.syncing import between
from village_console.tui.theme import Roles
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.tui.widgets.status import age_text
from village_console.village.eras import age_on
from village_console.village.ids import HouseholdId, ShelterId

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


def _under_an_order(desk: Desk) -> Usable:
    return True if desk.console_app.board else None


class StrandedScreen(Desk):
    """The stranded board."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("clear", "x", "x", usable=_under_an_order),
        Command("order", "o", "o"),
        Command("visit", "v", "v", usable=_under_an_order),
        Command("tick", "space", "Space", usable=_under_an_order, quiet=True),
        Command("why", "w", "w", usable=_under_an_order, quiet=True),
        Command("settlements", "s", "s", quiet=True),
        Command("announce", "m", "m", quiet=True),
        Command("print_stranded", "p", "p", usable=_under_an_order, quiet=True),
        Command("other_list", "tab", "Tab", usable=_under_an_order, toggles=True),
        A4,
    )
    DEFAULT_CSS = """
    StrandedScreen #header { height: 2; }
    StrandedScreen #homes { height: 1fr; }
    StrandedScreen #rest { height: 2; }
    StrandedScreen #why { height: 3; margin: 1 0; background: $surface; }
    """

    def __init__(self) -> None:
        """Begin with the list of those presumed stranded."""
        super().__init__()
        self._blind_list = False
        self.ticked: set[HouseholdId] = set()
        """Homes to which a team is to go."""
        self._silent: dict[ShelterId, datetime | None] = {}

    def compose_work(self) -> ComposeResult:
        """The list, what lies below it, and why the row under the cursor is here."""
        yield Line(id="header")
        yield RowList[BoardRow](self._row, lambda row_: row_.household.id, id="homes")
        yield Line(id="rest")
        yield Line(id="why")

    def heading(self) -> tuple[Text, Text]:
        """The order in force, and how many are presumed."""
        roles, board = self.console_app.roles, self.console_app.board
        left = spans((self.say("desk.stranded"), roles.strong))
        if board is None:
            return left, Text("")
        left.append("  " + order_text(self.console_app, board.order), style=roles.muted)
        right = spans(
            (self.say("stranded.presumed") + " ", roles.muted),
            (between(self._at_least(board.people), board.people), roles.strong),
            (self.say("stranded.people_in", count=len(board.stranded)), roles.text),
            ("  " + self.say("stranded.cleared", count=sum(len(r.missing) for r in board.cleared)), roles.muted),
        )
        return left, right

    def _at_least(self, people: int) -> int | None:
        """How few it may be: whoever was received where not everything is known is not stranded."""
        missing = self.console_app.syncing.missing()
        return None if missing is None else max(0, people - missing)

    def resting_face(self) -> Face | None:
        """The largest doubt about the whole list."""
        if self.console_app.board is None:
            return Face("same", BARS, "同", "－", self.say("stranded.no_order"))
        return stay_inside(self) or suspicion(self) or self._largest_doubt()

    def _largest_doubt(self) -> Face:
        silent = self._silent
        if not silent:
            return Face("ask", DIAMOND, "問", "？", self.say("stranded.doubt"), bell=Bell.NONE)
        reception = self.console_app.station.reception
        names = self.say("list.comma").join(reception.desk.name_of(shelter) for shelter in silent)
        if missing := self.console_app.syncing.missing():
            said = self.say("stranded.behind", names=names, count=missing)
        else:
            last = min((at for at in silent.values() if at), default=None)
            said = self.say("stranded.silent_shelters", names=names, at=f"{last:%H:%M}" if last else self.say("never"))
        return Face("ask", DIAMOND, "問", "？", said, bell=Bell.NONE)

    def paint_work(self) -> None:
        """Paint the board."""
        board, station = self.console_app.board, self.console_app.station
        stays = station.journal.rows.all(Stay).values()
        syncing, now = self.console_app.syncing, station.clock.now()
        elsewhere = silent_shelters(stays, station.reception.desk.shelter, now)
        self._silent = {s: at for s, at in elsewhere.items() if s not in syncing.shelters} | syncing.silent()
        self._homes.show(() if board is None else board.cannot_tell if self._blind_list else board.stranded)
        self._paint_header(board)
        self.paint_current()

    def enter(self) -> None:
        """Open the household under the cursor."""
        current, board = self._homes.current, self.console_app.board
        if current is not None and board is not None:
            self.console_app.station.watch.note_look(current.household)
            self.console_app.push_screen(HouseholdPage(current.order, current.household.id))

    def action_why(self) -> None:
        """The facts behind the row under the cursor."""
        current, station = self._homes.current, self.console_app.station
        if current is not None:
            home = current.household
            station.watch.note_look(home)
            rows = station.journal.rows
            about = f"{home.settlement}  {self.say('name.polite', name=home.head.name)}"
            self.console_app.push_screen(HomeWhyPage(about, lambda: household_subjects(rows, home.id)))

    def action_clear(self) -> None:
        """Clearing wants a reason: it is chosen on the household's page."""
        self.enter()

    def action_print_stranded(self) -> None:
        """The list by settlement on the receipt printer."""
        print_list(self.console_app)

    def action_a4(self) -> None:
        """The papers of A4 size."""
        open_a4(self)

    def action_order(self) -> None:
        """Record an evacuation order."""
        self.console_app.push_screen(OrderPage())

    def action_other_list(self) -> None:
        """Change between those presumed stranded and those of whom the television cannot tell."""
        self._blind_list = not self._blind_list
        self._homes.home()
        self.paint_work()

    def action_tick(self) -> None:
        """Tick the home under the cursor for a visit, or take the tick away."""
        current = self._homes.current
        if current is not None:
            self.ticked ^= {current.household.id}
            self._homes.move(1)
            self.paint_work()

    def action_visit(self) -> None:
        """Ask a team to go to the homes that are ticked; with none ticked, see the visits."""
        board = self.console_app.board
        rows = (*board.stranded, *board.cannot_tell) if board else ()
        homes = [home for home in rows if home.household.id in self.ticked]
        self.ticked.clear()
        self.console_app.push_screen(TeamPage(homes) if homes else VisitsPage())

    def action_settlements(self) -> None:
        """Power, line and the time left, by settlement."""
        self.console_app.push_screen(SettlementsPage())

    def action_announce(self) -> None:
        """A message to televisions."""
        self.console_app.go("announce")

    def action_undo(self) -> None:
        """Take back the last act at the board."""
        watch_acts.ask_undo(self.console_app, self)

    def paint_current(self) -> None:
        """How many rows lie below, and why the household is on the board."""
        self._paint_rest(self.console_app.board)
        self._paint_why(self.console_app.board)

    def row_list(self) -> RowList[BoardRow]:
        """The households."""
        return self._homes

    @property
    def _homes(self) -> RowList[BoardRow]:
        return cast("RowList[BoardRow]", self.query_one("#homes"))

    def _paint_header(self, board: Board | None) -> None:
        header, roles = self.query_one("#header", Line), self.console_app.roles
        if board is None:
            header.set(Text(""))
            return
        if not self._homes.items:
            key = "stranded.nobody_blind" if self._blind_list else "stranded.nobody"
            header.set(lines(Text(" ", end=""), spans((f"    {self.say(key)}", roles.text))))
            return
        names = ("state", "strength", "name", "household", "settlement", "tv_at_order", "checked_in", "clue")
        widths = (9, 7, 13, 8, 7, 9, 7, 9)
        cells = [Cell(self.say(f"column.{name}"), width) for name, width in zip(names, widths, strict=True)]
        age = Cell(self.say("column.age_of"), 5, right=True)
        header.set(lines(Text(" ", end=""), row(Cell("", 5), *cells, age, ground=roles.muted, width=self.width)))

    def _paint_rest(self, board: Board | None) -> None:
        rest, roles = self.query_one("#rest", Line), self.console_app.roles
        if board is None:
            rest.set(Text(""))
            return
        below = self._homes.below
        recall = expected_recall(self.console_app.station.clock.now())
        found = self.say("stranded.recall", hour=recall.hour, share=f"{recall.share:.2f}")
        more = spans(
            (f"    {self.say('list.more', count=below)}" if below else "", roles.muted), (f"    {found}", roles.muted)
        )
        page = spans(("PageDown  " if below else "", roles.key))
        counts = board.blind_counts
        blind = "  ".join(f"{self.say(f'blind.{kind}')} {counts[kind]}" for kind in Blind if counts[kind])
        key = "stranded.blind_open" if self._blind_list else "stranded.blind"
        rest.set(
            lines(
                ends(more, page, self.width),
                ends(
                    spans(
                        (f"    {self.say(key, count=len(board.cannot_tell))}", roles.text), (f"  {blind}", roles.muted)
                    ),
                    spans(("Tab ", roles.key), (self.say("stranded.look"), roles.muted)),
                    self.width,
                ),
            )
        )

    def _paint_why(self, board: Board | None) -> None:
        current, roles = self._homes.current, self.console_app.roles
        pane = self.query_one("#why", Line)
        if board is None or current is None:
            pane.set(Text(""))
            return
        pane.set(lines(*why(self, current, roles)))

    def _row(self, item: BoardRow, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, now = self.console_app.roles, self.console_app.station.clock.now()
        person = item.missing[0]
        size = len(item.household.members)
        heard = age_of(item.evidence.last_heard if item.evidence else None, now)
        came = f"{len(item.arrived)}/{size}" if item.arrived else self.say("companion.not_yet")
        presumed = item.rung >= Rung.PRESUMED
        came = self.say("stranded.not_known") if self._silent and not item.arrived else came
        mark = "〇" if item.household.id in self.ticked else ""
        return row(
            Cell(f" ＞{mark}" if selected else f"   {mark}", 5, roles.strong),
            Cell(self.say(f"rung.{item.rung.word}"), 9, roles.ask.ink if presumed else roles.muted),
            Cell(("＋" * item.stand.strength or "－") if presumed else "？", 7, roles.ask.ink if presumed else roles.muted),
            Cell(person.name, 13, roles.strong),
            Cell(self.say("alone") if size == 1 else self.say("people", count=size), 8, roles.muted),
            Cell(item.household.settlement, 7, roles.muted),
            Cell(self.say("tv.on") if item.blind is None else self.say(f"blind.{item.blind}"), 9, roles.muted),
            Cell(came, 7, roles.muted),
            Cell(self._clue(item), 9, roles.text),
            Cell("－" if heard is None else age_text(heard * 60, self.console_app.words), 5, roles.muted, right=True),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip

    def _clue(self, item: BoardRow) -> str:
        if item.told:
            newest = max(item.told, key=lambda told: told.at)
            return self.say(f"clue.{newest.what}")
        visit = self.console_app.station.journal.rows.one(Visit, visit_to(item.household.id))
        if visit is not None and visit.found is None:
            return visit.team
        if item.last_known:
            return self.say("clue.last_known")
        if any(member.needs_evacuation_support for member in item.missing):
            return self.say("clue.support")
        return self.say("clue.family_came") if item.arrived else ""


def order_text(app: ConsoleApp, order: Order) -> str:
    """An order in words: level, time, where, how long ago."""
    now = app.station.clock.now()
    where = app.words.say("list.comma").join(order.settlements) or app.words.say("order.everywhere")
    seconds = (now - order.issued_at).total_seconds()
    ago = (
        app.words.say("order.just_now")
        if seconds < 60
        else app.words.say("order.ago", age=age_text(seconds, app.words))
    )
    return app.words.say(f"order.level.{order.level}") + app.words.say(
        "order.when", at=at_of(order.issued_at, now), where=where, ago=ago
    )


def why(desk: Desk, item: BoardRow, roles: Roles) -> list[Text]:
    """Why a household stands on the board, in sentences."""
    now = desk.console_app.station.clock.now()
    person = item.missing[0]
    age = desk.say("age", age=age_on(person.birth, now.date())) if person.birth else desk.say("unknown")
    support = desk.say("person.support") if person.needs_evacuation_support else ""
    head = spans(
        (f"  {desk.say('why.label')}  ", roles.muted), (desk.say("name.polite", name=person.name), roles.strong),
        (f" {age}   {support}", roles.text),
    )  # fmt: skip
    heard = item.evidence.last_heard if item.evidence else None
    values = {"at": at_of(item.order.issued_at, now), "heard": f"{heard:%H:%M:%S}" if heard else desk.say("never")}
    said = desk.say("why.on" if item.blind is None else f"why.{item.blind}", **values)
    came = desk.say("why.nobody_came") if not item.arrived else desk.say("why.some_came", count=len(item.arrived))
    if item.last_known:
        said = desk.say("why.last_known", said=said)
    names = desk.say("list.comma").join(m.name for m in item.missing)
    return [
        head,
        within(spans((f"        {said}", roles.text)), desk.width),
        within(
            spans((f"        {came}  ", roles.text), (f"{desk.say('why.missing')} ", roles.muted), (names, roles.text)),
            desk.width,
        ),
    ]
