"""The keyboard's scanner at the desk: its codes are cards, what it cannot have meant is said, and typing stays typing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from textual.events import Key

from village_console.register.tokens import as_card
from village_console.tui.answers import Bell, Face
from village_console.tui.shapes import HILL
from village_console.tui.wedge import Heard, Refused, Scanned, Stroke, Typing, Wedge
from village_console.village.printed_code import CodeRefusal
from village_console.words import Words

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp


class Scanner:
    """Looks at every key of a person first; the drill's own keys are no scanner's."""

    def __init__(self, app: ConsoleApp, hear: Callable[[Key], Awaitable[None]]) -> None:
        """`hear` takes the keys that were typed, in their order."""
        self._app, self._hear = app, hear
        self._wedge: Wedge | None = None

    async def take(self, event: Key) -> None:
        """Hand on what is typing, at once or when nothing can follow any more; what was scanned is used up."""
        if type(event) is not Key or not self._listens:
            await self._hear(event)
            return
        stroke, wedge = Stroke(event.key, event.character, event.time), self._wedge_here()
        heard = wedge.hear(stroke, in_field=self._app.screen.focused is not None)
        if heard == (Typing((stroke,)),):
            await self._hear(event)
        else:
            await self._act(heard)
        if due := wedge.due:
            self._app.set_timer(max(0.001, due - stroke.at), lambda: self._settle(due))

    async def _settle(self, due: float) -> None:
        if self._wedge is not None:
            await self._act(self._wedge.settle(due))

    async def _act(self, heard: Iterable[Heard]) -> None:
        for one in heard:
            match one:
                case Scanned(code):
                    self._app.on_tap(as_card(code))
                case Refused(why):
                    self._app.desk.show(refused_face(why, self._app.words))
                case Typing(strokes):
                    for stroke in strokes:
                        await self._hear(Key(stroke.key, stroke.character))

    @property
    def _listens(self) -> bool:
        return self._app.stands and self._app.station.scanner

    def _wedge_here(self) -> Wedge:
        if self._wedge is None:
            self._wedge = Wedge(self._app.station.run_mode, self._app.station.world)
        return self._wedge


def refused_face(why: CodeRefusal, words: Words) -> Face:
    """What a scanner read that stands for nobody here: nothing was received."""
    return Face(
        "ask", HILL, "再", "！", words.say(f"scan.{why}"), words.say("scan.second"), "", words.say("scan.third"),
        bell=Bell.AGAIN,
    )  # fmt: skip
