"""逃げ遅れ, くわしく: one household, the facts behind its row, and the reasons that clear it."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.behind import sentence
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Reason, word_of
from village_console.stranded.ladder import Rung
from village_console.stranded.rows import Order
from village_console.stranded.views import BoardRow
from village_console.tui import watch_acts
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, ends, lines, row, spans
from village_console.tui.commands import Command
from village_console.tui.frame import key_cell
from village_console.tui.screens.announce import AnnounceScreen
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.told import ToldPage
from village_console.tui.screens.visits import TeamPage
from village_console.tui.shapes import DIAMOND
from village_console.tui.television_words import knows_words
from village_console.tui.widgets.line import Line
from village_console.village.eras import age_on
from village_console.village.ids import HouseholdId


class HouseholdPage(Desk):
    """One household under an order."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("clear", digits="".join(str(n) for n in range(1, len(Reason) + 1))),
        Command("told", "t", "t"),
        Command("visit", "v", "v"),
        Command("announce", "m", "m"),
    )
    DEFAULT_CSS = "HouseholdPage #page { height: 1fr; }"

    def __init__(self, order: Order, household: HouseholdId) -> None:
        """The household is looked up anew at every painting."""
        super().__init__()
        self._order, self._household = order, household

    def compose_work(self) -> ComposeResult:
        """Everything on one page."""
        yield Line(id="page")

    def heading(self) -> tuple[Text, Text]:
        """Where one is."""
        roles = self.console_app.roles
        return spans(
            (self.say("desk.stranded"), roles.strong), (f"  {self.say('household.title')}", roles.muted)
        ), Text("")

    def resting_face(self) -> Face | None:
        """Whether somebody still has to make sure."""
        item = self._item()
        if item is None or item.clearance is None or item.rung is not Rung.CONFIRMED:
            said = (
                self.say("household.open")
                if item is None
                else self.say("household.stands", rung=self.say(f"rung.long.{item.rung.word}"))
            )
            return Face("ask", DIAMOND, "問", "？", said)
        said = self.say(f"reason.{item.clearance.reason}")
        return Face(
            "good", DIAMOND, "済", "〇", self.say("household.cleared", reason=said, at=f"{item.clearance.at:%H:%M}")
        )

    def paint_work(self) -> None:
        """Paint members, evidence and reasons."""
        item = self._item()
        page = self.query_one("#page", Line)
        if item is None:
            page.set(spans((f"\n    {self.say('household.nobody_missing')}", self.console_app.roles.text)))
            return
        roles = self.console_app.roles
        blank = Text(" ", end="")
        page.set(
            lines(
                blank,
                ends(
                    spans((f"  {item.household.settlement}  {item.household.head.address}", roles.text)),
                    spans((self._televisions(), roles.muted)),
                    self.width,
                ),
                blank,
                *self._members(item),
                blank,
                spans((f"  {self.say('household.evidence')}", roles.muted)),
                *self._evidence(item),
                blank,
                spans((f"  {self.say('household.reasons')}", roles.strong)),
                *self._reasons(),
            )
        )

    def action_clear(self, n: int) -> None:
        """Clear with the reason of that number."""
        reason = list(Reason)[n - 1]
        app = self.console_app
        app.pop_screen()
        watch_acts.clear_household(app, self._order, self._household, reason)

    def action_told(self) -> None:
        """Write what somebody said of the home."""
        item = self._item()
        if item is not None:
            name = self.say("name.polite", name=item.household.head.name)
            self.console_app.push_screen(ToldPage(name, self._household))

    def action_visit(self) -> None:
        """Ask a team to go there."""
        item = self._item()
        if item is not None:
            self.console_app.push_screen(TeamPage([item]))

    def action_announce(self) -> None:
        """A message to this home, by name, on its own television only."""
        app = self.console_app
        app.go("announce")
        desk = app.get_screen("announce")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        if isinstance(desk, AnnounceScreen):
            desk.aim((self._household,))

    def action_undo(self) -> None:
        """Take back the last act at the board."""
        watch_acts.ask_undo(self.console_app, self)

    def _item(self) -> BoardRow | None:
        board = self.console_app.board
        rows = (*board.stranded, *board.cannot_tell, *board.cleared) if board else ()
        return next((item for item in rows if item.household.id == self._household), None)

    def _members(self, item: BoardRow) -> list[Text]:
        roles, today = self.console_app.roles, self.console_app.station.clock.now().date()
        stays = self.console_app.station.journal.rows
        rows: list[Text] = []
        for member in item.household.members[:6]:
            stay = stays.one(Stay, member.id)
            came = stay is not None and stay.accounted_for
            age = self.say("age", age=age_on(member.birth, today)) if member.birth else self.say("unknown")
            rows.append(
                row(
                    Cell("", 4), Cell(self._where(stay), 16, roles.good.ink if came else roles.muted),
                    Cell(member.name, 20, roles.strong),
                    Cell(f"{age} {self.say(f'sex.{member.sex}')}", 12, roles.muted), Cell(member.relation, 10, roles.muted),
                    Cell(self.say("person.support") if member.needs_evacuation_support else "", 18, roles.ask.ink),
                    width=self.width,
                )
            )  # fmt: skip
        return rows

    def _televisions(self) -> str:
        """What can be known of those who live here, by what their televisions' sources tell."""
        words, found = self.console_app.words, self.console_app.station.enrolment.of(self._household)
        said = (f"{one.pairing.device} {knows_words(one.knows, words)}" for one in found)
        return f"{self.say('part.televisions')} {self.say('list.comma').join(said) or self.say('household.no_tv')}"

    def _where(self, stay: Stay | None) -> str:
        """Where a member is: in a shelter since when, or where somebody has said."""
        if stay is None:
            return f"－ {self.say('companion.not_yet')}"
        said = self.say("companion.here" if stay.shelter else f"place.{stay.place}")
        return f"{'〇' if stay.accounted_for else '？'} {said} {stay.since:%H:%M}"

    def _evidence(self, item: BoardRow) -> list[Text]:
        """The facts behind the row, each with its own mark in the journal."""
        roles = self.console_app.roles
        facts = self.console_app.station.journal.facts_about(f"{self._order.id}/{self._household}")
        order = self.console_app.station.journal.facts_about(self._order.id)
        words = self.console_app.station.journal.facts_about(word_of(self._household))
        told = sorted([*order, *facts, *words], key=lambda fact: fact.order)[-4:]
        rows = [
            row(
                Cell("", 4), Cell(f"{fact.wall:%H:%M:%S}", 10, roles.muted),
                Cell(sentence(fact, self.console_app.words), 52, roles.text),
                Cell(fact.hash[:8], 10, roles.muted), width=self.width,
            )
            for fact in told
        ]  # fmt: skip
        if not item.arrived:
            rows.append(spans((f"              {self.say('why.nobody_came')}", roles.text)))
        return rows

    def _reasons(self) -> list[Text]:
        roles = self.console_app.roles
        entries = [(str(n), self.say(f"reason.{reason}")) for n, reason in enumerate(Reason, start=1)]
        line = Text("   ", end="", no_wrap=True)
        for number, word in entries:
            line.append(*key_cell(self, f"clear({number})", f" {number} "))
            line.append(f"{word}  ", style=roles.text)
        return [line]
