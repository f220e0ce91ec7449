"""組み入れ, over a network, at the anchor: a code is shown for some minutes, and who comes is told."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.sync.pairing import Unpaired
from village_console.sync.pairing_window import OPEN_FOR, TRIES, Came, Closed, Window, WindowAtAnchor
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.code import CodePicturePage, code_rows, console_name, digit_groups
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.pairing_stick import AdmitByStickPage
from village_console.tui.shapes import BARS, CROSS, RING, WAIT
from village_console.tui.widgets.line import Line

LOOK_AGAIN = 0.5
"""Seconds."""
_SHOWN, _WHERE = 4, 3
_BLANK = Text(" ", end="")


def _closed(desk: Desk) -> Usable:
    return True if isinstance(desk, WindowPage) and desk.window.closed is not None else None


def _open(desk: Desk) -> Usable:
    return None if _closed(desk) else True


class WindowPage(Desk):
    """Lets laptops in for some minutes; leaving the page ends it."""

    NAME = "let_in"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter", usable=_closed),
        Command("code_picture", "q", "q", usable=_open),
        Command("may_admit", "a", "a", usable=_open, toggles=True),
        Command("by_stick", "u", "u"),
        Command("back", label="Esc"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = "WindowPage #page { height: 1fr; }"

    def __init__(self, at_anchor: WindowAtAnchor) -> None:
        """`at_anchor`: has been opened, and is closed by this page."""
        super().__init__()
        self._at_anchor = at_anchor
        self._shown = 0
        """How many requests were shown."""

    @property
    def window(self) -> Window:
        """What is decided."""
        return self._at_anchor.window

    def compose_work(self) -> ComposeResult:
        """The code, and who came."""
        yield Line(id="page")

    def on_mount(self) -> None:
        """Time goes, and laptops come."""
        super().on_mount()
        self.set_interval(LOOK_AGAIN, self._look)

    def on_unmount(self) -> None:
        """Whoever left the page lets nobody in."""
        self._at_anchor.close()

    def resting_face(self) -> Face:
        """How long it is open, or why it is not."""
        closed = self.window.closed
        if closed is not None:
            stop = closed in (Closed.TRIES, Closed.OTHER_LINE, Closed.BROKEN)
            said = self.say(f"pairing.closed.{closed}", tries=TRIES, minutes=round(OPEN_FOR / 60))
            return Face("stop", CROSS, "止", "Ｘ", said) if stop else Face("same", BARS, "同", "－", said)
        if not self._at_anchor.is_open:
            return Face("same", BARS, "同", "－", self.say("pairing.opening"))
        minutes, seconds = divmod(round(self.window.left), 60)
        return Face("ask", WAIT, "待", "－", self.say("pairing.open", left=f"{minutes}:{seconds:02d}"))

    def paint_work(self) -> None:
        """The words while they count, and what came of them."""
        self.paint_band()
        roles, window = self.console_app.roles, self.window
        rows = [_BLANK]
        if window.closed is None:
            rows += [spans((f"    {self.say('pairing.window_words')}", roles.muted)), _BLANK]
            rows += [*code_rows(self, window.code), _BLANK]
            digits = self.say("pairing.window_digits", digits=" ".join(digit_groups(window.code)))
            where = self.say("pairing.window_where", where="  ".join(self._at_anchor.where[:_WHERE]))
            also = self.say("pairing.may_admit" if window.may_admit else "pairing.may_not_admit")
            rows += [spans((f"    {said}", roles.muted)) for said in (digits, where)]
            rows += [spans((f"    {also}", roles.strong)), _BLANK]
        rows += [self._row(came) for came in window.came[-_SHOWN:]]
        self.query_one("#page", Line).set(lines(*rows))

    def enter(self) -> None:
        """Open another one, with a new code."""
        window = self.console_app.live.sync.open_window() if self.window.closed is not None else None
        if window is not None:
            self._at_anchor, self._shown, self.last_face = window, 0, None
            self.repaint()

    def action_code_picture(self) -> None:
        """The code for a camera or a scanner."""
        self.console_app.push_screen(CodePicturePage(self.window.code))

    def action_may_admit(self) -> None:
        """Whether whoever comes may let others in, too."""
        self.window.may_admit = not self.window.may_admit
        self.repaint()

    def action_by_stick(self) -> None:
        """Let in by a stick instead."""
        self.console_app.pop_screen()
        self.console_app.push_screen(AdmitByStickPage())

    def _look(self) -> None:
        window = self.window
        over = isinstance(self.console_app.screen, CodePicturePage)
        if over and (window.closed is not None or window.count != self._shown):
            self.console_app.pop_screen()  # what came of the code is read here
        if window.count != self._shown:
            self._shown = window.count
            self.console_app.syncing.look()
            self._show_last(window.came[-1])
        if window.closed is not None:
            self.last_face = None
        if window.error is not None:
            error, window.error = window.error, None
            self.console_app.say_broken(error)
        if self.is_current:
            self.refresh_view()

    def _show_last(self, came: Came) -> None:
        if came.refused is None and came.word is not None:
            self.show(
                Face("good", RING, "済", "〇", self.say("pairing.let_in_over", name=console_name(self, came.word)))
            )
        elif came.refused is Unpaired.OTHER_CODE:
            left = TRIES - self.window.wrong
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say("pairing.wrong_code", left=left)))
        else:
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say(f"pairing.refused.{came.refused}")))

    def _row(self, came: Came) -> Text:
        roles = self.console_app.roles
        name = console_name(self, came.word) if came.word else self.say("pairing.somebody")
        if came.refused is None:
            return spans((f"    〇 {self.say('pairing.let_in_over', name=name)}", roles.strong))
        return spans((f"    Ｘ {name}  ", roles.text), (self.say(f"pairing.refused.{came.refused}"), roles.muted))
