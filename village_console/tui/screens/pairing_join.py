"""組み入れ, over a network, at the new laptop: which anchor is asked, and the code that is shown there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.sync.address import Address
from village_console.sync.discovery import Finder
from village_console.sync.pairing import Code, Joined, Unpaired
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command
from village_console.tui.screens.address import AddressPage
from village_console.tui.screens.code import CodePage, console_name
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.pairing_stick import JoinByStickPage
from village_console.tui.shapes import BARS, CROSS, RING, WAIT
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.errors import VillageError

LOOK_AGAIN = 0.5
"""Seconds."""
_BLANK = Text(" ", end="")


@dataclass(frozen=True, slots=True)
class Target:
    """An anchor that may be asked."""

    addresses: tuple[Address, ...]
    """At least one."""
    name: str
    same_purpose: bool = True
    typed: bool = False


class JoinPage(Desk):
    """This laptop wants to belong to a village: which anchor it asks, and the code that is shown there."""

    NAME = "join"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("address", "t", "t"),
        Command("by_stick", "u", "u"),
        Command("back", label="Esc"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = """
    JoinPage #said { height: 2; }
    JoinPage #anchors { height: 5; }
    JoinPage #page { height: 1fr; }
    """

    def __init__(self) -> None:
        """Nobody was found yet."""
        super().__init__()
        self._finder: Finder | None = None
        self._typed: Target | None = None
        self._asked: Target | None = None
        """Who is being asked just now."""

    def compose_work(self) -> ComposeResult:
        """The anchors, and what to do."""
        yield Line(id="said")
        yield RowList[Target](self._row, lambda target: target.addresses, id="anchors")
        yield Line(id="page")

    def on_mount(self) -> None:
        """Begin to listen for anchors."""
        super().on_mount()
        self._finder = self.console_app.live.sync.finder()
        self.console_app.run_worker(self._finder.start, group="pairing-finder", thread=True)
        self.set_interval(LOOK_AGAIN, self.refresh_view)

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._finder is not None:
            self.console_app.run_worker(self._finder.stop, group="pairing-finder", thread=True)

    def resting_face(self) -> Face:
        """What to do next."""
        if self._asked is not None:
            return Face("same", BARS, "同", "－", self.say("pairing.asking", name=self._asked.name))
        if self._list.current is None:
            return Face("ask", WAIT, "待", "－", self.say("pairing.nobody_found"))
        return Face("ask", WAIT, "待", "－", self.say("pairing.choose"))

    def paint_work(self) -> None:
        """Whom one can ask."""
        roles = self.console_app.roles
        self._list.show(self._targets())
        self.paint_band()
        key = "pairing.which" if self._list.items else "pairing.searching"
        self.query_one("#said", Line).set(lines(_BLANK, spans((f"    {self.say(key)}", roles.strong))))
        about = [spans((f"    {self.say(f'pairing.over_about.{n}')}", roles.text)) for n in (1, 2, 3, 4)]
        self.query_one("#page", Line).set(lines(_BLANK, *about))

    def enter(self) -> None:
        """Type the code that the anchor shows."""
        target = self._list.current
        if target is None or self._asked is not None:
            return
        if not target.same_purpose:
            self._refused(Unpaired.OTHER_PURPOSE)
            return
        self.console_app.push_screen(CodePage(), lambda code: self._ask(target, code))

    def action_address(self) -> None:
        """Where an anchor is that is not found."""
        self.console_app.push_screen(AddressPage(), self._take_address)

    def action_by_stick(self) -> None:
        """Ask by a stick instead."""
        self.console_app.pop_screen()
        self.console_app.push_screen(JoinByStickPage())

    def paint_current(self) -> None:
        """The band names what Enter does with the anchor under the cursor."""
        self.repaint()

    def row_list(self) -> RowList[Target]:
        """The anchors."""
        return self._list

    def _take_address(self, address: Address | None) -> None:
        if address is not None:
            self._typed = Target((address,), self.say("pairing.typed"), typed=True)
            self.repaint()
            self._list.move_to((address,))
            self.enter()

    def _ask(self, target: Target, code: Code | None) -> None:
        if code is not None:
            self._asked, self.last_face = target, None
            self.repaint()
            self.console_app.run_worker(lambda: self._join(target, code), group="pairing", thread=True)

    def _join(self, target: Target, code: Code) -> None:
        """In a thread of its own."""
        app = self.console_app
        try:
            outcome = app.live.sync.join_over(target.addresses, code)
        except VillageError as error:
            app.call_later(self._broken, error)
            return
        app.call_later(self._came, target, outcome)

    def _broken(self, error: VillageError) -> None:
        self._asked = None
        self.console_app.say_broken(error)

    def _came(self, target: Target, outcome: Joined | Unpaired) -> None:
        self._asked = None
        if isinstance(outcome, Unpaired):
            self._refused(outcome)
            return
        app, third = self.console_app, ""
        try:
            if app.live.sync.lan is not None and not app.live.sync.lan.let_in_at(
                target.addresses[0], typed=target.typed
            ):
                third = self.say("pairing.address_not_kept")
        except VillageError as error:
            app.say_broken(error)
        if self.is_current:
            app.pop_screen()
        name = console_name(self, outcome.by)
        app.desk.show(Face("good", RING, "済", "〇", self.say("pairing.joined", by=name), third=third))
        app.syncing.look()

    def _refused(self, why: Unpaired) -> None:
        page = self if self.is_current else self.console_app.desk
        page.show(Face("stop", CROSS, "止", "Ｘ", self.say(f"pairing.refused.{why}")))
        page.refresh_view()

    def _targets(self) -> list[Target]:
        lan, found = self.console_app.live.sync.lan, list[Target]()
        if self._typed is not None:
            found.append(self._typed)
        if lan is not None and lan.named is not None:
            found.append(Target((lan.named,), self.say("pairing.named")))
        for window in self._finder.windows() if self._finder else ():
            name = self.say("consoles.name", number=window.number, name=window.name)
            found.append(Target(window.addresses, name, same_purpose=window.same_purpose))
        return list({target.addresses: target for target in reversed(found)}.values())[::-1]

    @property
    def _list(self) -> RowList[Target]:
        return cast("RowList[Target]", self.query_one("#anchors"))

    def _row(self, target: Target, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles = self.console_app.roles
        ink = roles.muted if not target.same_purpose else roles.strong if selected else roles.text
        other = "" if target.same_purpose else self.say("pairing.another_purpose")
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(target.name, 34, ink),
            Cell(":".join(map(str, target.addresses[0])), 24, roles.muted),
            Cell(other, 16, roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
