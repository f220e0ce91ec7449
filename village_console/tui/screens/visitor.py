"""登録のない人: somebody whom no register lists, by what they say of themselves - and by nothing, where they cannot say."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.devices.ports import CardFace, FaceSex
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.facts import Path
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import CROSS, DIAMOND, RING
from village_console.tui.widgets.line import Line
from village_console.village.eras import parse_birth

_FIELDS = ("name", "kana", "birth")


class VisitorPage(Desk):
    """Name, kana and birth date, each of which may be left empty; Enter receives."""

    NAME = "reception"
    TEXT_FOCUS = True
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", "", "Enter"),
        Command("next_field", "tab", "Tab"),
        Command("back", "", "Esc"),
    )
    DEFAULT_CSS = """
    VisitorPage .field { height: 2; padding-top: 1; }
    VisitorPage .label { width: 14; }
    VisitorPage Input { width: 36; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    VisitorPage Input:focus { border: none; background: $panel; }
    VisitorPage #page { height: 1fr; padding-top: 1; }
    """

    def __init__(self, person: Resident | None = None) -> None:
        """`person`: somebody who was listed so before and whose name was wrong."""
        super().__init__()
        self.person = person

    def compose_work(self) -> ComposeResult:
        """Three fields."""
        for name in _FIELDS:
            with Horizontal(classes="field"):
                yield Line(id=f"label_{name}", classes="label")
                yield Input(self._before(name), id=name, max_length=60)
        yield Line(id="page")

    def on_mount(self) -> None:
        """Text goes to the name at once."""
        super().on_mount()
        self.query_one("#name", Input).focus()

    def on_input_submitted(self) -> None:
        """Enter in a field is Enter at the desk."""
        self.action_answer()

    def heading(self) -> tuple[Text, Text]:
        """What is being done."""
        roles = self.console_app.roles
        return spans(
            (self.say("desk.reception") + "  ", roles.strong), (self.say("visitor.title"), roles.ask.ink)
        ), Text("")

    def resting_face(self) -> Face:
        """What may be left out."""
        return Face("ask", DIAMOND, "問", "？", self.say("visitor.ask"))

    def paint_work(self) -> None:
        """Paint the labels."""
        roles = self.console_app.roles
        for name in _FIELDS:
            self.query_one(f"#label_{name}", Line).set(spans((f"  {self.say(f'visitor.{name}')}", roles.strong)))
        said = [spans((f"  {self.say(f'visitor.said_{n}')}", roles.muted)) for n in (1, 2)]
        self.query_one("#page", Line).set(lines(*said))

    def action_next_field(self) -> None:
        """The next field; after the last the first."""
        focused = self.focused.id if self.focused else _FIELDS[-1]
        at = _FIELDS.index(focused) if focused in _FIELDS else -1
        self.query_one(f"#{_FIELDS[(at + 1) % len(_FIELDS)]}", Input).focus()

    def enter(self) -> None:
        """List and receive; a birth date that is none is said, and nothing is written."""
        if not self.is_current:
            return
        typed = {name: " ".join(self.query_one(f"#{name}", Input).value.split()) for name in _FIELDS}
        birth = parse_birth(typed["birth"]) if typed["birth"] else None
        if typed["birth"] and birth is None:
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say("visitor.no_such_day", typed=typed["birth"])))
            return
        app, reception = self.console_app, self.console_app.station.reception
        name = typed["name"] or typed["kana"] or self.say("visitor.nameless")
        face = CardFace(name, "", birth, FaceSex.UNKNOWN)
        settlement = self.say("card_form.settlement")
        app.pop_screen()
        if self.person is not None:
            reception.correct_visitor(self.person.id, face, typed["kana"], self.say("visitor.wrong"))
            app.say_in_band("good", RING, "済", "〇", "visitor.corrected", name=name)
            return
        app.go("reception")
        app.attempt(lambda: reception.receive(reception.list_visitor(face, settlement, typed["kana"]), Path.NAME))

    def _before(self, field: str) -> str:
        if self.person is None:
            return ""
        birth = self.person.birth.isoformat() if self.person.birth else ""
        return {"name": self.person.name, "kana": self.person.kana, "birth": birth}[field]

    def take_answer(self, answer: Answer) -> None:
        """A card is answered at the reception desk; what was typed is gone."""
        self.console_app.show_at_reception(answer)
