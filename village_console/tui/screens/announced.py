"""送ったお知らせ: every message with its three counts; one that still stands can be called off."""

from __future__ import annotations

from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.announce.facts import Answer
from village_console.announce.release import cancel, reached
from village_console.announce.rows import Announcement, Delivery
from village_console.announce.rules import is_live
from village_console.announce.views import Reach, reach
from village_console.tui.answers import Face
from village_console.tui.cells import Cell, lines, row, spans, within
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import BARS, DIAMOND, RING
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList


def _stands(desk: Desk) -> Usable:
    current = desk.row_list().current if isinstance(desk, AnnouncedPage) and desk.ready else None
    return (
        True
        if current is not None and desk.console_app.station.clock.now() < current.announcement.valid_until
        else None
    )


class AnnouncedPage(Desk):
    """All messages, the newest first."""

    NAME = "announce"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("back", label="Esc"),
        Command("cancel", "x", "x", usable=_stands),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = """
    AnnouncedPage #header { height: 2; }
    AnnouncedPage #messages { height: 1fr; }
    AnnouncedPage #whole { height: 5; }
    """

    def compose_work(self) -> ComposeResult:
        """The messages, and one of them in full."""
        yield Line(id="header")
        yield RowList[Reach](self._row, lambda one: one.announcement.id, id="messages")
        yield Line(id="whole")

    def heading(self) -> tuple[Text, Text]:
        """Where one is."""
        return spans((self.say("announce.sent"), self.console_app.roles.strong)), Text("")

    def resting_face(self) -> Face:
        """That the three counts are three things."""
        if not self.console_app.station.journal.rows.all(Announcement):
            return Face("same", BARS, "同", "－", self.say("announce.none_before"))
        return Face("same", BARS, "同", "＝", self.say("announce.three_states"))

    def paint_work(self) -> None:
        """Paint the list."""
        station, roles = self.console_app.station, self.console_app.roles
        names = ("at", "what", "until", "published", "shown", "answered")
        widths = (8, 24, 10, 12, 12, 9)
        cells = [Cell(self.say(f"announce.column.{name}"), width) for name, width in zip(names, widths, strict=True)]
        head = row(Cell("", 4), *cells, ground=roles.muted, width=self.width)
        self.query_one("#header", Line).set(lines(Text(" ", end=""), head))
        deliveries = station.journal.rows.all(Delivery).values()
        messages = sorted(station.journal.rows.all(Announcement).values(), key=lambda one: one.made_at, reverse=True)
        self.row_list().show(
            [reach(one, len(reached(station.journal, one.audience, one.targets)), deliveries) for one in messages]
        )
        self.paint_current()

    def action_cancel(self) -> None:
        """Ask whether the message is called off."""
        current, app = self.row_list().current, self.console_app
        if current is not None:
            said = self.say("announce.cancel_question", template=self.say(f"template.{current.announcement.template}"))
            face = Face("ask", DIAMOND, "問", "？", said, third=self.say("undo.why_short"))

            def call_off(why: str) -> None:
                """Call it off for this reason."""
                cancel(app.station.journal, current.announcement.id, why)
                self.show(Face("good", RING, "済", "〇", self.say("announce.cancelled")))
                self.paint_work()

            self.ask_why(face, call_off)

    def row_list(self) -> RowList[Reach]:
        """The messages."""
        return cast("RowList[Reach]", self.query_one("#messages"))

    def paint_current(self) -> None:
        """The message under the cursor in full."""
        current, roles = self.row_list().current, self.console_app.roles
        if current is None:
            self.query_one("#whole", Line).set(Text(""))
            return
        one = current.announcement
        rows = [spans((f"    {text}", roles.text)) for text in (one.ja, one.easy, one.en)]
        rows.append(spans((f"    {counts_text(self, current)}", roles.muted)))
        if current.cut:
            rows.append(spans((f"    {self.say('announce.cut', count=current.cut)}", roles.ask.ink)))
        self.query_one("#whole", Line).set(lines(*(within(line, self.width) for line in rows)))

    def _row(self, one: Reach, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, message = self.console_app.roles, one.announcement
        live = is_live(message, self.console_app.station.clock.now())
        until = self.say("announce.called_off") if message.cancelled else f"{message.valid_until:%H:%M}"
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{message.made_at:%H:%M}", 8, roles.muted),
            Cell(self.say(f"template.{message.template}"), 24, roles.strong if live else roles.muted),
            Cell(until, 10, roles.text if live else roles.muted),
            Cell(f"{one.published}/{one.televisions}", 12, roles.text),
            Cell(f"{one.shown}/{one.televisions}", 12, roles.text),
            Cell(str(one.answered.total()), 9, roles.text),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip


def counts_text(desk: Desk, found: Reach) -> str:
    """Published, shown and answered, and what was answered."""
    return desk.say(
        "announce.counts", published=found.published, shown=found.shown, answered=found.answered.total(),
        televisions=found.televisions, safe=found.answered[Answer.SAFE], help=found.answered[Answer.HELP],
        leaving=found.answered[Answer.LEAVING],
    )  # fmt: skip
