"""券面: what the front of a card says, beside those of the register whom it may be of; a person confirms one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.devices.ports import CardFace
from village_console.register.match import Candidate, NameMatch, fill_form
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.eras import era_text


@dataclass(frozen=True, slots=True)
class Stranger:
    """Nobody of the register: a visitor, listed as the card says."""

    face: CardFace


Choice = Candidate | Stranger


class CardFormPage(Desk):
    """Shows both; dismissed with the resident or the stranger, or with None."""

    NAME = "reception"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("answer", "", "Enter"), Command("back", label="Esc"))
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = """
    CardFormPage #front { height: 7; background: $surface; }
    CardFormPage #header { height: 3; }
    CardFormPage #found { height: 1fr; }
    """

    def __init__(self, face: CardFace) -> None:
        """Nothing of the face is kept once this page is closed."""
        super().__init__()
        self._face = face

    def compose_work(self) -> ComposeResult:
        """The front of the card above, the register below."""
        yield Line(id="front")
        yield Line(id="header")
        yield RowList[Choice](self._row, lambda one: one.resident.id if isinstance(one, Candidate) else "", id="found")

    def heading(self) -> tuple[Text, Text]:
        """What is being asked."""
        roles = self.console_app.roles
        return spans(
            (self.say("desk.reception") + "  ", roles.strong), (self.say("card_form.title"), roles.ask.ink)
        ), Text()

    def paint_work(self) -> None:
        """Paint the card and the candidates."""
        roles, face, blank = self.console_app.roles, self._face, Text(" ", end="")
        birth = era_text(face.birth) if face.birth else self.say("unknown")
        self.query_one("#front", Line).set(
            lines(
                spans((f"    {self.say('card_form.on_card')}", roles.muted)),
                blank,
                spans((f"      {face.name.replace(chr(0x3000), ' ')}", roles.strong)),
                spans((f"      {birth}   {self.say(f'sex.{face.sex}')}", roles.text)),
                spans((f"      {face.address}", roles.text)),
            )
        )
        found = fill_form(face, self.console_app.station.reception.everybody())
        said = spans((f"  {self.say('card_form.whose' if found else 'card_form.nobody')}", roles.strong))
        header = row(
            Cell("", 4), Cell(self.say("column.name"), 22), Cell(self.say("card_form.name"), 8),
            Cell(self.say("card_form.birth"), 10), Cell(self.say("card_form.address"), 8),
            Cell(self.say("column.settlement"), 12), ground=roles.muted, width=self.width,
        )  # fmt: skip
        self.query_one("#header", Line).set(lines(said, blank, header))
        self._list.show((*found, Stranger(face)))

    def row_list(self) -> RowList[Any]:
        """Whom it may be of."""
        return self._list

    def enter(self) -> None:
        """The person under the cursor it is."""
        chosen = self._list.current
        if chosen is not None and self.is_current:
            self.dismiss(chosen.resident if isinstance(chosen, Candidate) else chosen)

    def leave(self) -> None:
        """Back; nobody was received."""
        self.dismiss(None)

    def take_answer(self, answer: Answer) -> None:
        """A card ends the question: it is answered at the reception desk."""
        self.console_app.show_at_reception(answer)

    @property
    def _list(self) -> RowList[Choice]:
        return cast("RowList[Choice]", self.query_one("#found"))

    def _row(self, one: Choice, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles = self.console_app.roles
        ground = roles.raised if selected else roles.ground
        if isinstance(one, Stranger):
            said = Cell(self.say("card_form.stranger"), 60, roles.strong if selected else roles.text)
            return row(Cell(" ＞" if selected else "", 4, roles.strong), said, ground=ground, width=self.width)
        name = {NameMatch.WHOLE: "〇", NameMatch.PART: "△", NameMatch.OTHER: "－"}[one.name]
        person: Resident = one.resident
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(person.name, 22, roles.strong if selected else roles.text),
            Cell(f"  {name}", 8, roles.text), Cell("  〇" if one.birth else "  －", 10, roles.text),
            Cell("  〇" if one.address else "  －", 8, roles.text), Cell(person.settlement, 12, roles.muted),
            ground=ground, width=self.width,
        )  # fmt: skip
