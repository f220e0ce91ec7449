"""The secret of a card, typed: a PIN that nobody sees, or what stands on the card's front (照合番号B)."""

from __future__ import annotations

import unicodedata
from datetime import date

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from village_console.devices.ports import CodeB, Pin, Wish
from village_console.shelter.acts import Answer
from village_console.tui.cells import lines, spans
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.field import FieldPage
from village_console.tui.widgets.line import Line
from village_console.village.eras import ERAS, era_text, parse_birth

_LETTERS = {str(n): letter for n, (letter, _, _) in enumerate(ERAS, start=1)}
"""Digit of each era; 0 is a Western year."""
_WESTERN = "0"
_DIGITS = "[0-9０-９]*"
"""As an input method may hand them on."""
_LENGTHS = {"pin": 4, "era": 1, "birth": 6, "western": 8, "expires": 4, "security": 4}


class SecretInput(Input):
    """A field whose content leaves it for no clipboard."""

    def action_copy(self) -> None:
        """Nothing: a terminal keeps what is copied."""

    def action_cut(self) -> None:
        """Nothing, as above."""


class SecretPage(FieldPage):
    """Takes a secret, digit by digit; dismissed with it, or with None. It is kept nowhere else."""

    NAME = "reception"
    DEFAULT_CSS = """
    SecretPage #label { width: 20; }
    SecretPage Input { width: 12; }
    """

    def __init__(self, wish: Wish, left: int) -> None:
        """`left`: how often it may still be wrong."""
        super().__init__()
        self._wish, self._left = wish, left
        self._step = "era" if wish is Wish.FACE_BY_CODE_B else "pin"
        self._era = ""
        self._birth: date | None = None
        self._expires = ""
        self._wrong = False

    def compose_band(self) -> ComposeResult:
        """The field stands where the answer was."""
        with Horizontal(id="field"):
            yield Line(id="label")
            yield SecretInput(
                id="digits", password=self._step == "pin", restrict=_DIGITS, max_length=_LENGTHS[self._step]
            )
            yield Line(id="forms")

    def on_input_changed(self) -> None:
        """Paint again: a complaint goes with the first new digit."""
        if self.field.value:
            self._wrong = False
            self.paint_work()

    def heading(self) -> tuple[Text, Text]:
        """What is asked, and how many tries are left: before anything is typed."""
        roles = self.console_app.roles
        left = spans((self.say("own_card.left", left=self._left), roles.ask.ink if self._left < 3 else roles.strong))
        return spans(
            (self.say("desk.reception") + "  ", roles.strong), (self.say(f"own_card.by.{self._wish}"), roles.text)
        ), left

    def paint_work(self) -> None:
        """Say what is to be typed."""
        roles, blank = self.console_app.roles, Text(" ", end="")
        self.query_one("#label", Line).set(spans((f"  {self.say(f'secret.{self._step}.label')}", roles.strong)))
        self.query_one("#forms", Line).set(spans((f"  {self.say(f'secret.{self._step}.forms')}", roles.muted)))
        rows = [blank]
        if self._wrong:
            rows += [spans((f"    {self.say('secret.wrong')}", roles.stop.ink)), blank]
        if self._step == "era":
            rows += [
                spans((f"      {n}  ", roles.key), (name, roles.text)) for n, (_, name, _) in enumerate(ERAS, start=1)
            ]
            rows += [spans((f"      {_WESTERN}  ", roles.key), (self.say("secret.western_year"), roles.text)), blank]
        if self._birth is not None:
            rows += [spans((f"    {self.say('secret.born', date=era_text(self._birth))}", roles.text)), blank]
        rows.append(spans((f"    {self.say(f'secret.{self._step}.where')}", roles.muted)))
        self.query_one("#page", Line).set(lines(*rows))

    def enter(self) -> None:
        """Take what was typed; what cannot be right is not sent to any card, and costs no try."""
        typed, self.field.value = unicodedata.normalize("NFKC", self.field.value), ""
        if not self.is_current:
            return
        if not self._takes(typed):
            self._wrong = True
        self.paint_work()

    def leave(self) -> None:
        """Back; nothing was sent to the card."""
        self.field.value = ""
        self.dismiss(None)

    def take_answer(self, answer: Answer) -> None:
        """A card that is laid down while its holder types: the page below knows whether it is news."""
        below = self.console_app.screen_stack[-2]
        if isinstance(below, Desk):
            below.take_answer(answer)

    def _takes(self, typed: str) -> bool:
        """Whether it can be right; then the next is asked for, or the whole is handed on."""
        if len(typed) != _LENGTHS[self._step] or not typed.isascii():
            return False
        match self._step:
            case "era":
                return self._takes_era(typed)
            case "birth" | "western":
                return self._takes_birth(typed)
            case "expires":
                self._expires = typed
                self._go("security")
            case "security" if self._birth is not None:
                self.dismiss(CodeB.of(self._birth, self._expires, typed))
            case _:
                self.dismiss(Pin(typed))
        return True

    def _takes_era(self, typed: str) -> bool:
        if typed != _WESTERN and typed not in _LETTERS:
            return False
        self._era = typed
        self._go("western" if typed == _WESTERN else "birth")
        return True

    def _takes_birth(self, typed: str) -> bool:
        letter = _LETTERS.get(self._era)
        said = f"{letter}{int(typed[:2])}.{typed[2:4]}.{typed[4:]}" if letter else typed
        self._birth = parse_birth(said)
        if self._birth is not None:
            self._go("expires")
        return self._birth is not None

    def _go(self, step: str) -> None:
        self._step = step
        self.field.max_length = _LENGTHS[step]
