"""ニーズ of one person: two digits and Enter are a whole record; how long it lasts, how soon, who, in whose words follow."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult

from village_console.needs.codes import Kind
from village_console.needs.desk import Wish
from village_console.needs.facts import Outcome, Owner, Urgency
from village_console.needs.rows import Need
from village_console.needs.rules import Alarm
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.tui import need_acts
from village_console.tui.answers import Face
from village_console.tui.cells import fitted, lines, spans, within
from village_console.tui.commands import Command, Usable
from village_console.tui.need_words import ALARM_SIGN, left_of, need_word, until_typed
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.note import NotePage
from village_console.tui.shapes import CROSS, DIAMOND, RING
from village_console.tui.widgets.line import Line
from village_console.words import Language

_MOST_SHOWN = 3
_COLUMN = 15
_URGENCIES, _OWNERS = list(Urgency), list(Owner)


def _a_need(desk: Desk) -> Usable:
    return True if isinstance(desk, PersonNeedsPage) and desk.current else None


class DetailPage(NotePage):
    """The person's own words."""

    NAME = "needs"
    LABEL = "needs.detail"


class PersonNeedsPage(Desk):
    """Open needs above, the table of codes below; every digit goes into the cell that the mark is on."""

    NAME = "needs"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", "", "Enter"),
        Command("next_cell", "tab", "Tab"),
        Command("detail", "n", "n"),
        Command("met", "x", "x", usable=_a_need, quiet=True),
        Command("back", "", "Esc"),
    )
    DEFAULT_CSS = "PersonNeedsPage #page { height: 1fr; }"

    def __init__(self, person: Resident) -> None:
        """Begin with nothing typed."""
        super().__init__()
        self.person = person
        self.code, self.typed = "", ""
        self.urgency: Urgency | None = None
        self.owner: Owner | None = None
        self.words = ""
        self.cell = 0
        self._at = 0

    def compose_work(self) -> ComposeResult:
        """Everything on one page."""
        yield Line(id="page")

    @property
    def open(self) -> list[Need]:
        """What the person needs."""
        return self.console_app.station.needs.of(self.person.id)

    @property
    def current(self) -> Need | None:
        """The need under the cursor."""
        needs = self.open
        return needs[min(self._at, len(needs) - 1)] if needs else None

    @property
    def kind(self) -> Kind:
        """Of the code that is typed."""
        return self.console_app.station.needs.codes.kind(self.code)

    @property
    def is_known(self) -> bool:
        """Whether the list has the code that is typed."""
        return self.code in self.console_app.station.needs.codes.needs

    def heading(self) -> tuple[Text, Text]:
        """Whose needs; nobody in the queue should read them."""
        roles = self.console_app.roles
        left = spans((self.say("desk.needs"), roles.strong),
                     (f"  {self.say('name.polite', name=self.person.name)}", roles.strong))  # fmt: skip
        return left, spans((self.say("needs.turn_away"), roles.ask.ink))

    def resting_face(self) -> Face:
        """What the digits do."""
        return Face("same", DIAMOND, "数", "－", self.say("needs.how"))

    def paint_work(self) -> None:
        """Paint what is open, the table, and the cells."""
        roles, blank = self.console_app.roles, Text(" ", end="")
        needs = self.open
        rows = [spans((f"  {self.say('needs.now')}", roles.muted))]
        rows += [self._need(need, on=need is self.current or need == self.current) for need in needs[:_MOST_SHOWN]]
        if not needs:
            rows.append(spans((f"    {self.say('needs.nothing_yet')}", roles.text)))
        if len(needs) > _MOST_SHOWN:
            rows.append(spans((f"    {self.say('list.more', count=len(needs) - _MOST_SHOWN)}", roles.muted)))
        rows += [*self._table(), blank, *self._cells()]
        self.query_one("#page", Line).set(lines(*(within(line, self.width) for line in rows)))

    def on_key(self, event: events.Key) -> None:
        """Digits fill the cell, whatever the input method makes of them; Back Space mends."""
        digit = unicodedata.normalize("NFKC", event.character or "")
        if event.key == "backspace":
            self._mend()
        elif self.question is None and len(digit) == 1 and digit.isascii() and digit.isdigit():
            self._type(digit)
        else:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()

    def action_next_cell(self) -> None:
        """The next cell; how long it lasts is asked only of what runs out."""
        self.cell = (self.cell + 1) % 4
        if self.cell == 1 and not self._runs_out:
            self.cell = 2
        self.repaint()

    def action_detail(self) -> None:
        """Type the person's own words."""
        self.console_app.push_screen(DetailPage(self.words, self._take_words))

    def action_met(self) -> None:
        """Ask what became of the need under the cursor."""
        need, outcomes = self.current, list(Outcome)
        if need is not None:
            face = Face("ask", DIAMOND, "問", "？", self.say("needs.ask_met", what=need_word(self.console_app, need.code)),
                        third=self.say("needs.outcomes"))  # fmt: skip
            self.ask(face, lambda: need_acts.meet(self, need, Outcome.MET),
                     lambda n: need_acts.meet(self, need, outcomes[n - 1]), most=len(outcomes))  # fmt: skip

    def action_undo(self) -> None:
        """Take back what was written last about this person's needs."""
        newest = max(self.open, key=lambda need: need.changed_at, default=None)
        need_acts.ask_undo(self, newest)

    def action_move(self, by: int) -> None:
        """Another of the open needs."""
        self._at = max(0, min(len(self.open) - 1, self._at + by))
        self.repaint()

    def enter(self) -> None:
        """Write the need that the digits name; nothing typed: nothing is written."""
        app = self.console_app
        if not self.code:
            return
        if not self.is_known:
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say("needs.no_such_code", code=self.code)))
            return
        code = app.station.needs.codes.needs[self.code]
        until = until_typed(code.kind, self.typed, app.station.clock.now())
        wish = Wish(self.code, self.urgency or code.urgency, until, self.words, self.owner)
        app.station.needs.tell(self.person.id, wish)
        said = self.say("needs.written", what=need_word(app, self.code), at=f"{app.station.clock.now():%H:%M}")
        self._forget()
        self.show(Face("good", RING, "済", "〇", said, third=self.say("needs.undo_key")))
        self.paint_work()

    def take_answer(self, answer: Answer) -> None:
        """A card is answered at the reception desk."""
        self.console_app.show_at_reception(answer)

    @property
    def _runs_out(self) -> bool:
        return self.kind in (Kind.DEVICE, Kind.MEDICINE)

    def _forget(self) -> None:
        self.code, self.typed, self.words = "", "", ""
        self.urgency, self.owner = None, None
        self.cell, self._at = 0, 0

    def _take_words(self, words: str) -> None:
        self.words = words
        self.repaint()

    def _type(self, digit: str) -> None:
        if self.cell == 0:
            self.code = digit if len(self.code) == 2 else self.code + digit
            self.typed, self.urgency = "", None
        elif self.cell == 1:
            self.typed = (self.typed + digit)[-2:]
        elif self.cell == 2 and 1 <= int(digit) <= len(_URGENCIES):
            self.urgency = _URGENCIES[int(digit) - 1]
        elif self.cell == 3 and 1 <= int(digit) <= len(_OWNERS):
            self.owner = _OWNERS[int(digit) - 1]
        self.last_face = None
        self.repaint()

    def _mend(self) -> None:
        if self.cell == 0:
            self.code = self.code[:-1]
        elif self.cell == 1:
            self.typed = self.typed[:-1]
        elif self.cell == 2:
            self.urgency = None
        else:
            self.owner = None
        self.repaint()

    def _need(self, need: Need, *, on: bool) -> Text:
        roles, app = self.console_app.roles, self.console_app
        alarm = app.station.needs.alarm(need)
        owner = self.say(f"needs.owner.{need.owner}") if need.owner else self.say("needs.nobody")
        return spans(
            (" ＞ " if on else "    ", roles.strong),
            (fitted(f"{ALARM_SIGN[alarm]} {self.say(f'needs.urgency.{need.urgency}')}", 10),
             roles.ask.ink if alarm is not Alarm.NONE else roles.muted),
            (fitted(f"{need.code} {need_word(app, need.code)}", 17), roles.strong if on else roles.text),
            (fitted(left_of(self, need), 15), roles.text), (fitted(owner, 14), roles.muted),
            (fitted(need.detail, 20), roles.muted),
        )  # fmt: skip

    def _table(self) -> list[Text]:
        """Every code in the column of its group."""
        roles, codes = self.console_app.roles, self.console_app.station.needs.codes
        japanese = self.console_app.words.language is Language.JAPANESE
        head = spans(
            "  ", *((fitted(ja if japanese else en, _COLUMN), roles.muted) for ja, en in codes.groups.values())
        )
        rows = [head]
        for last in "123456789":
            parts = [spans(("  ", roles.text))]
            for group in codes.groups:
                code = group + last
                known = code in codes.needs
                word = fitted(f"{code} {need_word(self.console_app, code)}" if known else "", _COLUMN)
                parts.append(spans((word, roles.here if known and code == self.code else roles.text)))
            rows.append(Text.assemble(*parts, no_wrap=True, end=""))
        return rows

    def _cells(self) -> list[Text]:
        """The four cells; the mark is on the one that digits go to."""
        roles = self.console_app.roles
        code = self.console_app.station.needs.codes.needs.get(self.code)
        urgency = self.urgency or (code.urgency if code else None)
        lasts = "needs.cell.days" if self.kind is Kind.MEDICINE else "needs.cell.hours"
        said = (
            (self.say("needs.cell.code"), f"{self.code:<2} {need_word(self.console_app, self.code) if code else ''}"),
            (self.say(lasts), (self.typed or "？") if self._runs_out else "－"),
            (self.say("needs.cell.urgency"), self.say(f"needs.urgency.{urgency}") if urgency else ""),
            (self.say("needs.cell.owner"), self.say(f"needs.owner.{self.owner}") if self.owner else ""),
        )
        line = Text("", no_wrap=True, end="")
        for n, (name, value) in enumerate(said):
            line.append(" ＞" if n == self.cell else "  ", style=roles.strong)
            line.append(f"{name} ", style=roles.muted)
            line.append(fitted(value, 15 if n == 0 else 9), style=roles.here if n == self.cell else roles.raised)
        choices = {2: "needs.urgencies", 3: "needs.owners"}.get(self.cell)
        below = self.say(choices) if choices else self.words
        return [line, spans((f"    {below}", roles.muted))]
