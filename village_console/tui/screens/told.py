"""聞いたこと: what somebody said of a home, one digit; it raises or weakens, and never clears."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.stranded.facts import Means, Said
from village_console.stranded.ladder import LIFE
from village_console.tui import watch_acts
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.frame import key_cell
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import DIAMOND
from village_console.tui.widgets.line import Line
from village_console.village.ids import HouseholdId

WORDS: tuple[tuple[Means, Said], ...] = (
    (Means.PHONE, Said.NO_ANSWER),
    (Means.PHONE, Said.AT_HOME),
    (Means.PHONE, Said.LEAVING),
    (Means.PHONE, Said.NEEDS_HELP),
    (Means.RELATIVE, Said.AT_HOME),
    (Means.RELATIVE, Said.HAS_LEFT),
    (Means.RELATIVE, Said.NEEDS_HELP),
)
"""What a desk hears most, on the digits from 1."""


class ToldPage(Desk):
    """Asks what was heard, and from whom."""

    NAME = "stranded"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("choose", digits="".join(str(n) for n in range(1, len(WORDS) + 1))),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "ToldPage #page { height: 1fr; }"

    def __init__(self, name: str, household: HouseholdId) -> None:
        """`name`: of whom."""
        super().__init__()
        self._of, self._household = name, household

    def compose_work(self) -> ComposeResult:
        """The words."""
        yield Line(id="page")

    def heading(self) -> tuple[Text, Text]:
        """Of whom."""
        roles = self.console_app.roles
        return spans((self.say("told.title"), roles.strong), (f"  {self._of}", roles.strong)), Text("")

    def resting_face(self) -> Face:
        """Nothing is written yet."""
        return Face("ask", DIAMOND, "問", "？", self.say("told.ask"))

    def paint_work(self) -> None:
        """Every word with its digit, and how long it counts."""
        roles = self.console_app.roles
        rows = [Text(" ", end="")]
        for n, (means, what) in enumerate(WORDS, start=1):
            life = LIFE[what]
            lasts = (
                self.say("told.until_sure")
                if life is None
                else self.say("told.lasts", minutes=int(life.total_seconds() // 60))
            )
            rows.append(
                spans(
                    ("    ", roles.text), key_cell(self, f"choose({n})", f" {n} "),
                    (f" {self.say(f'told.{means}.{what}')}", roles.text), (f"   {lasts}", roles.muted),
                )
            )  # fmt: skip
        rows += [Text(" ", end=""), spans((f"    {self.say('told.never_clears')}", roles.muted))]
        self.query_one("#page", Line).set(lines(*rows))

    def action_choose(self, n: int) -> None:
        """Write the word of that number."""
        app, (means, what) = self.console_app, WORDS[n - 1]
        app.pop_screen()
        watch_acts.hear(app, self._household, means, what)
