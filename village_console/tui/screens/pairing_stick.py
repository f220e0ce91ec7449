"""組み入れ, by a stick: this laptop asks to join a village, or lets another in; six words on one screen bind both."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import ClassVar

from rich.text import Text

from village_console.journal.keys.printed import new_code
from village_console.sync.desk import Asking
from village_console.sync.pairing import Joined, Unpaired
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.screens.code import CodePage, CodePicturePage, code_rows, console_name
from village_console.tui.screens.stick import SticksPage
from village_console.tui.shapes import BARS, CROSS, DIAMOND, RING, WAIT
from village_console.tui.widgets.line import Line
from village_console.village.errors import VillageError


class JoinByStickPage(SticksPage):
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
        roles = self.console_app.roles
        rows = [Text(" ", end=""), spans((f"    {self.say('pairing.words')}", roles.muted)), Text(" ", end="")]
        rows += [*code_rows(self, self._code), Text(" ", end="")]
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
                self._joined(folder, joined)
        except VillageError as error:
            app.say_broken(error)

    def action_code_picture(self) -> None:
        """The code for a camera or a scanner."""
        self.console_app.push_screen(CodePicturePage(self._code))

    @cached_property
    def _code(self) -> tuple[int, ...]:
        """Once for this page: it may be painted again while it goes, and would make words that nobody sees."""
        syncing = self.console_app.syncing
        syncing.code = syncing.code or new_code()
        return syncing.code

    def _joined(self, folder: Path, joined: Joined) -> None:
        """These words have done their work: back to the other consoles, while what lies on the stick is read."""
        app, said = self.console_app, self.say("pairing.joined", by=console_name(self, joined.by))
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


class AdmitByStickPage(SticksPage):
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
        name = console_name(self, asking.request.word)
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
        name = console_name(self, asking.request.word)
        self.show(Face("good", RING, "済", "〇", self.say("pairing.let_in", name=name)))
        app.syncing.carry(folder, lambda _face: None)

    @property
    def _asking(self) -> Asking | None:
        found = self.console_app.live.sync.asking(self.folder) if self.folder else []
        return found[0] if found else None
