"""The bones that every desk shares: banner, title, answer band, work, status, actions, desks - the same rows everywhere."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.screen import Screen

from village_console.tui.widgets.band import Band
from village_console.tui.widgets.line import Line

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp

LEAST = (80, 24)


class Bones(Screen[Any]):
    """The rows, and when they are painted."""

    BAND_ROWS: ClassVar[int] = 1
    DEFAULT_CSS = """
    Bones { layout: vertical; background: $background; overflow: hidden; }
    Bones Line, Bones RowList { width: 100%; height: 1; }
    Bones #band { height: 1; }
    Bones.tall #band { height: 7; }
    Bones #work { height: 1fr; overflow: hidden; }
    Bones #small { display: none; height: 100%; content-align: center middle; }
    Bones.small > * { display: none; }
    Bones.small #small { display: block; }
    """

    def __init__(self) -> None:
        """Nothing is painted yet."""
        super().__init__(classes="tall" if self.BAND_ROWS > 1 else None)
        self.ready = False
        """Whether the rows exist and can be painted."""

    def compose(self) -> ComposeResult:
        """The bones, with this desk's work in the middle."""
        yield Line(id="banner")
        yield Line(id="title")
        yield from self.compose_band()
        with Vertical(id="work"):
            yield from self.compose_work()
        yield Line(id="status")
        yield Line(id="actions")
        yield Line(id="desks")
        yield Line(id="small")

    def compose_band(self) -> ComposeResult:
        """The answer band; a search puts its field here."""
        yield Band(id="band")

    def compose_work(self) -> ComposeResult:
        """What this desk is for."""
        return iter(())

    @property
    def console_app(self) -> ConsoleApp:
        """The app, by its own type."""
        return cast("ConsoleApp", self.app)  # pyright: ignore[reportUnknownMemberType]

    def say(self, key: str, /, **values: object) -> str:
        """A sentence in the language of the screen."""
        return self.console_app.words.say(key, **values)

    @property
    def width(self) -> int:
        """Cells in a row."""
        return max(LEAST[0], self.console_app.size.width)

    def on_mount(self) -> None:
        """Paint for the first time."""
        self.ready = True
        self.call_after_refresh(self.repaint)

    def on_screen_resume(self) -> None:
        """Paint what has changed while another desk was in front."""
        self.call_after_refresh(self.repaint)

    def on_resize(self, event: events.Resize) -> None:
        """Below 80x24 say what is needed; the reader goes on working."""
        too_small = event.size.width < LEAST[0] or event.size.height < LEAST[1]
        self.set_class(too_small, "small")
        self.query_one("#small", Line).set(Text(self.say("too_small", columns=LEAST[0], rows=LEAST[1])))
        self.call_after_refresh(self.repaint)

    def repaint(self) -> None:
        """Paint everything."""
        if not self.ready:
            return
        self.paint_frame()
        self.paint_band()
        self.paint_work()

    def tick(self) -> None:
        """Paint what time alone changes."""
        if self.ready:
            with suppress(NoMatches):  # a page that is being taken away has lost rows already
                self.paint_frame()

    def refresh_view(self) -> None:
        """Paint what facts have changed; coalesced by the app."""
        if self.ready:
            with suppress(NoMatches):  # as above
                self.paint_frame()
                self.paint_work()

    def paint_frame(self) -> None:
        """Paint banner, title, status, actions and desks."""

    def paint_band(self) -> None:
        """Paint the answer band."""

    def paint_work(self) -> None:
        """Paint this desk's own part."""
