"""テレビの登録・同意: the televisions of one household, what is agreed to for each, and the way back out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.devices.ports import Tap
from village_console.register.rows import Resident
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.kept_words import KeptPage
from village_console.tui.screens.television_name import TelevisionNamePage
from village_console.tui.shapes import BARS, CROSS, DIAMOND, RING
from village_console.tui.television_words import granularity_words, knows_words, sheet_of, until_words
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.viewing.consented import KEPT_FOR
from village_console.viewing.enrol import Enrolled, Television
from village_console.viewing.facts import Granularity, Purpose
from village_console.viewing.rows import Terms

_UNTIL_DAYS = (None, 30, 365)
"""Days for which a consent may be given, in the order in which the key turns through them; None: until it is withdrawn."""


def _one_chosen(desk: Any) -> Usable:
    return True if cast("TelevisionsPage", desk).current() else None


def _something_agreed(desk: Any) -> Usable:
    one = cast("TelevisionsPage", desk).current()
    return True if one and (one.terms or one.kept) else None


def _can_print(desk: Any) -> Usable:
    page = cast("TelevisionsPage", desk)
    return True if page.current() and page.console_app.station.paper else None


def _something_turned(desk: Any) -> Usable:
    return True if cast("TelevisionsPage", desk).turned else None


def _something_to_answer(desk: Any) -> Usable:
    page = cast("TelevisionsPage", desk)
    return True if page.turned or page.question else None


class TelevisionsPage(Desk):
    """What one household's televisions may be used for."""

    NAME = "televisions"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter", usable=_something_to_answer),
        Command("register_tv", "n", "n"),
        Command("disaster_terms", "1", "1", _one_chosen),
        Command("watch_terms", "2", "2", _one_chosen),
        Command("until", "u", "u", _something_turned),
        Command("withdraw", "x", "x", _something_agreed),
        Command("kept_words", "k", "k", _one_chosen, quiet=True),
        Command("print_consent", "p", "p", _can_print),
        Command("back", label="Esc"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "menu"})
    DEFAULT_CSS = """
    TelevisionsPage #header { height: 3; }
    TelevisionsPage #televisions { height: 6; }
    TelevisionsPage #detail { height: 1fr; }
    """

    def __init__(self, person: Resident) -> None:
        """For the household of a person who stands at the desk."""
        super().__init__()
        self.person = person
        self.with_card = False
        self.turned: dict[Purpose, Terms] = {}
        """What the keys have turned to and Enter would record."""

    def compose_work(self) -> ComposeResult:
        """The televisions, and the one under the cursor in full."""
        yield Line(id="header")
        yield RowList[Television](self._row, lambda one: one.pairing.television, id="televisions")
        yield Line(id="detail")

    def heading(self) -> tuple[Text, Text]:
        """Whose televisions, and whether the person has shown a card."""
        roles = self.console_app.roles
        left = spans((self.say("televisions.title"), roles.strong),
                     (f"  {self.say('name.polite', name=self.person.name)}", roles.strong))  # fmt: skip
        key = "televisions.with_card" if self.with_card else "televisions.without_card"
        return left, spans((self.say(key), roles.good.ink if self.with_card else roles.muted))

    def resting_face(self) -> Face | None:
        """What is to be recorded, or how to show a card."""
        if self.turned:
            return Face("ask", DIAMOND, "問", "？", self.say("televisions.enter_records"))
        return None if self.with_card else Face("same", BARS, "同", "－", self.say("televisions.tap"))

    def paint_work(self) -> None:
        """List the televisions."""
        roles, found = self.console_app.roles, self.console_app.station.enrolment.of(self.person.household)
        self._list.show(found)
        header = row(
            Cell("", 4), Cell(self.say("column.device"), 22), Cell(self.say("column.knows"), 18),
            Cell(self.say("behind.purpose.disaster"), 18), Cell(self.say("behind.purpose.watch_over"), 18),
            ground=roles.muted, width=self.width,
        )  # fmt: skip
        none = spans((f"    {self.say('televisions.none')}", roles.text))
        blank = Text(" ", end="")
        self.query_one("#header", Line).set(lines(blank, header, blank) if found else lines(blank, none, blank))
        self._paint_detail()

    def take_tap(self, tap: Tap) -> bool:
        """A card shows who stands here; nobody is received by it."""
        app = self.console_app
        owner = app.station.reception.owner_of(tap)
        if owner == self.person.id:
            self.with_card = True
            app.say_in_band("good", RING, "済", "〇", "televisions.card_is_theirs")
        else:
            app.say_in_band(
                "stop", CROSS, "止", "Ｘ", "televisions.card_of_other" if owner else "televisions.card_unknown"
            )
        self.repaint()
        return True

    def action_register_tv(self) -> None:
        """Ask for the name of a device."""
        self.console_app.push_screen(TelevisionNamePage(), self._register)

    def action_disaster_terms(self) -> None:
        """Turn to the next granularity for disasters."""
        self._turn(Purpose.DISASTER)

    def action_watch_terms(self) -> None:
        """Turn to the next granularity for watching over."""
        self._turn(Purpose.WATCH_OVER)

    def action_until(self) -> None:
        """Turn to the next end for what is about to be recorded."""
        today = self.console_app.station.clock.now().date()
        ends = [None if days is None else today + timedelta(days=days) for days in _UNTIL_DAYS]
        for purpose, terms in self.turned.items():
            now = ends.index(terms.until) if terms.until in ends else 0
            self.turned[purpose] = replace(terms, until=ends[(now + 1) % len(ends)])
        self.repaint()

    def action_withdraw(self) -> None:
        """Ask whether everything is taken back."""
        one = self.current()
        if one is not None:
            face = Face("ask", DIAMOND, "問", "？", self.say("televisions.withdraw_question"))
            self.ask(face, lambda: self._withdraw(one))

    def action_kept_words(self) -> None:
        """Show the person what is kept."""
        if (one := self.current()) is not None:
            self.console_app.push_screen(KeptPage(one, self.console_app.station.enrolment))

    def action_print_consent(self) -> None:
        """Print the sheet for the television under the cursor."""
        one, station = self.current(), self.console_app.station
        if one is not None and station.paper is not None:
            sheet = sheet_of(one, self.person.name, station.paper.columns, station, self.console_app.words)
            self.console_app.printing.begin(sheet, 1, "consent", f"consent of {one.pairing.television}")

    def enter(self) -> None:
        """Record what was turned to."""
        one, enrolment = self.current(), self.console_app.station.enrolment
        if one is None or not self.turned:
            return
        for terms in self.turned.values():
            enrolment.agree(one.pairing.television, terms, self.person.id)
        self.turned = {}
        self.console_app.say_in_band("good", RING, "済", "〇", "televisions.recorded")
        self.repaint()

    def leave(self) -> None:
        """What was turned to goes back first; then the page closes."""
        if self.turned:
            self.turned = {}
            self.repaint()
        else:
            self.console_app.pop_screen()

    def paint_current(self) -> None:
        """The television under the cursor; what was turned to belonged to the other one."""
        self.turned = {}
        self.repaint()

    def current(self) -> Television | None:
        """The television under the cursor."""
        return self._list.current if self.ready else None

    def row_list(self) -> RowList[Television]:
        """The televisions."""
        return self._list

    @property
    def _list(self) -> RowList[Television]:
        return cast("RowList[Television]", self.query_one("#televisions"))

    def _turn(self, purpose: Purpose) -> None:
        one = self.current()
        if one is None:
            return
        terms, order = self.turned.get(purpose) or one.terms_for(purpose), list(Granularity)
        most = Granularity.CHANNEL if one.knows and one.knows.channel else Granularity.ON_OFF
        turned = order[(terms.granularity.rank + 1) % (most.rank + 1)]
        self.turned[purpose] = replace(terms, granularity=turned)
        self.last_face = None
        self.repaint()

    def _register(self, device: str | None) -> None:
        if device is None:
            return
        came = self.console_app.station.enrolment.register(
            device, self.person.household, self.person.id, with_card=self.with_card
        )
        if came is Enrolled.REGISTERED:
            self.console_app.say_in_band("good", RING, "済", "〇", "televisions.came.registered")
        else:
            self.console_app.say_in_band("stop", CROSS, "止", "Ｘ", f"televisions.came.{came}")
        self.repaint()

    def _withdraw(self, one: Television) -> None:
        self.turned = {}
        self.console_app.station.enrolment.withdraw(one.pairing.television, self.person.id)
        self.console_app.say_in_band("good", RING, "済", "〇", "televisions.withdrawn")

    def _row(self, one: Television, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, words = self.console_app.roles, self.console_app.words
        cells = [Cell(" ＞" if selected else "", 4, roles.strong), Cell(one.pairing.device, 22, roles.strong),
                 Cell(knows_words(one.knows, words), 18, roles.muted)]  # fmt: skip
        for purpose in (Purpose.DISASTER, Purpose.WATCH_OVER):
            turned = self.turned.get(purpose) if selected else None
            terms = turned or one.terms_for(purpose)
            mark = "＊" if turned else ""
            cells.append(Cell(mark + granularity_words(terms, words), 18, roles.ask.ink if turned else roles.text))
        return row(*cells, ground=roles.raised if selected else roles.ground, width=self.width)

    def _paint_detail(self) -> None:
        roles, one, detail = self.console_app.roles, self.current(), self.query_one("#detail", Line)
        if one is None:
            detail.set(lines(Text(" ", end=""), spans((f"    {self.say('televisions.how')}", roles.muted))))
            return
        minutes = round(one.skew.total_seconds() / 60)
        wrong = f"    {self.say('televisions.skew', minutes=f'{minutes:+d}')}" if minutes else ""
        said = [spans((f"    {self.say('televisions.kept', count=one.kept)}", roles.text), (wrong, roles.ask.ink)),
                spans((f"    {self._registered(one)}", roles.muted)), Text(" ", end="")]  # fmt: skip
        for key, purpose in (("1", Purpose.DISASTER), ("2", Purpose.WATCH_OVER)):
            terms = self.turned.get(purpose) or one.terms_for(purpose)
            days = self.say("televisions.days", count=KEPT_FOR[purpose].days)
            said.append(
                row(Cell("", 4), Cell(key, 3, roles.key), Cell(self.say(f"behind.purpose.{purpose}"), 10, roles.strong),
                    Cell(self.say(f"granularity.long.{terms.granularity}"), 35, roles.text),
                    Cell(until_words(terms, self.console_app.words), 16, roles.text), Cell(days, 11, roles.muted),
                    width=self.width)
            )  # fmt: skip
        detail.set(lines(Text(" ", end=""), *said))

    def _registered(self, one: Television) -> str:
        who = (
            self.console_app.station.journal.rows.one(Resident, one.pairing.registrant)
            if one.pairing.registrant
            else None
        )
        key = "televisions.registered_with_card" if one.pairing.with_card else "televisions.registered_by"
        return self.say(key, name=who.name if who else self.say("unknown"))
