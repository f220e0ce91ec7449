"""USBで運ぶ: choose a stick, wait while both sides are read and written, and be told when it may be pulled out."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.sync.sticks import Stick
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import BARS, DIAMOND, WAIT
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList

LOOK_AGAIN = 2.0
"""Seconds between two looks for sticks."""
_MEGABYTE = 1 << 20


def idle(desk: Desk) -> Usable:
    """Whether nothing is being carried."""
    return None if desk.console_app.syncing.progress is not None else True


class SticksPage(Desk):
    """Lists the sticks that are plugged in; what is done with the one under the cursor is its subclasses'."""

    DEFAULT_CSS = """
    SticksPage #said { height: 2; }
    SticksPage #sticks { height: 3; }
    SticksPage #page { height: 1fr; }
    """
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})

    def compose_work(self) -> ComposeResult:
        """What to do, the sticks, and what has come of it."""
        yield Line(id="said")
        yield RowList[Stick](self._row, lambda stick: stick.path, id="sticks")
        yield Line(id="page")

    def on_mount(self) -> None:
        """Look for sticks again and again."""
        super().on_mount()
        self.set_interval(LOOK_AGAIN, self.refresh_view)

    @property
    def stick(self) -> Stick | None:
        """The stick under the cursor."""
        return self._list.current

    @property
    def folder(self) -> Path | None:
        """Where it is."""
        return self.stick.path if self.stick else None

    def paint_work(self) -> None:
        """List the sticks."""
        roles = self.console_app.roles
        self._list.show(self.console_app.live.sync.sticks())
        key = "stick.choose" if self._list.items else "stick.none"
        self.query_one("#said", Line).set(lines(Text(" ", end=""), spans((f"    {self.say(key)}", roles.text))))

    def paint_current(self) -> None:
        """What stands on the stick under the cursor."""
        self.repaint()

    def row_list(self) -> RowList[Stick]:
        """The sticks."""
        return self._list

    @property
    def _list(self) -> RowList[Stick]:
        return cast("RowList[Stick]", self.query_one("#sticks"))

    def _row(self, stick: Stick, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles = self.console_app.roles
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(stick.path.name or str(stick.path), 30, roles.strong if selected else roles.text),
            Cell(self.say("stick.free", megabytes=f"{stick.free // _MEGABYTE:,}"), 20, roles.muted),
            Cell("" if stick.writable else self.say("stick.read_only"), 24, roles.strong),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip


class StickPage(SticksPage):
    """Carries facts."""

    NAME = "stick"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter", usable=idle),
        Command("back", label="Esc"),
    )

    def resting_face(self) -> Face:
        """How far it has come."""
        progress = self.console_app.syncing.progress
        if progress is None:
            return Face("ask", WAIT, "待", "－", self.say("stick.put_in"))
        done, of = progress
        key = "stick.reading" if done < of else "stick.working"
        return Face("same", BARS, "同", "－", self.say(key, done=f"{done:,}", of=f"{of:,}"))

    def paint_work(self) -> None:
        """The sticks, and a bar while something is carried."""
        super().paint_work()
        progress, roles = self.console_app.syncing.progress, self.console_app.roles
        if progress is not None:
            self.paint_band()
        bar = Text("")
        if progress is not None and progress[1]:
            cells = round(60 * progress[0] / progress[1])
            bar = spans("    ", (" " * cells, roles.good.art), (" " * (60 - cells), roles.raised))
        said = [self.say(f"stick.about.{n}") for n in (1, 2, 3)]
        about = [spans((f"    {sentence}", roles.muted)) for sentence in said]
        self.query_one("#page", Line).set(lines(Text(" ", end=""), bar, Text(" ", end=""), *about))

    def enter(self) -> None:
        """Read it and write it."""
        if self.folder is None:
            self.show(Face("ask", DIAMOND, "問", "？", self.say("stick.none")))
        elif self.console_app.syncing.progress is None:
            self.last_face = None
            self.console_app.syncing.carry(self.folder, self._done)
            self.repaint()

    def _done(self, face: Face) -> None:
        page = self if self.is_current else self.console_app.desk
        page.show(face)
        page.refresh_view()
