"""受付, 名前でさがす: kana, romaji, kanji and birth date in one field; no letter is needed but the name's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.glance import Candidate
from village_console.shelter.rules import PersonState
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.reception_rows import STATE_SIGN
from village_console.tui.screens.field import FieldPage
from village_console.tui.stay_acts import state_words
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.eras import age_on, era_text


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody was chosen."""

    person: Resident
    gets_card: bool = False
    """Whether the person is to be handed the card that is tapped next."""


class Purpose(StrEnum):
    """What somebody is searched for."""

    RECEIVE = "title"
    CARD = "title_card"
    OUT = "title_out"
    PLACE = "title_place"
    TELEVISION = "title_television"
    NEED = "title_need"
    HAND_OUT = "title_hand_out"


def _may_hand(desk: Any) -> Usable:
    """A card is handed out on the way to being received; once a card lies there, it is the one."""
    return cast("SearchDesk", desk).purpose is Purpose.RECEIVE


class SearchDesk(FieldPage):
    """Finds a person; dismissed with who was found, or with None."""

    NAME = "reception"
    LABEL = "search.label"
    FORMS = "search.forms"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", "", "Enter"),
        Command("hand", "tab", "Tab", _may_hand),
        Command("back", "", "Esc"),
    )
    DEFAULT_CSS = """
    SearchDesk #label { width: 11; }
    SearchDesk #header { height: 3; }
    SearchDesk #found { height: 1fr; }
    SearchDesk #detail { height: 5; background: $surface; }
    """

    def __init__(self, purpose: Purpose = Purpose.RECEIVE) -> None:
        """Begin with nothing typed."""
        super().__init__()
        self.purpose = purpose

    def compose_work(self) -> ComposeResult:
        """Who was found, and what tells two of them apart."""
        yield Line(id="header")
        yield RowList[Candidate](self._row, lambda candidate: candidate.resident.id, id="found")
        yield Line(id="detail")

    def on_input_changed(self) -> None:
        """Search with every letter."""
        self.paint_work()

    def heading(self) -> tuple[Text, Text]:
        """What is being done."""
        roles = self.console_app.roles
        ink = roles.muted if self.purpose is Purpose.RECEIVE else roles.ask.ink
        doing = spans((self.say(f"search.{self.purpose}"), ink))
        return spans((self.say("desk.reception") + "  ", roles.strong)).append_text(doing), Text("")

    def paint_work(self) -> None:
        """List who answers to the words."""
        super().paint_work()
        roles, wanted = self.console_app.roles, self.field.value
        found = self.console_app.station.reception.find(wanted)
        self._list.show(found)
        header = row(
            Cell("", 4), Cell(self.say("column.state"), 14), Cell(self.say("column.name"), 20),
            Cell(self.say("column.kana"), 20), Cell(self.say("column.age"), 10), Cell(self.say("column.settlement"), 12),
            ground=roles.muted, width=self.width,
        )  # fmt: skip
        blank = Text(" ", end="")
        said = spans((f"    {self.say('search.none' if wanted.strip() else 'search.empty')}", roles.text))
        self.query_one("#header", Line).set(lines(blank, header, blank) if found else lines(blank, said, blank))
        self.paint_current()

    def enter(self) -> None:
        """Take the person under the cursor."""
        self._choose(gets_card=False)

    def action_hand(self) -> None:
        """Hand the person under the cursor the card that is tapped next."""
        self._choose(gets_card=True)

    def _choose(self, *, gets_card: bool) -> None:
        current = self._list.current
        if current is not None and self.is_current:  # an Enter that was pressed twice chooses once
            self._note_end()
            self.console_app.station.reception.note_look(current.resident)
            self.dismiss(Found(current.resident, gets_card))

    def leave(self) -> None:
        """Back to reception; nobody was received."""
        self.dismiss(None)
        self._note_end()

    def take_answer(self, answer: Answer) -> None:
        """A card ends the search: it is answered at the reception desk."""
        self.dismiss(None)
        self.call_later(self.console_app.show_at_reception, answer)
        self._note_end()

    def _note_end(self) -> None:
        """A finished search is a look at whoever it found."""
        if self.field.value.strip():
            self.console_app.station.reception.note_search(len(self._list.items))

    def row_list(self) -> RowList[Any]:
        """Who was found."""
        return self._list

    @property
    def _list(self) -> RowList[Candidate]:
        return cast("RowList[Candidate]", self.query_one("#found"))

    def paint_current(self) -> None:
        """What tells the person under the cursor apart."""
        roles, current = self.console_app.roles, self._list.current
        detail = self.query_one("#detail", Line)
        if current is None:
            detail.set(Text(""))
            return
        resident = current.resident
        birth = self.say("search.born", date=era_text(resident.birth)) if resident.birth else self.say("unknown")
        elsewhere = current.state is PersonState.ELSEWHERE  # the row may have had to cut the shelter's name
        shelter = state_words(self.console_app, current.state, current.stay) if elsewhere else ""
        family = self.console_app.station.reception.household_of(resident.id)
        others = self.say("list.comma").join(
            c.resident.name.split(" ")[-1] for c in family if c.resident.id != resident.id
        )
        detail.set(
            lines(
                spans((f"    {self.say('search.tell_apart')}", roles.muted)),
                spans((f"      {self.say('name.polite', name=resident.name)}", roles.strong), (f"    {birth}", roles.text),
                      (f"    {self.say('search.checked_in')} {shelter}" if shelter else "", roles.text)),
                spans((f"      {resident.address}", roles.text), (f"    {self.say('search.phone_end')} ", roles.muted),
                      (resident.phone[-4:] or self.say("none"), roles.text),
                      (f"    {self.say('search.cards')} ", roles.muted), (self._cards_of(resident), roles.text)),
                spans((f"      {self.say('column.household')} ", roles.muted), (others or self.say("alone"), roles.text)),
            )
        )  # fmt: skip

    def _cards_of(self, resident: Resident) -> str:
        count = self.console_app.station.reception.cards_of(resident.id)
        return self.say("search.card_count", count=count) if count else self.say("none")

    def _row(self, candidate: Candidate, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, resident = self.console_app.roles, candidate.resident
        today = self.console_app.station.clock.now().date()
        age = self.say("age", age=age_on(resident.birth, today)) if resident.birth else self.say("unknown")
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{STATE_SIGN[candidate.state]} {state_words(self.console_app, candidate.state, candidate.stay)}", 14,
                 roles.muted),
            Cell(resident.name, 20, roles.strong if selected else roles.text),
            Cell(resident.kana, 20, roles.muted),
            Cell(f"{age} {self.say(f'sex.{resident.sex}')}", 10, roles.muted),
            Cell(resident.settlement, 12, roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
