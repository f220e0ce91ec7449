"""わたし待ち: what only a person can decide about what consoles have told each other - Enter opens, a digit decides."""

from __future__ import annotations

from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.register.rows import Resident
from village_console.register.twice import Twice, decide_twice
from village_console.shelter.views import FollowUp
from village_console.tui import stay_acts
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import BARS, DIAMOND, RING
from village_console.tui.waiting import Item, Waits, items
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.eras import era_text

SIGNS = {
    Waits.TWO_PLACES: "？", Waits.TWICE: "？", Waits.STRANGER: "！", Waits.REVOKED: "！", Waits.FORK: "！", Waits.NEWER: "－",
}  # fmt: skip


def _any(desk: Desk) -> Usable:
    return True if isinstance(desk, WaitingPage) and desk.ready and desk.current is not None else None


class WaitingPage(Desk):
    """The tray of what needs a person."""

    NAME = "waiting"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter", usable=_any),
        Command("back", label="Esc"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = """
    WaitingPage #said { height: 2; }
    WaitingPage #items { height: 1fr; }
    WaitingPage #rest { height: 5; }
    """

    def __init__(self) -> None:
        """Nothing is looked up yet."""
        super().__init__()
        self._items: list[Item] | None = None

    def compose_work(self) -> ComposeResult:
        """The tray, and the row under the cursor in sentences."""
        yield Line(id="said")
        yield RowList[Item](self._row, lambda item: item.key, id="items")
        yield Line(id="rest")

    def on_mount(self) -> None:
        """Look, in a thread: all facts may have to be read."""
        super().on_mount()
        self._look()

    @property
    def current(self) -> Item | None:
        """What is under the cursor."""
        return self._list.current

    def resting_face(self) -> Face:
        """How much waits."""
        if self._items is None:
            return Face("same", BARS, "同", "－", self.say("waiting.looking"))
        if not self._items:
            return Face("good", RING, "済", "〇", self.say("waiting.nothing"))
        return Face("ask", DIAMOND, "問", "？", self.say("waiting.so_many", count=len(self._items)))

    def refresh_view(self) -> None:
        """Facts have changed: look again."""
        self._look()

    def paint_work(self) -> None:
        """List what waits."""
        roles = self.console_app.roles
        self._list.show(self._items or [])
        self.query_one("#said", Line).set(Text(""))
        current = self.current
        said = [] if current is None else self._explained(current)
        self.query_one("#rest", Line).set(lines(*(spans((f"    {one}", roles.text)) for one in said)))

    def enter(self) -> None:
        """Open the question about the row under the cursor."""
        item = self.current
        match item.about if item else None:
            case FollowUp(resident=resident):
                self.console_app.pages.close()
                stay_acts.open_place(self.console_app, resident)
            case Twice() as twice:
                self._ask_twice(twice)
            case str() if item is not None:
                self._ask_device(item)
            case _:
                pass

    def paint_current(self) -> None:
        """The row under the cursor in sentences."""
        self.repaint()

    def row_list(self) -> RowList[Item]:
        """What waits."""
        return self._list

    def _ask_twice(self, twice: Twice) -> None:
        station = self.console_app.station
        for resident in (twice.one, twice.other):
            station.reception.note_look(resident)
        question = self.say("waiting.twice_question", one=twice.one.name, other=twice.other.name)
        face = Face("ask", DIAMOND, "問", "？", question, third=self.say("waiting.twice_answers"))
        self.ask(face, lambda: None, lambda n: self._decide_twice(twice, same=n == 1), most=2)

    def _decide_twice(self, twice: Twice, *, same: bool) -> None:
        key = "waiting.are_one" if same else "waiting.are_two"
        decide_twice(self.console_app.live.journal, twice, same=same, why=self.say("waiting.asked"))
        self.show(Face("good", RING, "済", "〇", self.say(key, one=twice.one.name, other=twice.other.name)))
        self._look()

    def _ask_device(self, item: Item) -> None:
        app = self.console_app
        face = Face("ask", DIAMOND, "問", "？", self._what(item), third=self.say(f"waiting.{item.kind}_answers"))
        if item.kind is Waits.FORK:
            self.ask(face, lambda: None, lambda _n: self._decided(app.live.journal.note_forks), most=1)
        elif item.kind is Waits.REVOKED and app.live.sync.may_admit:
            why = self.say("waiting.count_why")
            self.ask(face, lambda: None, lambda _n: self._decided(lambda: app.live.sync.count_what_waits(str(item.about), why)),
                     most=1)  # fmt: skip
        else:
            self.show(face)

    def _decided(self, act: object) -> None:
        if callable(act):
            act()
        self.show(Face("good", RING, "済", "〇", self.say("waiting.decided")))
        self._look()

    def _look(self) -> None:
        self.run_worker(self._find, group="waiting", exclusive=True, thread=True)

    def _find(self) -> None:
        found = items(self.console_app.station)
        self.app.call_later(self._found, found)  # pyright: ignore[reportUnknownMemberType]

    def _found(self, found: list[Item]) -> None:
        self._items = found
        if self.ready and self.is_mounted:
            self.repaint()

    @property
    def _list(self) -> RowList[Item]:
        return cast("RowList[Item]", self.query_one("#items"))

    def _row(self, item: Item, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles = self.console_app.roles
        match item.about:
            case FollowUp(resident=resident):
                who = resident.name
            case Twice(one=one, other=other):
                who = f"{one.name}  ＝？  {other.name}"
            case str():
                who = self._device(item)
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{SIGNS[item.kind]} {self.say(f'waiting.kind.{item.kind}')}", 26, roles.ask.ink),
            Cell(who, 40, roles.strong if selected else roles.text),
            Cell(str(item.count) if item.count > 1 else "", 6, roles.muted, right=True),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip

    def _device(self, item: Item) -> str:
        """A laptop by number and shelter where the village knows it, else by the beginning of its name."""
        found = next((c for c in self.console_app.syncing.table if c.dev == item.about), None)
        if found is not None:
            return self.say("consoles.name", number=found.number, name=found.name)
        return str(item.about)[:8]

    def _what(self, item: Item) -> str:
        return self.say(f"waiting.what.{item.kind}", count=item.count, what=self._device(item))

    def _explained(self, item: Item) -> list[str]:
        match item.about:
            case Twice(one=one, other=other):
                return [self._told_apart_by(one), self._told_apart_by(other)]
            case FollowUp(resident=resident):
                return [self._told_apart_by(resident), self.say("waiting.what.two_places")]
            case str():
                return [self._what(item), self.say(f"waiting.{item.kind}_answers")]

    def _told_apart_by(self, resident: Resident) -> str:
        birth = era_text(resident.birth) if resident.birth else self.say("unknown")
        return "  ".join(filter(None, (resident.name, resident.kana, birth, resident.settlement, resident.number)))
