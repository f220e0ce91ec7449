"""What every desk does on its bones: it answers, asks, and runs the commands that its keys stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget

from village_console.shelter.acts import nothing_to_undo
from village_console.tui import jump
from village_console.tui.answers import Bell, Face
from village_console.tui.cells import spans
from village_console.tui.commands import DESKS, EVERYWHERE, Command, Usable, bindings, plain_key
from village_console.tui.frame import frame
from village_console.tui.screens.bones import Bones
from village_console.tui.widgets.band import Band
from village_console.tui.widgets.line import Line

if TYPE_CHECKING:
    from village_console.devices.ports import Tap
    from village_console.shelter.reception import Answer
    from village_console.tui.widgets.row_list import RowList

GUARD = 0.4
"""Seconds in which a new question hears no key: somebody was typing ahead."""
REASONS = 4
"""Why something is taken back, each on a digit: `undo.reason.N`."""
_DIGITS = frozenset("0123456789")
FOLDS_AFTER = 20.0
"""Seconds, real, after which an answer gives way."""


@dataclass(slots=True)
class Question:
    """Something a person must answer: Enter does it, Esc leaves everything as it is."""

    face: Face
    on_enter: Callable[[], None]
    opened: float
    on_digit: Callable[[int], None] | None = None
    """What a digit does instead of Enter."""
    most: int = 0
    """The last digit that means something."""


class Desk(Bones):
    """A screen of the console."""

    NAME: ClassVar[str] = ""
    """Key of its words."""
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = ()
    """What is done at this desk beside what is done everywhere."""
    WITHOUT: ClassVar[frozenset[str]] = frozenset()
    """Names of actions that have no place here."""
    TEXT_FOCUS: ClassVar[bool] = False
    """While a field has the focus every letter is text."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(EVERYWHERE),
        *((f"{key}", f"go('{name}')", "") for key, name in DESKS),
        ("enter", "answer", ""),
        ("escape", "back", ""),
        ("up", "move(-1)", ""),
        ("down", "move(1)", ""),
        ("pageup", "page(-1)", ""),
        ("pagedown", "page(1)", ""),
    ]
    AUTO_FOCUS = ""

    def __init_subclass__(cls, **options: Any) -> None:
        """Bind the keys of the desk's own commands."""
        own = [*bindings(cls.__dict__.get("DESK_COMMANDS", ())), *cls.__dict__.get("BINDINGS", ())]
        setattr(cls, "BINDINGS", own)  # noqa: B010 -- Textual's name for it, read when the class is made
        super().__init_subclass__(**options)

    def __init__(self) -> None:
        """Begin with no question open."""
        super().__init__()
        self.question: Question | None = None
        self.last_face: Face | None = None
        self.jump: jump.Jump | None = None
        """The letters on the screen, while one of them is waited for."""
        self._folding: Timer | None = None

    def heading(self) -> tuple[Text, Text]:
        """Context at the left, the numbers this desk lives by at the right."""
        return spans((self.say(f"desk.{self.NAME}"), self.console_app.roles.strong)), Text("")

    def paint_frame(self) -> None:
        """Paint banner, title, status, actions and desks."""
        for name, row in frame(self).items():
            self.query_one(f"#{name}", Line).set(row)

    def paint_band(self) -> None:
        """Paint the answer band."""
        found = self.query("#band") if self.ready else None
        if not found:
            return
        band = cast("Band", found.first(Widget))
        face = self.question.face if self.question else self.last_face or self.resting_face()
        if face is None:
            band.blank(self.console_app.roles)
        else:
            band.face(face, self.console_app.roles)

    def resting_face(self) -> Face | None:
        """What the band says while nothing has happened."""
        return None

    def show(self, face: Face) -> None:
        """Show an answer and ring its bell."""
        jump.end(self)
        self.question = None
        self.last_face = face
        self.paint_band()
        self.console_app.ring(face.bell)
        if self._folding:
            self._folding.stop()
        self._folding = self.set_timer(FOLDS_AFTER, self.fold)

    def fold(self) -> None:
        """An answer that has stood long enough gives way to what the band says at rest."""
        self.last_face = None
        self.repaint()

    def ask(
        self, face: Face, on_enter: Callable[[], None], on_digit: Callable[[int], None] | None = None, most: int = 0
    ) -> None:
        """Ask a question in the band; `on_digit`: digits up to `most` answer it too."""
        jump.end(self)
        self.question = Question(face, on_enter, self.console_app.station.clock.monotonic(), on_digit, most)
        self.paint_band()
        self.paint_frame()
        self.console_app.ring(Bell.QUESTION)

    def ask_why(self, face: Face, undo: Callable[[str], None]) -> None:
        """Ask whether something is taken back: a digit does it and says why, Enter does it and says that it was a slip."""
        self.ask(face, lambda: undo(self.say("undo.reason.1")), lambda n: undo(self.say(f"undo.reason.{n}")), REASONS)

    def takes_digit(self, character: str | None) -> bool:
        """Whether a digit belongs to the open question, and answers it unless that is too new."""
        question, digit = self.question, unicodedata.normalize("NFKC", character or "")
        if question is None or question.on_digit is None or digit not in _DIGITS:
            return False
        if not self.guarded and 1 <= int(digit) <= question.most:
            self.question = None
            question.on_digit(int(digit))
            self.repaint()
        return True

    def take_answer(self, answer: Answer) -> None:
        """A card was tapped while this desk is in front: show what came of it."""
        self.show(self.console_app.face(answer))
        self.refresh_view()

    def take_tap(self, tap: Tap) -> bool:  # noqa: ARG002 -- for pages that override it
        """A card on the reader while this desk is in front: whether it was for this desk, and nobody is received by it."""
        return False

    @property
    def guarded(self) -> bool:
        """Whether a question is too new to hear a key."""
        opened = self.question.opened if self.question else None
        return opened is not None and self.console_app.station.clock.monotonic() - opened < GUARD

    def action_answer(self) -> None:
        """Enter: do what the band names, or open the row."""
        if self.question is None:
            self.enter()
        elif not self.guarded:
            question, self.question = self.question, None
            question.on_enter()
            self.repaint()

    def enter(self) -> None:
        """Enter with no question open."""

    def action_back(self) -> None:
        """Esc: one step back, nothing lost."""
        if self.question is not None:
            if not self.guarded:
                self.question = None
                self.repaint()
        elif self.console_app.past.at is not None and self.console_app.pages.none_open:
            self.console_app.past.leave()
        else:
            self.leave()

    def leave(self) -> None:
        """Esc with no question open: a page goes, and nothing is lost; at a desk's top level nothing happens."""
        if not self.console_app.pages.none_open:
            self.console_app.pop_screen()

    def action_go(self, desk: str) -> None:
        """Change the desk."""
        self.console_app.go(desk)

    def action_menu(self) -> None:
        """All desks on digits, for laptops whose function keys are taken."""
        self.console_app.pages.open_menu()

    def action_help(self) -> None:
        """Help for this desk."""
        self.console_app.pages.open_help(self)

    def action_undo(self) -> None:
        """Ask whether to take back the last reception; a desk with acts of its own overrides this."""
        self.ask_undo(self.console_app.station.reception.last_undoable())

    def ask_undo(self, act: Answer | None) -> None:
        """Name act, person and time; Enter takes it back, Esc leaves it."""
        app = self.console_app
        if act is None:
            self.show(app.face(nothing_to_undo(app.live.clock.now())))
        else:
            face = app.face(act, asking_undo=True)
            who = app.station.operators.who_wrote(act.fact)
            self.ask_why(
                replace(face, aside=f"{face.aside}  {who}".rstrip()),
                lambda why: app.attempt(lambda: app.station.reception.undo(act, why)),
            )

    @property
    def commands(self) -> tuple[Command, ...]:
        """Everything that can be done here, most used first."""
        return (*self.DESK_COMMANDS, *EVERYWHERE)

    def command_of(self, key: str) -> Command | None:
        """The command that a key means here."""
        return next((command for command in self.commands if command.heard_by(key)), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> Usable:  # noqa: ARG002 -- Textual's shape
        """The one gate of keys, actions row, jump and palette: the command itself says whether it may run."""
        if action in self.WITHOUT:
            return False
        command = next((command for command in self.commands if command.name == action), None)
        return command is None or command.usable(self)

    def action_hide(self) -> None:
        """Names and lists vanish."""
        self.console_app.pages.hide()

    def action_palette(self) -> None:
        """Every command by its name."""
        self.console_app.pages.open_palette()

    def action_as_of(self) -> None:
        """Show how things were at a past moment."""
        self.console_app.pages.open_as_of()

    def action_shift(self) -> None:
        """Sign in, or hand over and sign out."""
        self.console_app.pages.open_shift()

    def action_print_jobs(self) -> None:
        """Papers that wait, or of which nobody knows."""
        self.console_app.pages.open_print_jobs()

    def action_consoles(self) -> None:
        """Other laptops, and what they know."""
        self.console_app.pages.open_consoles()

    def action_jump(self) -> None:
        """Put a letter on every target, until one is typed."""
        jump.begin(self)

    def row_list(self) -> RowList[Any] | None:
        """The list on the screen, for a desk that has one."""
        return None

    def action_move(self, by: int) -> None:
        """Move the cursor of the list."""
        if (rows := self.row_list()) is not None:
            rows.move(by)
            self.paint_current()

    def action_page(self, by: int) -> None:
        """Turn a page of the list."""
        if (rows := self.row_list()) is not None:
            rows.page(by)
            self.paint_current()

    def paint_current(self) -> None:
        """Paint what the row under the cursor decides: at least which commands may run."""
        self.paint_frame()

    def on_key(self, event: events.Key) -> None:
        """A letter that came through an input method still counts as its key, and is said once."""
        if self.TEXT_FOCUS or event.character is None:
            return
        key = plain_key(event.character)
        if key is not None:
            event.stop()
            self.console_app.note_composition(self)
            self.console_app.simulate_key(key)
