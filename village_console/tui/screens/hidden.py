"""隠す: names and lists are gone from the screen; cards are taken all the same, and answered by shape and number only."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text

from village_console.devices.ports import Health, Part
from village_console.shelter.acts import Answer
from village_console.tui.answers import Bell, Face, idle_face
from village_console.tui.cells import spans
from village_console.tui.screens.desk import Desk


class HiddenPage(Desk):
    """Lies over everything; what is shown to it is kept back until the screen is shown again."""

    NAME = "hide"
    BACK: ClassVar[str] = "hidden.show"
    """Key of the sentence that says how the desk comes back."""
    BAND_ROWS = 7
    WITHOUT: ClassVar[frozenset[str]] = frozenset(
        {
            "undo",
            "menu",
            "help",
            "jump",
            "palette",
            "as_of",
            "shift",
            "print_jobs",
            "go",
            "answer",
            "back",
            "move",
            "page",
        }
    )

    def __init__(self) -> None:
        """Nothing has been kept back."""
        super().__init__()
        self.kept: Answer | Face | None = None
        """The last thing that was said while the screen was hidden."""
        self.since: float | None = None
        """By the monotonic clock."""

    def on_mount(self) -> None:
        """Remember since when."""
        super().on_mount()
        self.since = self.console_app.live.clock.monotonic()

    def heading(self) -> tuple[Text, Text]:
        """How many are here, and nobody's name."""
        roles, now = self.console_app.roles, self.console_app.station.reception.presence()
        right = spans(
            (self.say("reception.now") + " ", roles.muted),
            (str(now.people), roles.strong),
            (self.say("reception.people"), roles.text),
        )
        return spans((self.say("hidden.title"), roles.strong)), right

    def resting_face(self) -> Face:
        """How to come back."""
        health = self.console_app.signs.health.get(Part.READER)
        ready = health is not None and health[0] is Health.READY
        idle = idle_face(self.console_app.words, reader_ready=ready)
        first = self.say("hidden.cards") if ready else idle.first
        return replace(idle, first=first, third=self.say(self.BACK))

    def leave(self) -> None:
        """Only what hides the screen brings it back."""

    def take_answer(self, answer: Answer) -> None:
        """Shape and number; the whole answer is kept."""
        self.show(self.console_app.face(answer))
        self.kept = answer

    def show(self, face: Face) -> None:
        """Only what names nobody: the sentences of a face may."""
        self.kept = face
        said = self.say(f"hidden.{face.tone}")
        super().show(replace(face, first=said, name="", aside="", third=self.say(self.BACK)))

    def action_hide(self) -> None:
        """Show the screen again, and what was kept back; after a while only for a passphrase."""
        app = self.console_app
        if self.since is not None and app.pages.asks_after(app.live.clock.monotonic() - self.since):
            app.pages.lock(self.kept)
        else:
            app.pages.close()
            self.hand_over()

    def hand_over(self) -> None:
        """Give the desk what was kept back from it."""
        app, kept = self.console_app, self.kept
        if isinstance(kept, Answer):
            app.desk.take_answer(kept)
        elif kept is not None:
            app.desk.show(replace(kept, bell=Bell.NONE))
