"""時点を えらぶ: a moment typed as people say it; refused when it is still to come, or before the first record."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.widgets import Input

from village_console.tui.cells import lines, spans
from village_console.tui.past import moment_asked
from village_console.tui.screens.field import FieldPage
from village_console.tui.widgets.line import Line


class AsOfPage(FieldPage):
    """Asks for a past moment; an empty field means now."""

    NAME = "as_of"
    LABEL = "as_of.label"
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo", "as_of"})
    DEFAULT_CSS = "AsOfPage Input { width: 24; }"

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        super().__init__()
        self._wrong = ""

    def make_field(self) -> Input:
        """Digits and a few signs."""
        return Input(id="moment", max_length=20)

    def on_input_changed(self) -> None:
        """A complaint goes with the next letter."""
        self._wrong = ""
        self.paint_work()

    def paint_work(self) -> None:
        """Say what can be typed."""
        super().paint_work()
        roles, blank = self.console_app.roles, Text(" ", end="")
        rows = [blank, *([spans((f"    {self._wrong}", roles.stop.ink)), blank] if self._wrong else [])]
        rows += [spans((f"    {self.say(f'as_of.{name}')}", roles.text)) for name in ("forms", "day", "empty")]
        rows += [blank, *(spans((f"    {self.say(f'as_of.{name}')}", roles.muted)) for name in ("reads", "cards"))]
        self.query_one("#page", Line).set(lines(*rows))

    def enter(self) -> None:
        """Show it, or say why not."""
        app, typed = self.console_app, self.field.value
        if not self.is_current:
            return
        now, began = app.live.clock.now(), app.live.journal.began()
        at = moment_asked(typed, now) if typed.strip() else now
        if at is None:
            self._wrong = self.say("as_of.no_moment")
        elif at > now:
            self._wrong = self.say("as_of.future")
        elif began is None or at < began:
            self._wrong = self.say("as_of.too_early", at=f"{began or now:%Y-%m-%d %H:%M}")
        else:
            app.pages.close()
            if typed.strip():
                app.past.show(at)
            else:
                app.past.leave()
            return
        self.paint_work()
