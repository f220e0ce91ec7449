"""合い言葉: the code that binds two laptops, as it is read aloud, typed, and drawn for a camera."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input

from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.keys.printed import (
    ENGLISH,
    JAPANESE,
    Slip,
    code_digits,
    code_romaji,
    code_words,
    read_code,
)
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.field import FieldPage
from village_console.tui.syncing import slip_said
from village_console.tui.widgets.line import Line
from village_console.words import Language

_PAPER, _INK = Style(bgcolor="#FFFFFF", color="#000000"), Style(bgcolor="#000000")


def code_rows(desk: Desk, code: tuple[int, ...]) -> list[Text]:
    """Four rows: the words as they are read aloud, and as they are typed."""
    roles, japanese = desk.console_app.roles, desk.console_app.words.language is Language.JAPANESE
    spoken = code_words(code, JAPANESE if japanese else ENGLISH)
    typed = code_romaji(code) if japanese else digit_groups(code)
    rows: list[Text] = []
    for half in (slice(0, 3), slice(3, 6)):
        words = (f"{word:　<8}" if japanese else f"{word:<14}" for word in spoken[half])
        keys = (f"{word:<16}" if japanese else f"{word:<14}" for word in typed[half])
        rows.append(spans("    ", *((word, roles.strong) for word in words)))
        rows.append(spans("    ", *((word, roles.muted) for word in keys)))
    return rows


def digit_groups(code: tuple[int, ...]) -> tuple[str, ...]:
    """The digits, four by four."""
    digits = code_digits(code)
    return tuple(digits[n : n + 4] for n in range(0, len(digits), 4))


def console_name(desk: Desk, word: ConsoleAdmitted) -> str:
    """A laptop by its number and shelter."""
    return desk.say("consoles.name", number=word.number, name=word.name)


class CodePage(FieldPage):
    """Takes the six words of the other screen; dismissed with them, or with None."""

    NAME = "code"
    LABEL = "pairing.label"
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = "CodePage Input { width: 64; }"

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        super().__init__()
        self._wrong = ""

    def make_field(self) -> Input:
        """Six words, or 24 digits."""
        return Input(id="code", max_length=120)

    def paint_work(self) -> None:
        """Say what can be typed, and what is wrong."""
        super().paint_work()
        roles, blank = self.console_app.roles, Text(" ", end="")
        rows = [blank, *([spans((f"    {self._wrong}", roles.stop.ink)), blank] if self._wrong else [])]
        rows += [spans((f"    {self.say(f'pairing.forms.{n}')}", roles.text)) for n in (1, 2, 3)]
        self.query_one("#page", Line).set(lines(*rows))

    def enter(self) -> None:
        """Hand the code on, or say which word is none."""
        if not self.is_current:
            return
        code = read_code(self.field.value)
        if code is None or isinstance(code, Slip):
            self._wrong = slip_said(code, self.console_app.words)
            self.paint_work()
        else:
            self.dismiss(code)

    def leave(self) -> None:
        """Back; nobody was let in."""
        self.dismiss(None)


class CodePicturePage(Desk):
    """The code as a QR: two cells a module, on white from edge to edge."""

    NAME = "join"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("back", label="Esc"),)
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "consoles"})
    DEFAULT_CSS = """
    CodePicturePage #title, CodePicturePage #band, CodePicturePage #status, CodePicturePage #actions,
    CodePicturePage #desks { display: none; }
    CodePicturePage #picture { height: 1fr; }
    """

    def __init__(self, code: tuple[int, ...]) -> None:
        """`code`: what the picture says."""
        super().__init__()
        self._code = code

    def compose_work(self) -> ComposeResult:
        """The picture alone."""
        yield Line(id="picture")

    def paint_work(self) -> None:
        """Draw it: version 1 has 21 rows, one more above and below are white."""
        import segno  # noqa: PLC0415 -- slow import

        symbol = segno.make(code_digits(self._code), version=1, micro=False)
        margin = (self.width - 2 * len(symbol.matrix[0])) // 2
        rows = [Text(" " * self.width, style=_PAPER, no_wrap=True, end="")]
        for modules in symbol.matrix:
            line = Text(" " * margin, style=_PAPER, no_wrap=True, end="")
            for module in modules:
                line.append("  ", style=_INK if module else _PAPER)
            rows.append(line.append(" " * (self.width - line.cell_len), style=_PAPER))
        self.query_one("#picture", Line).set(lines(*rows, rows[0]))

    def enter(self) -> None:
        """Enter closes the picture, as Esc does."""
        self.leave()
