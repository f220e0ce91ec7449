"""人数だけ: a bus of thirty by sex and age band, with digits, Tab and Enter; the names follow when there is time."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult

from village_console.register.facts import Sex
from village_console.shelter.acts import Answer
from village_console.shelter.count import MOST
from village_console.shelter.groups import CELLS, Band, CountGroup, key_of
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, fitted, lines, row, spans
from village_console.tui.commands import Command
from village_console.tui.frame import key_cell
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import DIAMOND
from village_console.tui.widgets.line import Line

_COLUMN = 18


class CountPage(Desk):
    """One cell for those about whom nothing is known, two for every age band; Enter names the sum, Enter again writes it."""

    NAME = "reception"
    TEXT_FOCUS = True
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", "", "Enter"),
        Command("next_cell", "tab", "Tab"),
        Command("back", "", "Esc"),
    )
    DEFAULT_CSS = "CountPage #page { height: 1fr; }"

    def __init__(self, again: CountGroup | None = None) -> None:
        """Begin with nothing typed, or with the group that was counted wrongly."""
        super().__init__()
        self.again = again
        self.typed = {key: str(again.counted.get(key, "")) if again else "" for key in CELLS}
        self.at = 0
        self._fresh = True
        """Whether the cell was just come to: then a digit begins anew."""

    def compose_work(self) -> ComposeResult:
        """Everything on one page."""
        yield Line(id="page")

    def heading(self) -> tuple[Text, Text]:
        """What is being done, and the sum."""
        roles = self.console_app.roles
        doing = self.say("count.again", receipt=self.again.receipt) if self.again else self.say("count.title")
        left = spans((self.say("desk.reception") + "  ", roles.strong), (doing, roles.strong))
        return left, spans((self.say("count.sum", count=self.people), roles.strong))

    @property
    def people(self) -> int:
        """The sum of all cells."""
        return sum(self.counted.values())

    @property
    def counted(self) -> dict[str, int]:
        """What the cells say; an empty one says nobody."""
        return {key: int(text) for key, text in self.typed.items() if text and int(text)}

    def resting_face(self) -> Face:
        """What the keys do."""
        return Face("same", DIAMOND, "数", "－", self.say("count.how"))

    def paint_work(self) -> None:
        """Paint the cells."""
        roles, blank = self.console_app.roles, Text(" ", end="")
        head = row(
            Cell("", 22), *(Cell(self.say(f"count.{sex}"), _COLUMN, roles.muted) for sex in (Sex.FEMALE, Sex.MALE)),
            width=self.width,
        )  # fmt: skip
        rows = [blank, self._line(self.say("count.unknown"), CELLS[:1]), blank, head]
        for band in Band:
            if band is not Band.UNKNOWN:
                keys = (key_of(Sex.FEMALE, band), key_of(Sex.MALE, band))
                rows.append(self._line(self.say(f"count.band.{band}"), keys))
        rows += [blank, spans((f"    {self.say('count.later')}", roles.muted))]
        self.query_one("#page", Line).set(lines(*rows))

    def on_key(self, event: events.Key) -> None:
        """Digits fill the cell, whatever the input method makes of them; arrows and Back Space move and mend."""
        digit = unicodedata.normalize("NFKC", event.character or "")
        if len(digit) == 1 and digit.isascii() and digit.isdigit():
            self._type(("" if self._fresh else self.typed[CELLS[self.at]]) + digit)
        elif event.key == "backspace":
            self._type(self.typed[CELLS[self.at]][:-1])
        elif event.key == "shift+tab":
            self.action_move(-1)
        elif not (event.is_printable and event.key != "tab"):
            return
        event.stop()  # while a cell is filled no letter is a command
        event.prevent_default()

    def action_next_cell(self) -> None:
        """The next cell; after the last the first."""
        self._to((self.at + 1) % len(CELLS))

    def action_move(self, by: int) -> None:
        """The next or the last cell."""
        self._to((self.at + by) % len(CELLS))

    def enter(self) -> None:
        """Name the sum; nothing is written before the second Enter."""
        if not self.people:
            self.show(Face("same", DIAMOND, "数", "＝", self.say("count.nobody")))
            return
        key = "count.ask_again" if self.again else "count.ask"
        self.ask(
            Face("ask", DIAMOND, "問", "？", self.say(key, count=self.people), third=self.say("count.keys")),
            self._write,
        )

    def take_answer(self, answer: Answer) -> None:
        """A card is answered at the reception desk, and what was typed is gone: nobody was counted."""
        self.console_app.show_at_reception(answer)

    def _write(self) -> None:
        app, counted, again = self.console_app, self.counted, self.again
        why = self.say("count.why") if again else ""
        app.go("reception")
        app.attempt(lambda: app.station.reception.count(counted, again, why))

    def _type(self, text: str) -> None:
        if text and int(text) > MOST:
            return
        self._fresh = False
        self.question, self.last_face = None, None
        self.typed[CELLS[self.at]] = text.lstrip("0")
        self.repaint()

    def _to(self, cell: int) -> None:
        self.at, self._fresh = cell, True
        self.question, self.last_face = None, None
        self.repaint()

    def _line(self, said: str, keys: tuple[str, ...]) -> Text:
        roles = self.console_app.roles
        line = spans((fitted(f"    {said}", 22), roles.text))
        for key in keys:
            here = CELLS[self.at] == key
            mark, style = key_cell(self, f"cell({key})", "＞" if here else "  ", roles.strong)
            text = fitted(self.typed[key], 5, right=True)
            line.append(mark, style=style)
            line.append(f" {text} ", style=roles.here if here else roles.raised)
            line.append(fitted(f" {self.say('reception.people')}", _COLUMN - 9), style=roles.muted)
        return line
