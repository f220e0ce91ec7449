"""紙から入れる: sheets filled in while nothing worked; time, Enter, who, Enter, and on to the next line."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.shelter.acts import Answer
from village_console.shelter.glance import Candidate
from village_console.shelter.paper import moment_of
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command
from village_console.tui.reception_rows import STATE_SIGN
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import DIAMOND
from village_console.tui.stay_acts import state_words
from village_console.tui.widgets.band import Band
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.eras import era_text


class PaperPage(Desk):
    """Receives people at the times that a sheet of paper has."""

    NAME = "reception"
    TEXT_FOCUS = True
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("answer", "", "Enter"), Command("back", "", "Esc"))
    DEFAULT_CSS = """
    PaperPage #fields { height: 1; }
    PaperPage .label { width: 9; }
    PaperPage Input { width: 10; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    PaperPage #who { width: 30; }
    PaperPage Input:focus { border: none; background: $panel; }
    PaperPage #head { height: 3; }
    PaperPage #found { height: 1fr; }
    """

    def compose_band(self) -> ComposeResult:
        """The answer to the last line, and below it the fields of the next."""
        yield Band(id="band")
        with Horizontal(id="fields"):
            yield Line(id="time_label", classes="label")
            yield Input(id="time", max_length=5)
            yield Line(id="who_label", classes="label")
            yield Input(id="who")

    def compose_work(self) -> ComposeResult:
        """Who answers to the words."""
        yield Line(id="head")
        yield RowList[Candidate](self._row, lambda one: one.resident.id, id="found")

    def on_mount(self) -> None:
        """A line begins with its time."""
        super().on_mount()
        self._time.focus()

    def heading(self) -> tuple[Text, Text]:
        """What is being done."""
        roles = self.console_app.roles
        return spans((self.say("desk.reception") + "  ", roles.strong), (self.say("paper.title"), roles.ask.ink)), Text(
            ""
        )

    def resting_face(self) -> Face:
        """What the keys do."""
        return Face("same", DIAMOND, "紙", "－", self.say("paper.how"))

    def paint_work(self) -> None:
        """Paint the labels, and who was found."""
        roles, who = self.console_app.roles, self._who.value
        self.query_one("#time_label", Line).set(spans((f"  {self.say('paper.time')}", roles.strong)))
        self.query_one("#who_label", Line).set(spans((f"  {self.say('paper.who')}", roles.strong)))
        found = self.console_app.station.reception.find(who) if who.strip() else []
        self._found.show(found, follow=False)
        key = "paper.forms" if not who.strip() else "paper.choose" if found else "search.none"
        self.query_one("#head", Line).set(lines(Text(" ", end=""), spans((f"    {self.say(key)}", roles.muted))))

    def on_input_changed(self) -> None:
        """Search with every letter."""
        self.paint_work()

    def on_input_submitted(self) -> None:
        """Enter goes from field to field, and at the end of a line to the next one."""
        self.action_answer()

    def row_list(self) -> RowList[Candidate]:
        """Who was found."""
        return self._found

    def enter(self) -> None:
        """From the time to the person; from the person to the next line."""
        at = moment_of(self._time.value, self.console_app.station.clock.now())
        if at is None:
            self.show(Face("ask", DIAMOND, "問", "？", self.say("paper.no_time")))
            self._time.focus()
        elif self._time.has_focus:
            self._who.focus()
        elif (current := self._found.current) is not None:
            self._receive(current, at)

    def take_answer(self, answer: Answer) -> None:
        """Show what came of a line; a card that is tapped meanwhile is an ordinary reception."""
        self.show(self.console_app.face(answer))

    def action_undo(self) -> None:
        """Undo is asked at the reception desk, where its letter is no text."""

    def _receive(self, chosen: Candidate, at: datetime) -> None:
        app = self.console_app
        app.attempt(lambda: app.station.reception.receive_from_paper(chosen.resident.id, at))
        self._who.value = ""
        self._time.focus()  # it keeps the last time: Enter takes it again

    @property
    def _time(self) -> Input:
        return self.query_one("#time", Input)

    @property
    def _who(self) -> Input:
        return self.query_one("#who", Input)

    @property
    def _found(self) -> RowList[Candidate]:
        return cast("RowList[Candidate]", self.query_one("#found"))

    def _row(self, one: Candidate, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, person = self.console_app.roles, one.resident
        state = state_words(self.console_app, one.state, one.stay)
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{STATE_SIGN[one.state]} {state}", 12, roles.muted),
            Cell(person.name, 20, roles.strong if selected else roles.text),
            Cell(person.kana, 20, roles.muted),
            Cell(era_text(person.birth) if person.birth else self.say("unknown"), 16, roles.text),
            Cell(person.settlement, 8, roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
