"""組み入れ: this laptop asks to join a village, or lets another in; six words on one screen bind both."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input

from village_console.journal.keys.printed import (
    ENGLISH,
    JAPANESE,
    Slip,
    code_digits,
    code_romaji,
    code_words,
    new_code,
    read_code,
)
from village_console.sync.desk import Asking
from village_console.sync.pairing import Unpaired
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.field import FieldPage
from village_console.tui.screens.stick import SticksPage
from village_console.tui.shapes import BARS, CROSS, DIAMOND, RING, WAIT
from village_console.tui.syncing import slip_said
from village_console.tui.widgets.line import Line
from village_console.village.errors import VillageError
from village_console.words import Language

_PAPER, _INK = Style(bgcolor="#FFFFFF", color="#000000"), Style(bgcolor="#000000")


class JoinPage(SticksPage):
    """This laptop wants to belong to a village."""

    NAME = "join"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("code_picture", "q", "q"),
        Command("back", label="Esc"),
    )

    def resting_face(self) -> Face:
        """What to do next."""
        return Face("ask", WAIT, "待", "－", self.say("pairing.join"))

    def paint_work(self) -> None:
        """The words, as they are read aloud and as they are typed."""
        super().paint_work()
        roles, words = self.console_app.roles, self.console_app.words
        code = self._code
        japanese = words.language is Language.JAPANESE
        spoken = code_words(code, JAPANESE if japanese else ENGLISH)
        typed = code_romaji(code) if japanese else tuple(code_digits(code)[n : n + 4] for n in range(0, 24, 4))
        rows = [Text(" ", end=""), spans((f"    {self.say('pairing.words')}", roles.muted)), Text(" ", end="")]
        for half in (slice(0, 3), slice(3, 6)):
            rows.append(
                spans("    ", *((f"{word:　<8}" if japanese else f"{word:<14}", roles.strong) for word in spoken[half]))
            )
            rows.append(
                spans("    ", *((f"{word:<16}" if japanese else f"{word:<14}", roles.muted) for word in typed[half]))
            )
        rows.append(Text(" ", end=""))
        rows += [spans((f"    {self.say(f'pairing.join_about.{n}')}", roles.text)) for n in (1, 2, 3)]
        self.query_one("#page", Line).set(lines(*rows))

    def enter(self) -> None:
        """Take the answer that lies on the stick; where there is none, leave the request."""
        app, folder = self.console_app, self.folder
        if folder is None:
            self.show(Face("ask", DIAMOND, "問", "？", self.say("stick.none")))
            return
        try:
            joined = app.live.sync.answered(folder, self._code)
            if joined is None:
                self._told(app.live.sync.ask(folder, self._code), "pairing.asked")
            elif isinstance(joined, Unpaired):
                self._told(joined, "")
            else:
                self._joined(folder)
        except VillageError as error:
            app.say_broken(error)

    def action_code_picture(self) -> None:
        """The code for a camera or a scanner."""
        self.console_app.push_screen(CodePicturePage(self._code))

    @property
    def _code(self) -> tuple[int, ...]:
        syncing = self.console_app.syncing
        syncing.code = syncing.code or new_code()
        return syncing.code

    def _joined(self, folder: Path) -> None:
        """These words have done their work: back to the other consoles, while what lies on the stick is read."""
        app, said = self.console_app, self.say("pairing.joined")
        app.syncing.code = None
        app.pop_screen()
        app.desk.show(Face("good", RING, "済", "〇", said))
        app.syncing.carry(folder, self._carried)

    def _carried(self, face: Face) -> None:
        self.console_app.desk.show(face)

    def _told(self, why: Unpaired | None, done: str) -> None:
        if why is None:
            self.show(Face("good", RING, "済", "〇", self.say(done)))
        else:
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say(f"pairing.refused.{why}")))


class AdmitPage(SticksPage):
    """Somebody wants to be let in: the words on the other screen are typed here."""

    NAME = "let_in"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("may_admit", "a", "a", toggles=True),
        Command("back", label="Esc"),
    )

    def __init__(self) -> None:
        """The new laptop may not let others in, unless somebody says so."""
        super().__init__()
        self._may_admit = False

    def resting_face(self) -> Face:
        """Who asks."""
        if not self.console_app.live.sync.may_admit:
            return Face("same", BARS, "同", "－", self.say("pairing.refused.not_ours_to_admit"))
        asking = self._asking
        if asking is None:
            return Face("ask", WAIT, "待", "－", self.say("pairing.nobody_asks"))
        word = asking.request.word
        name = self.say("consoles.name", number=word.number, name=word.name)
        return Face("ask", DIAMOND, "問", "？", self.say("pairing.asks", name=name))

    def paint_work(self) -> None:
        """What it means to let somebody in."""
        super().paint_work()
        self.paint_band()
        roles = self.console_app.roles
        rows = [Text(" ", end="")]
        rows += [spans((f"    {self.say(f'pairing.admit_about.{n}')}", roles.text)) for n in (1, 2, 3)]
        also = self.say("pairing.may_admit" if self._may_admit else "pairing.may_not_admit")
        self.query_one("#page", Line).set(lines(*rows, Text(" ", end=""), spans((f"    {also}", roles.strong))))

    def action_may_admit(self) -> None:
        """Whether the new laptop may let others in, too."""
        self._may_admit = not self._may_admit
        self.repaint()

    def enter(self) -> None:
        """Type the words."""
        asking, app = self._asking, self.console_app
        if asking is not None and app.live.sync.may_admit:
            app.push_screen(CodePage(), lambda code: self._let_in(asking, code))

    def _let_in(self, asking: Asking, code: tuple[int, ...] | None) -> None:
        app, folder = self.console_app, self.folder
        if code is None or folder is None:
            return
        try:
            refused = app.live.sync.let_in(folder, asking, code, may_admit=self._may_admit)
        except VillageError as error:
            app.say_broken(error)
            return
        if refused is not None:
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say(f"pairing.refused.{refused}")))
            return
        word = asking.request.word
        name = self.say("consoles.name", number=word.number, name=word.name)
        self.show(Face("good", RING, "済", "〇", self.say("pairing.let_in", name=name)))
        app.syncing.carry(folder, lambda _face: None)

    @property
    def _asking(self) -> Asking | None:
        found = self.console_app.live.sync.asking(self.folder) if self.folder else []
        return found[0] if found else None


class CodePage(FieldPage):
    """Takes the six words of the other screen; dismissed with them, or with None."""

    NAME = "let_in"
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

    def leave(self) -> None:
        """Back to the words."""
        self.console_app.pop_screen()
