"""画面ロック: as hidden, and only a passphrase brings the desk back. Cards are taken all the same."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal

from village_console.journal.keys.screen_lock import wait_after
from village_console.operators.facts import Means
from village_console.operators.rows import StaffMember
from village_console.shelter.acts import Answer
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.screens.hidden import HiddenPage
from village_console.tui.screens.secret import SecretInput
from village_console.tui.widgets.line import Line
from village_console.village.errors import VillageError


class LockedPage(HiddenPage):
    """Lies over whatever was open, which is there again afterwards; nobody has a passphrase: Enter is enough, and it says so."""

    NAME = "locked"
    TEXT_FOCUS = True
    BACK = "locked.back"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("unlock", "enter", "Enter"),)
    WITHOUT: ClassVar[frozenset[str]] = HiddenPage.WITHOUT | {"hide", "as_of"}
    DEFAULT_CSS = """
    LockedPage #field { height: 2; padding-top: 1; }
    LockedPage #label { width: 14; }
    LockedPage Input { width: 40; height: 1; border: none; padding: 0; background: $panel; color: $foreground; }
    LockedPage Input:focus { border: none; background: $panel; }
    LockedPage #page { height: 1fr; }
    """

    def __init__(self, kept: Answer | Face | None = None) -> None:
        """`kept`: the last thing that was said while the screen was only hidden."""
        super().__init__()
        self.kept = kept
        self._asks = True
        self._trying = False
        self._slips, self._until = 0, float("-inf")
        self._wrong = ""

    def compose_work(self) -> ComposeResult:
        """The field, and what it is for."""
        with Horizontal(id="field"):
            yield Line(id="label")
            yield SecretInput(id="secret", password=True, max_length=200)
        yield Line(id="page")

    def on_mount(self) -> None:
        """Letters go to the field at once; where nobody has a passphrase there is none."""
        super().on_mount()
        try:
            lock = self.console_app.live.lock
            operators = self.console_app.live.operators
            self._asks = lock is not None and (lock.asks or operators.have_passphrases)
        except VillageError as error:
            self._say_broken(error)
        if self._asks:
            self._field.focus()
        else:
            self._field.display = self._field.can_focus = False

    def heading(self) -> tuple[Text, Text]:
        """How many are here, and nobody's name."""
        left = spans((self.say("desk.locked"), self.console_app.roles.strong))
        return left, super().heading()[1]

    def tick(self) -> None:
        """Count the wait down."""
        super().tick()
        if self.ready and self._until > float("-inf"):
            self.paint_work()

    def paint_work(self) -> None:
        """Say how the desk comes back, and what was wrong."""
        roles, blank = self.console_app.roles, Text(" ", end="")
        label = f"  {self.say('locked.label')}  " if self._asks else ""
        self.query_one("#label", Line).set(spans((label, roles.strong)))
        rows = [blank]
        if self._trying:
            rows.append(spans((f"    {self.say('locked.trying')}", roles.text)))
        elif self._wrong:
            wait = self._wait()
            more = self.say("locked.wait", seconds=int(wait) + 1) if wait > 0 else ""
            rows.append(spans((f"    {self._wrong}  {more}", roles.stop.ink)))
        else:
            rows.append(spans((f"    {self.say('locked.how' if self._asks else 'locked.nobody')}", roles.text)))
        rows += [blank, spans((f"    {self.say('locked.goes_on')}", roles.muted))]
        self.query_one("#page", Line).set(lines(*rows))

    def on_input_submitted(self) -> None:
        """Enter in the field opens."""
        self.action_unlock()

    def action_unlock(self) -> None:
        """Try what was typed; it is kept nowhere, and after some slips each takes longer."""
        if not self._asks:
            self._open()
            return
        typed, lock = self._field.value, self.console_app.live.lock
        if self._trying or self._wait() > 0 or not typed or lock is None:
            return
        self._field.value = ""
        self._trying = True
        self.paint_work()
        app = self.console_app

        def attempt() -> None:
            """Try it in a thread: it is slow on purpose."""
            try:
                member = app.live.operators.by_passphrase(typed)
                opens = member is not None or lock.opens(typed)
            except VillageError as error:
                app.call_later(self._say_broken, error)
            else:
                app.call_later(self._tried, opens, member)

        app.run_worker(attempt, group="unlock", exclusive=True, thread=True)

    def _tried(self, opens: bool, member: StaffMember | None) -> None:  # noqa: FBT001 -- what the passphrase came to
        self._trying = False
        if member is not None:
            self.console_app.live.operators.enter(member, Means.PASSPHRASE)
        if opens:
            self._open()
            return
        self._slips += 1
        self._until = self.console_app.live.clock.monotonic() + wait_after(self._slips)
        self._wrong = self.say("locked.wrong")
        self.console_app.live.journal.note_look("refused", "screen")
        self.paint_work()

    def _say_broken(self, error: VillageError) -> None:
        self._trying = False
        what, do = self.console_app.words.explain(error.code, error.values)
        self._wrong = f"{error.code} {what}  {do}"
        self.paint_work()

    def _wait(self) -> float:
        return self._until - self.console_app.live.clock.monotonic()

    def _open(self) -> None:
        app = self.console_app
        app.live.journal.note_look("unlocked", "screen")
        app.pop_screen()
        self.hand_over()

    @property
    def _field(self) -> SecretInput:
        return self.query_one("#secret", SecretInput)
