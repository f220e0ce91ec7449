"""名簿: who is here, filtered, printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.behind import person_subjects
from village_console.papers.receipts.notice import NoticeLine, notice_list
from village_console.papers.receipts.roster import RosterHead, RosterLine, roster_pages
from village_console.paperwork.rosters import Order
from village_console.register.visitor import is_visitor
from village_console.shelter.facts import Path
from village_console.shelter.rules import PersonState
from village_console.shelter.views import RosterEntry
from village_console.tui import need_acts, stay_acts
from village_console.tui.a4_commands import A4, open_a4
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, ends, lines, row, spans, within
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import rows_below
from village_console.tui.reception_rows import STATE_SIGN
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.visitor import VisitorPage
from village_console.tui.screens.why import WhyPage
from village_console.tui.shapes import BARS, DIAMOND, RING
from village_console.tui.syncing import between
from village_console.tui.widgets.band import Band
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.eras import age_on, era_text
from village_console.village.run_mode import RunMode


def _something_to_print(desk: RosterScreen) -> Usable:
    return True if desk.console_app.station.paper and desk.row_list().items else None


def _somebody_here(desk: RosterScreen) -> Usable:
    return True if desk.row_list().items else None


def _a_visitor(desk: Desk) -> Usable:
    current = desk.row_list().current if isinstance(desk, RosterScreen) and desk.ready else None
    return True if current is not None and is_visitor(current.resident.number) else None


class RosterScreen(Desk):
    """The roster."""

    NAME = "roster"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("filter", "slash", "/"),
        Command("print", "p", "p", usable=_something_to_print),
        Command("out", "o", "o", usable=_somebody_here),
        Command("place", "d", "d", usable=_somebody_here),
        Command("needs", "e", "e", usable=_somebody_here),
        Command("why", "w", "w", usable=_somebody_here, quiet=True),
        Command("disclosure", "b", "b", usable=_somebody_here, quiet=True),
        Command("notice", "n", "n", usable=_something_to_print, quiet=True),
        Command("correct", "c", "c", usable=_a_visitor, quiet=True),
        Command("sort", "s", "s", usable=_somebody_here, quiet=True),
        A4,
    )
    DEFAULT_CSS = """
    RosterScreen #filter_row { height: 1; display: none; }
    RosterScreen.filtering #filter_row { display: block; }
    RosterScreen.filtering #band { display: none; }
    RosterScreen #filter_label { width: 14; }
    RosterScreen Input { width: 36; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    RosterScreen Input:focus { border: none; background: $panel; }
    RosterScreen #header { height: 2; }
    RosterScreen #people { height: 1fr; }
    RosterScreen #foot { height: 1; }
    RosterScreen #detail { height: 2; margin: 0 0 1 0; background: $surface; }
    """

    def __init__(self) -> None:
        """Begin with everybody."""
        super().__init__()
        self.words = ""
        self.order = Order.KANA

    def compose_band(self) -> ComposeResult:
        """The answer band, or the field of the filter in its place."""
        yield Band(id="band")
        with Horizontal(id="filter_row"):
            yield Line(id="filter_label")
            yield Input(id="wanted")

    def compose_work(self) -> ComposeResult:
        """Header, list, how many there are, and the person under the cursor."""
        yield Line(id="header")
        yield RowList[RosterEntry](self._row, lambda entry: entry.resident.id, id="people")
        yield Line(id="foot")
        yield Line(id="detail")

    def heading(self) -> tuple[Text, Text]:
        """Where, and how many."""
        roles, now = self.console_app.roles, self.console_app.station.reception.presence()
        unseen = self.console_app.syncing.missing_here()
        left = spans((self.say("desk.roster"), roles.strong), (f"  {self.console_app.station.place}", roles.muted))
        right = spans((self.say("roster.here") + " ", roles.muted), (between(now.people, now.people + unseen), roles.strong),
                      (self.say("reception.people"), roles.text),
                      (f"  {self.say('count.unnamed', count=now.unnamed)}" if now.unnamed else "", roles.ask.ink),
                      (f"  {self.say('roster.out')} {now.out}" if now.out else "", roles.text))  # fmt: skip
        return left, right

    def resting_face(self) -> Face | None:
        """The filter in force, and how to leave it."""
        if not self.words:
            if self.order is Order.KANA:
                return None
            return Face(
                "same", BARS, "同", "〇", self.say(f"roster.order.{self.order}"), third=self.say("roster.order.next")
            )
        count = len(self._people.items)
        return Face("same", BARS, "同", "〇", self.say("roster.filtered", words=self.words, count=count),
                    third=self.say("roster.everybody"))  # fmt: skip

    def paint_work(self) -> None:
        """List who is here."""
        roles = self.console_app.roles
        self.query_one("#filter_label", Line).set(spans((f"  {self.say('command.filter.word')}  ", roles.strong)))
        entries = in_order(self.console_app.station.reception.roster(self.words), self.order)
        self._people.show(entries)
        names, widths = ("state", "receipt", "name", "kana", "age", "settlement"), (10, 10, 17, 17, 7, 8)
        header = row(
            Cell("", 4), *(Cell(self.say(f"column.{n}"), w) for n, w in zip(names, widths, strict=True)),
            ground=roles.muted, width=self.width,
        )  # fmt: skip
        key = "roster.no_match" if self.words else "roster.nobody"
        empty = spans((f"    {self.say(key)}", roles.text))
        self.query_one("#header", Line).set(lines(Text(" ", end=""), header if entries else empty))
        self.paint_current()

    def action_filter(self) -> None:
        """Type what must occur in a line."""
        self.add_class("filtering")
        self.query_one("#wanted", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter with every letter."""
        self.words = event.value
        self.paint_work()

    def on_input_submitted(self) -> None:
        """Keep the filter and go back to the list."""
        self.console_app.station.reception.note_search(len(self._people.items))
        self._end_typing()

    def leave(self) -> None:
        """Everybody again."""
        self.query_one("#wanted", Input).value = ""
        self.words = ""
        self.last_face = None
        self._end_typing()

    def action_print(self) -> None:
        """Print what the list shows."""
        console, words = self.console_app.station, self.console_app.words
        if console.paper is None:
            return
        entries, now = list(self._people.items), console.clock.now()
        households = len({entry.resident.household for entry in entries})
        head = RosterHead(
            console.place, f"{now.month}/{now.day} {now:%H:%M}", console.run_mode is not RunMode.REAL, len(entries), households,
            self.words, console.reception.presence().unnamed,
        )  # fmt: skip
        drawn = [
            RosterLine(
                e.stay.receipt, e.resident.name, e.resident.kana,
                words.say("age", age=age_on(e.resident.birth, now.date())) if e.resident.birth else words.say("unknown"),
                e.resident.settlement, f"{e.stay.since:%H:%M}",
                words.say("roster.paper.late") if e.stay.path is Path.PAPER else "", self._group(e),
            )
            for e in entries
        ]  # fmt: skip
        pages = roster_pages(head, drawn, console.paper.columns, words)
        self.console_app.printing.begin(pages, len(entries))

    def action_disclosure(self) -> None:
        """Ask whether the name of the person under the cursor may hang on the notice board."""
        current, reception = self._people.current, self.console_app.station.reception
        if current is None:
            return
        person = current.resident.id
        face = Face(
            "ask",
            DIAMOND,
            "問",
            "？",
            self.say("notice.question"),
            current.resident.name,
            third=self.say("notice.keys"),
        )

        def say(n: int) -> None:
            """Record the answer: 1 agreed, 2 refused."""
            reception.say_disclosure(person, agreed=n == 1)
            said = self.say("notice.agreed" if n == 1 else "notice.refused")
            self.show(
                Face("good" if n == 1 else "same", RING if n == 1 else BARS, "済", "〇", said, current.resident.name)
            )
            self.paint_work()

        self.ask(face, lambda: None, say, most=2)

    def action_notice(self) -> None:
        """Print the list for the notice board: of everybody here those who have said yes."""
        app, now = self.console_app, self.console_app.station.clock.now()
        if app.station.paper is None:
            return
        everybody = [e.resident for e in app.station.reception.roster()]
        agreed = [r for r in everybody if app.station.reception.may_hang_out(r.id)]
        paper = notice_list(
            app.station.place, f"{now.month}/{now.day} {now:%H:%M}",
            [NoticeLine(r.name, r.kana, r.settlement) for r in agreed], len(everybody) - len(agreed),
            app.station.paper.columns, app.words, drill=app.station.run_mode is not RunMode.REAL,
        )  # fmt: skip
        app.printing.begin(paper, len(agreed), "notice", f"notice board of {len(agreed)}")

    def action_correct(self) -> None:
        """Mend the name, kana or birth date of somebody whom no register lists."""
        if (current := self._people.current) is not None:
            self.console_app.push_screen(VisitorPage(current.resident))

    def action_sort(self) -> None:
        """By kana, by settlement, by household: as it is shown it is printed."""
        orders = list(Order)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.last_face = None
        self.repaint()

    def action_a4(self) -> None:
        """The papers of A4 size; the sheet of the person under the cursor among them."""
        current = self._people.current
        open_a4(self, current.resident if current else None, self.words)

    def action_out(self) -> None:
        """The person under the cursor goes out for a while, or is back."""
        if (current := self._people.current) is not None:
            stay_acts.go_out(self.console_app, current.resident.id)

    def action_place(self) -> None:
        """Where the person under the cursor goes or stays."""
        if (current := self._people.current) is not None:
            stay_acts.open_place(self.console_app, current.resident)

    def action_needs(self) -> None:
        """What the person under the cursor needs."""
        if (current := self._people.current) is not None:
            need_acts.open_needs(self.console_app, current.resident)

    def action_why(self) -> None:
        """The facts behind the row under the cursor."""
        current, station = self._people.current, self.console_app.station
        if current is not None:
            person = current.resident
            station.reception.note_look(person)
            rows = station.journal.rows
            self.console_app.push_screen(
                WhyPage(self.say("name.polite", name=person.name), lambda: person_subjects(rows, person.id))
            )

    def row_list(self) -> RowList[RosterEntry]:
        """Who is here."""
        return self._people

    @property
    def _people(self) -> RowList[RosterEntry]:
        return cast("RowList[RosterEntry]", self.query_one("#people"))

    def _end_typing(self) -> None:
        self.remove_class("filtering")
        self.set_focus(None)
        self.repaint()

    def paint_current(self) -> None:
        """How many people lie below, and the one under the cursor in full."""
        roles, current = self.console_app.roles, self._people.current
        self.query_one("#foot", Line).set(ends(Text(""), rows_below(self), self.width))
        detail = self.query_one("#detail", Line)
        if current is None:
            detail.set(Text(""))
            return
        person = current.resident
        birth = self.say("search.born", date=era_text(person.birth)) if person.birth else self.say("unknown")
        how = self.say(f"path.{current.stay.path}", at=f"{current.stay.since:%H:%M:%S}")
        detail.set(
            lines(
                spans((f"    {self.say('name.polite', name=person.name)}", roles.strong), (f"   {birth}", roles.text)),
                within(spans((f"    {person.address}   {how}   {self._hangs_out(current)}", roles.muted)), self.width),
            )
        )

    def _row(self, entry: RosterEntry, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, person = self.console_app.roles, entry.resident
        today = self.console_app.station.clock.now().date()
        age = f"{age_on(person.birth, today)} {self.say(f'sex.{person.sex}')}" if person.birth else self.say("unknown")
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{STATE_SIGN[entry.state]} {self.say(f'roster.state.{entry.state}')}{self._late(entry)}", 10,
                 roles.good.ink if entry.state is PersonState.HERE else roles.muted),
            Cell(entry.stay.receipt, 10, roles.muted),
            Cell(person.name, 17, roles.strong if selected else roles.text),
            Cell(person.kana, 17, roles.muted),
            Cell(age, 7, roles.muted),
            Cell(person.settlement, 8, roles.muted),
            Cell(f"{entry.stay.since:%H:%M}", 6, roles.muted, right=True),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip

    def _group(self, entry: RosterEntry) -> str:
        """The heading under which a person stands on paper."""
        if self.order is Order.KANA:
            return ""
        person = entry.resident
        if self.order is Order.SETTLEMENT:
            return person.settlement
        household = self.console_app.station.reception.household_of(person.id)
        head = next((c.resident.name for c in household if c.resident.is_head), person.name)
        return self.say("reception.household_of", name=head)

    def _hangs_out(self, entry: RosterEntry) -> str:
        agreed = self.console_app.station.reception.may_hang_out(entry.resident.id)
        return self.say("notice.mark_yes" if agreed else "notice.mark_no")

    def _late(self, entry: RosterEntry) -> str:
        """A mark on whoever was entered later, from paper."""
        return self.say("paper.mark") if entry.stay.path is Path.PAPER else ""


def in_order(entries: Sequence[RosterEntry], order: Order) -> list[RosterEntry]:
    """People who stand in kana order already; within a settlement or household they stay in it."""
    if order is Order.SETTLEMENT:
        return sorted(entries, key=lambda e: e.resident.settlement)
    if order is Order.HOUSEHOLD:
        return sorted(entries, key=lambda e: (e.resident.settlement, e.resident.household, not e.resident.is_head))
    return list(entries)
