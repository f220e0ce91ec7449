"""お知らせ: a message to televisions, chosen by digits, seen in three languages before it goes, counted in three states."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.announce.facts import Audience
from village_console.announce.release import Wish, reached, release
from village_console.announce.rows import Announcement, Delivery
from village_console.announce.rules import Refused, on_screen
from village_console.announce.templates import for_level
from village_console.announce.views import Reach, reach
from village_console.papers.document import padded_to, wrapped
from village_console.tui.announce_desk import BEGINS, EVERY, LIVES, Making, after
from village_console.tui.answers import Face
from village_console.tui.cells import lines, spans, within
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import key_cell
from village_console.tui.screens.announced import AnnouncedPage, counts_text
from village_console.tui.screens.area import AreaPage
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.note import NotePage
from village_console.tui.shapes import CROSS, DIAMOND, RING
from village_console.tui.widgets.line import Line
from village_console.village.ids import HouseholdId
from village_console.village.run_mode import RunMode

PREVIEWS = ("ja", "easy", "en")


def _may_type(desk: Desk) -> Usable:
    return True if isinstance(desk, AnnounceScreen) and desk.making.template.note else None


class AnnounceScreen(Desk):
    """The desk of messages."""

    NAME = "announce"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("answer", label="Enter"),
        Command("choose", digits="123456"),
        Command("note", "n", "n", usable=_may_type),
        Command("announced", "l", "l"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "AnnounceScreen #page { height: 1fr; }"

    def __init__(self) -> None:
        """Begin with what the level in force asks for."""
        super().__init__()
        self.making = Making()
        self._touched = False

    def compose_work(self) -> ComposeResult:
        """One page."""
        yield Line(id="page")

    def aim(self, homes: tuple[HouseholdId, ...]) -> None:
        """Begin a message to these homes, each by its own name."""
        self.making.audience, self.making.homes = Audience.BY_NAME, homes
        self.repaint()

    def resting_face(self) -> Face:
        """Nothing has gone yet; in a drill the mark is told of."""
        real = self.console_app.station.run_mode is RunMode.REAL
        return Face("ask", DIAMOND, "問", "？", self.say("announce.not_sent" if real else "announce.not_sent_drill"))

    def paint_work(self) -> None:
        """Paint the choices, the preview in three languages, and what became of the last message."""
        self._begin()
        roles, making = self.console_app.roles, self.making
        wish = self._wish()
        televisions = len(reached(self.console_app.station.journal, wish.audience, wish.targets))
        choices = (
            self._audience(),
            self.say(f"template.{making.template.name}"),
            making.place,
            self.say("announce.until", at=f"{wish.valid_until:%H:%M}"),
            self.say("announce.every", minutes=making.every) if making.every else self.say("announce.once"),
            self.say("announce.starts", at=f"{wish.starts_at:%H:%M}")
            if making.begins
            else self.say("announce.at_once"),
        )
        rows: list[Text] = []
        for n, said in enumerate(choices, start=1):
            rows.append(
                spans(("  ", roles.text), key_cell(self, f"choose({n})", f" {n} "),
                      (f"{self.say(f'announce.choice.{n}')}  ", roles.muted), (said, roles.strong))
            )  # fmt: skip
        rows += [
            spans((f"     {self.say('announce.televisions', count=televisions)}", roles.text)),
            spans((f"  {self.say('announce.preview')}", roles.muted)),
            *self._preview(wish),
            spans((f"  {self.say('announce.never')}", roles.muted)),
            self._last(),
        ]
        self.query_one("#page", Line).set(lines(*(within(line, self.width) for line in rows)))

    def action_choose(self, n: int) -> None:
        """Change what the digit stands before."""
        making = self.making
        self._touched = True
        if n == 1:
            self._turn_audience()
        elif n == 2:
            making.turn_template()
        elif n == 3:
            places = [place.name for place in self.console_app.station.reception.desk.shelters.values()]
            making.place = after(making.place, places or [making.place])
        elif n == 4:
            making.lives = after(making.lives, LIVES)
        elif n == 5:
            making.every = after(making.every, EVERY)
        else:
            making.begins = after(making.begins, BEGINS)
        self.repaint()

    def action_note(self) -> None:
        """Type the line of the office."""
        self.console_app.push_screen(NotePage(self.making.note, self._take_note))

    def action_announced(self) -> None:
        """The messages that were released, and what became of each."""
        self.console_app.push_screen(AnnouncedPage())

    def enter(self) -> None:
        """Name audience and count once more; Enter releases it."""
        wish = self._wish()
        count = len(reached(self.console_app.station.journal, wish.audience, wish.targets))
        said = self.say("announce.question", template=self.say(f"template.{wish.template.name}"), count=count)
        self.ask(
            Face("ask", DIAMOND, "問", "？", said, third=self.say("stranded.enter_or_leave")),
            lambda: self._release(wish),
        )

    def _release(self, wish: Wish) -> None:
        app = self.console_app
        if not app.live.operators.may("release"):
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say("operators.not_allowed")))
            return
        made = release(app.station.journal, wish, app.station.reception.desk.console)
        if isinstance(made, Refused):
            self.show(Face("stop", CROSS, "止", "Ｘ", self.say(f"announce.refused.{made}")))
        else:
            self.show(Face("good", RING, "済", "〇", self.say("announce.released")))
            self.making.note = ""
        self.refresh_view()

    def _begin(self) -> None:
        app, making = self.console_app, self.making
        if not self._touched:
            level = int(app.board.order.level.value) if app.board else 0
            making.template = for_level(level) or making.template
        making.place = making.place or app.station.place

    def _wish(self) -> Wish:
        return self.making.wish(self.console_app.station.clock.now())

    def _turn_audience(self) -> None:
        app, making = self.console_app, self.making
        making.audience = after(making.audience, list(Audience))
        if making.audience is Audience.SETTLEMENTS:
            page = AreaPage(self.say("announce.which"), self.say("announce.none"), making.settlements, self._take_area)
            app.push_screen(page)
        elif making.audience is Audience.HOUSEHOLDS:
            rows = (*app.board.stranded, *app.board.cannot_tell) if app.board else ()
            making.homes = tuple(row.household.id for row in rows)

    def _take_area(self, settlements: tuple[str, ...]) -> None:
        self.making.settlements = settlements
        self.repaint()

    def _take_note(self, note: str) -> None:
        self.making.note = note
        self.repaint()

    def _audience(self) -> str:
        making = self.making
        if making.audience is Audience.SETTLEMENTS:
            return self.say("list.comma").join(making.settlements) or self.say("announce.none")
        return self.say(f"announce.audience.{making.audience}", count=len(making.homes))

    def _preview(self, wish: Wish) -> list[Text]:
        app = self.console_app
        first = next(iter(self.making.homes), None) if wish.audience is Audience.BY_NAME else None
        home = app.station.watch.household(first) if first else None
        drill = app.station.run_mode is not RunMode.REAL
        texts = on_screen(wish.texts, home.head.name if home else "", drill=drill)
        parts = [part for name in PREVIEWS for part in wrapped(getattr(texts, name), self.width - 12)]
        rows = [spans((f"    [ {padded_to(part, self.width - 12)} ]", app.roles.text)) for part in parts]
        if wish.template.asks:
            rows.append(spans((f"    [ {self.say('announce.remote')} ]", app.roles.muted)))
        return rows

    def _last(self) -> Text:
        found = last_reach(self)
        roles = self.console_app.roles
        if found is None:
            return spans((f"  {self.say('announce.none_before')}", roles.muted))
        at = f"{found.announcement.made_at:%H:%M}"
        return spans((f"  {self.say('announce.last', at=at)}  ", roles.muted), (counts_text(self, found), roles.strong))


def last_reach(desk: Desk) -> Reach | None:
    """What became of the newest message."""
    rows = desk.console_app.station.journal.rows
    newest = max(rows.all(Announcement).values(), key=lambda one: one.made_at, default=None)
    if newest is None:
        return None
    televisions = len(reached(desk.console_app.station.journal, newest.audience, newest.targets))
    return reach(newest, televisions, rows.all(Delivery).values())
