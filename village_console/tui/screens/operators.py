"""交代: sign in by passphrase or staff card; hand over with a note and sign out."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input

from village_console.devices.ports import CardRead, Tap
from village_console.journal.keys.screen_lock import wait_after
from village_console.operators.facts import Means
from village_console.operators.rows import StaffMember
from village_console.shelter.acts import Answer
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans, within
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.field import FieldPage
from village_console.tui.screens.secret import SecretInput
from village_console.tui.shapes import CROSS, DIAMOND, RING
from village_console.tui.widgets.band import Band
from village_console.tui.widgets.line import Line

LONGEST_NOTE = 200


class ShiftPage(FieldPage):
    """One field below the band, which goes on saying what is asked."""

    NAME = "operators"
    DEFAULT_CSS = """
    ShiftPage #field { height: 2; padding-top: 1; }
    ShiftPage Input { width: 1fr; }
    """

    def compose_band(self) -> ComposeResult:
        """The band stays."""
        yield Band(id="band")

    def compose_work(self) -> ComposeResult:
        """The field, and a page below."""
        yield from self.compose_field()
        yield from super().compose_work()

    def take_answer(self, answer: Answer) -> None:
        """A card is answered at the reception desk."""
        self.console_app.show_at_reception(answer)


class SignInPage(ShiftPage):
    """Asks for a passphrase; a staff card on the reader is enough too."""

    LABEL = "locked.label"

    def __init__(self) -> None:
        """Nothing has been tried."""
        super().__init__()
        self._trying = False
        self._slips, self._until = 0, float("-inf")

    def make_field(self) -> Input:
        """What is typed is seen by nobody."""
        return SecretInput(id="secret", password=True, max_length=200)

    def resting_face(self) -> Face:
        """What is asked."""
        if not self.console_app.live.operators.staff():
            return Face("same", DIAMOND, "係", "－", self.say("operators.nobody_listed"))
        return Face("ask", DIAMOND, "問", "？", self.say("operators.trying" if self._trying else "operators.ask"))

    def paint_work(self) -> None:
        """Who works here, and what goes on without any sign-in."""
        roles, operators = self.console_app.roles, self.console_app.live.operators
        super().paint_work()
        rows = [Text(" ", end=""), spans((f"  {self.say('operators.who')}", roles.muted))]
        rows += [
            spans((f"    {member.name}  ", roles.text), (self.say(f"operators.role.{member.role}"), roles.muted))
            for member in operators.staff()[:8]
        ]
        rows += [Text(" ", end=""), spans((f"  {self.say('operators.goes_on')}", roles.muted))]
        self.query_one("#page", Line).set(lines(*(within(line, self.width) for line in rows)))

    def enter(self) -> None:
        """Try what was typed; it is kept nowhere, and after some slips each takes longer."""
        app, field = self.console_app, self.field
        typed, field.value = field.value, ""
        wait = self._until - app.live.clock.monotonic()
        if not typed or self._trying:
            return
        if wait > 0:
            self._refuse(self.say("locked.wait", seconds=int(wait) + 1))
            return
        self._trying = True
        self.repaint()

        def attempt() -> None:
            """Try it in a thread: it is slow on purpose."""
            app.call_later(self._tried, app.live.operators.by_passphrase(typed))

        app.run_worker(attempt, group="sign_in", exclusive=True, thread=True)

    def _tried(self, member: StaffMember | None) -> None:
        self._trying = False
        if member is not None:
            signed_in(self, member, Means.PASSPHRASE)
            return
        self._slips += 1
        self._until = self.console_app.live.clock.monotonic() + wait_after(self._slips)
        self.console_app.live.journal.note_look("refused", "operator")
        self._refuse(self.say("locked.wrong"))

    def _refuse(self, said: str) -> None:
        self.show(Face("stop", CROSS, "止", "Ｘ", said))
        self.paint_work()


class HandOverPage(ShiftPage):
    """Whoever is signed in leaves a note for the next, and signs out; a blank card laid here becomes a staff card."""

    LABEL = "operators.note"

    def make_field(self) -> Input:
        """The note for the next."""
        return Input(id="note", max_length=LONGEST_NOTE)

    def heading(self) -> tuple[Text, Text]:
        """Who is signed in."""
        roles, current = self.console_app.roles, self.console_app.live.operators.current
        who = f"  {current.name}  {self.say(f'operators.role.{current.role}')}" if current else ""
        return spans((self.say("desk.operators"), roles.strong), (who, roles.strong)), Text("")

    def resting_face(self) -> Face:
        """What Enter does."""
        return Face("ask", DIAMOND, "問", "？", self.say("operators.hand_over"))

    def paint_work(self) -> None:
        """The numbers as they are now, and the last note."""
        roles, station = self.console_app.roles, self.console_app.live
        super().paint_work()
        numbers = self._numbers()
        rows = [
            Text(" ", end=""),
            spans((f"  {self.say('operators.numbers', **numbers)}", roles.text)),
            Text(" ", end=""),
            *last_note(self),
            Text(" ", end=""),
            spans((f"  {self.say('operators.lay_card')}", roles.muted)),
        ]
        if any(member.cards for member in station.operators.staff()):
            rows.append(spans((f"  {self.say('operators.cards_work')}", roles.muted)))
        self.query_one("#page", Line).set(lines(*(within(line, self.width) for line in rows)))

    def enter(self) -> None:
        """Write the note and sign out."""
        app = self.console_app
        if not self.is_current:
            return
        app.live.operators.leave(self.field.value.strip(), **self._numbers())
        app.pop_screen()
        app.desk.show(Face("good", RING, "済", "〇", self.say("operators.signed_out")))
        app.desk.repaint()

    def take_tap(self, tap: Tap) -> bool:
        """A card that is nobody's becomes this operator's."""
        operators = self.console_app.live.operators
        current = operators.current
        if current is None or not isinstance(tap, CardRead) or self.console_app.live.reception.owner_of(tap):
            return False
        given = operators.give_card(current, tap)
        key = "operators.card_given" if given else "operators.card_refused"
        self.show(Face("good" if given else "stop", RING if given else CROSS, "済" if given else "止",
                       "〇" if given else "Ｘ", self.say(key)))  # fmt: skip
        self.paint_work()
        return True

    def _numbers(self) -> dict[str, int]:
        station = self.console_app.live
        reception = station.reception
        return {
            "people": reception.presence().people,
            "unfinished": reception.to_be_asked(),
            "alarms": len(station.needs.alarms()),
        }


def last_note(desk: Desk) -> list[Text]:
    """What the shift before has left."""
    roles, operators = desk.console_app.roles, desk.console_app.live.operators
    note = operators.note_here()
    if note is None:
        return []
    by = operators.name_of(note.by) or desk.say("operators.nobody")
    numbers = desk.say("operators.numbers", people=note.people, unfinished=note.unfinished, alarms=note.alarms)
    return [
        spans((f"  {desk.say('operators.last_note', at=f'{note.at:%H:%M}', by=by)}", roles.muted)),
        spans((f"    {note.note or desk.say('none')}", roles.strong)),
        spans((f"    {numbers}", roles.muted)),
    ]


class WelcomePage(Desk):
    """After a sign-in: what the shift before has left."""

    NAME = "operators"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("back", label="Esc"),)
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "WelcomePage #page { height: 1fr; padding-top: 1; }"

    def compose_work(self) -> ComposeResult:
        """The note."""
        yield Line(id="page")

    def paint_work(self) -> None:
        """The note in full, on as many lines as it takes."""
        self.query_one("#page", Line).set(lines(*(within(line, self.width) for line in last_note(self))))

    def enter(self) -> None:
        """Back to work."""
        self.leave()

    def take_answer(self, answer: Answer) -> None:
        """A card is answered at the reception desk."""
        self.console_app.show_at_reception(answer)


def signed_in(desk: Desk, member: StaffMember, means: Means) -> None:
    """Sign somebody in and show what the shift before has left."""
    app = desk.console_app
    app.live.operators.enter(member, means)
    app.pages.close()
    if app.live.operators.note_here() is not None:
        app.push_screen(WelcomePage())
    said = app.words.say("operators.signed_in", name=member.name, role=app.words.say(f"operators.role.{member.role}"))
    app.call_later(lambda: app.desk.show(Face("good", RING, "済", "〇", said)))
