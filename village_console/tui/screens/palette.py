"""操作をさがす: every command of the desk in front, then of the other desks, found by kana, romaji or English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.register.households import sounds_like
from village_console.shelter.acts import Answer
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, ends, filled, lines, row, spans
from village_console.tui.commands import DESKS, Command, Usable
from village_console.tui.frame import rows_below
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.field import FieldPage
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.kana import folded, loose
from village_console.words import Language, Words

_IN_ANY_LANGUAGE = tuple(Words(language) for language in Language)
_PART_OF_EVERY_PAGE = ("answer", "back", "palette")
"""Enter and Esc do what the page in front says: they mean nothing from a list."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette."""

    key: str
    """As printed on the keyboard."""
    action: str
    desk: str | None
    """The desk it is done at; None: the one in front."""
    usable: Usable
    goes_to: str = ""
    """The desk that it brings to the front, if that is all it does."""

    def called(self, words: Words) -> str:
        """Its word."""
        return words.say(f"desk.{self.goes_to}") if self.goes_to else words.say(f"command.{self.action}.word")

    def also_called(self, words: Words) -> str:
        """What else one may look for."""
        return words.say(f"desk.find.{self.goes_to}") if self.goes_to else words.say(f"command.{self.action}.find")

    def does(self, words: Words) -> str:
        """What it does, or that it cannot do so now."""
        if not self.usable:
            return words.say("palette.not_now")
        return words.say("palette.go") if self.goes_to else words.say(f"command.{self.action}.help")


class PalettePage(FieldPage):
    """Finds a command and runs it."""

    NAME = "palette"
    LABEL = "search.label"
    FORMS = "palette.forms"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("answer", label="Enter"), Command("back", label="Esc"))
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"palette"})
    DEFAULT_CSS = """
    PalettePage #label { width: 11; }
    PalettePage #header { height: 2; }
    PalettePage #commands { height: 1fr; }
    PalettePage #foot { height: 3; }
    """

    def __init__(self, of: Desk, desks: Iterable[Desk]) -> None:
        """The desk in front, and every desk there is."""
        super().__init__()
        elsewhere = [desk for desk in desks if desk.NAME != of.NAME]
        self._entries = [
            *entries_of(of),
            *to_desks(of),
            *(e for desk in elsewhere for e in entries_of(desk, away=True)),
        ]

    def compose_work(self) -> ComposeResult:
        """The commands."""
        yield Line(id="header")
        yield RowList[Entry](self._row, lambda entry: (entry.desk, entry.action), id="commands")
        yield Line(id="foot")

    def on_input_changed(self) -> None:
        """Search with every letter, from the top."""
        self._list.show(self._found(), follow=False)
        self.paint_work()

    def row_list(self) -> RowList[Entry]:
        """The commands."""
        return self._list

    def paint_work(self) -> None:
        """List what answers to the words."""
        super().paint_work()
        roles, found = self.console_app.roles, self._found()
        self._list.show(found)
        names, widths = ("key", "at_desk", "command", "does"), (8, 10, 18, 39)
        header = row(Cell("", 4), *(Cell(self.say(f"column.{n}"), w) for n, w in zip(names, widths, strict=True)),
                     ground=roles.muted, width=self.width)  # fmt: skip
        none = spans((f"    {self.say('palette.none')}", roles.text))
        self.query_one("#header", Line).set(lines(Text(" ", end=""), header if found else none))
        self.paint_current()

    def enter(self) -> None:
        """Run the command under the cursor."""
        current = self._list.current
        if current is not None and current.usable:
            self.console_app.pop_screen()
            self.console_app.pages.run(current.desk, current.action)

    def take_answer(self, answer: Answer) -> None:
        """A card ends the search: it is answered at the desk in front."""
        self.leave()
        self.console_app.desk.take_answer(answer)

    def show(self, face: Face) -> None:
        """There is no band here: what is said is said at the desk in front."""
        self.leave()
        self.console_app.desk.show(face)

    @property
    def _list(self) -> RowList[Entry]:
        return cast("RowList[Entry]", self.query_one("#commands"))

    def _found(self) -> list[Entry]:
        wanted = self.field.value.replace("\u3000", " ").split()
        return [entry for entry in self._entries if all(_answers(entry, word) for word in wanted)]

    def paint_current(self) -> None:
        """How many commands lie below, and what the one under the cursor does."""
        roles, current = self.console_app.roles, self._list.current
        does = spans((f"    {current.does(self.console_app.words) if current else ''}", roles.text))
        foot = (ends(Text(""), rows_below(self), self.width), filled(does, self.width, roles.surface))
        self.query_one("#foot", Line).set(lines(*foot))

    def _row(self, entry: Entry, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, at = self.console_app.roles, self.say(f"desk.{entry.desk}") if entry.desk else self.say("palette.here")
        can = roles.text if entry.usable else roles.muted
        words = self.console_app.words
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(entry.key, 8, roles.key if entry.usable else roles.muted),
            Cell(at, 10, roles.muted),
            Cell(entry.called(words), 18, roles.strong if selected and entry.usable else can),
            Cell(entry.does(words), 39, roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip


def entries_of(desk: Desk, *, away: bool = False) -> Iterator[Entry]:
    """The commands of a desk that have a place there; a numbered choice is made where its numbers are seen."""
    for command in desk.DESK_COMMANDS if away else desk.commands:
        ready = desk.ready or not away
        usable = desk.check_action(command.name, ()) if ready else True  # asked again once one is there
        if command.label and command.name not in _PART_OF_EVERY_PAGE and usable is not False:
            yield Entry(command.label, command.name, desk.NAME if away else None, usable)


def to_desks(desk: Desk) -> Iterator[Entry]:
    """Every other desk."""
    for key, name in DESKS:
        if name != desk.NAME:
            yield Entry(key.upper(), f"go('{name}')", None, usable=True, goes_to=name)


def _answers(entry: Entry, typed: str) -> bool:
    """Whether a word that was typed may mean this command, in any language."""
    return any(_means(typed, f"{entry.called(words)} {entry.also_called(words)}") for words in _IN_ANY_LANGUAGE)


def _means(typed: str, said: str) -> bool:
    return unicodedata.normalize("NFKC", typed).casefold() in said.casefold() or sounds_like(
        typed, folded(said), loose(said)
    )
