"""The app: takes what devices and people do, asks the rooms, shows the answer. Facts are on disk before anything is shown."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar, cast

from textual import events, work
from textual.app import App
from textual.css.query import NoMatches
from textual.screen import Screen

from village_console.devices.ports import Health, Part, Tap
from village_console.ended_part import hear_threads
from village_console.shelter.reception import Answer
from village_console.stranded.views import Board
from village_console.tui import drill_desk
from village_console.tui.alarms import Alarms
from village_console.tui.answers import Bell, Face, face_of
from village_console.tui.beat import Beat
from village_console.tui.beginning import begin
from village_console.tui.crash import crash_text
from village_console.tui.gathering import Gathering
from village_console.tui.key_guard import KeyGuard
from village_console.tui.messages import CardAnswered, FactsChanged, HealthChanged, PartEnded, Tapped
from village_console.tui.pages import Pages
from village_console.tui.past import Past
from village_console.tui.printing import Printing
from village_console.tui.scanner import Scanner
from village_console.tui.screens.announce import AnnounceScreen
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.needs import NeedsScreen
from village_console.tui.screens.opening import OpeningScreen
from village_console.tui.screens.reception import ReceptionScreen
from village_console.tui.screens.roster import RosterScreen
from village_console.tui.screens.stranded import StrandedScreen
from village_console.tui.shapes import CROSS, DIAMOND
from village_console.tui.station import Head, Signs, Station
from village_console.tui.syncing import Syncing
from village_console.tui.taps import take_card, take_tap
from village_console.tui.theme import ALL, textual_theme
from village_console.village.errors import DiskIsFullError, PartHasEndedError, VillageError
from village_console.village.timing import mark
from village_console.words import Language, Words

AFTER_THE_DESK = 0.02
"""Seconds in which the desk is painted before devices start."""


class ConsoleApp(App[int]):
    """village_console on a terminal."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "village_console"
    SCREENS: ClassVar[dict[str, Callable[[], Screen[Any]]]] = {
        "reception": ReceptionScreen,
        "stranded": StrandedScreen,
        "roster": RosterScreen,
        "needs": NeedsScreen,
        "announce": AnnounceScreen,
    }
    BINDINGS: ClassVar = [("ctrl+c", "interrupted", "")]

    def __init__(self, head: Head, opening: Callable[[], Station]) -> None:
        """Nothing is opened before the first paint; `opening` then opens the records, in a thread of its own."""
        super().__init__()
        self.head = head
        self._opening = opening
        self._station: Station | None = None
        self.broken: VillageError | None = None
        """Why the records could not be opened."""
        self.words = Words(head.language)
        self.roles = ALL[0]
        self.signs = Signs()
        self.board: Board | None = None
        self.person_typed_at = float("-inf")
        self.pages = Pages(self)
        self.past = Past(self)
        self.gathering = Gathering(self)
        self.alarms = Alarms(self)
        self.printing = Printing(self)
        self.syncing = Syncing(self)
        self._guard = KeyGuard(head.clock.monotonic)
        self._scanner = Scanner(self, self._hear)
        self._beat = Beat(self)
        self._said_composition = False
        self._hear_no_threads: Callable[[], None] = lambda: None
        self._act_before: Answer | None = None
        self.telling: set[asyncio.Future[None]] = set()
        """What is about to be told to the drill, once it has been painted."""
        self.board_told: list[dict[str, Any]] | None = None
        for roles in ALL:
            self.register_theme(textual_theme(roles))

    def on_mount(self) -> None:
        """First paint, then records, then devices."""
        self.theme = self.roles.name
        self._hear_no_threads = hear_threads(self.on_ended)
        if self._station is None:
            self.push_screen(OpeningScreen(self.head, self.roles, self.words))
            self.call_after_refresh(self._painted)
        else:
            self.push_screen("reception")
            self._stand(self._station)

    @classmethod
    def on(cls, station: Station) -> ConsoleApp:
        """A console whose records are open already."""
        app = cls(Head(station.clock, station.title, station.run_mode, station.language), lambda: station)
        app._station = station
        return app

    @property
    def live(self) -> Station:
        """The rooms and devices as they are now; there are none before the records are open."""
        assert self._station is not None  # noqa: S101 -- no desk is in front before
        return self._station

    @property
    def station(self) -> Station:
        """What the screens show: now, or a past moment."""
        return self.past.station or self.live

    @property
    def stands(self) -> bool:
        """Whether the records are open."""
        return self._station is not None

    def _painted(self) -> None:
        mark("first_paint")
        self._open()

    @work(thread=True, exit_on_error=True)
    def _open(self) -> None:
        try:
            station = self._opening()
        except VillageError as error:
            self.broken = error
            self.call_from_thread(self.exit, 1)
        else:
            self.call_from_thread(self._opened, station)

    def _opened(self, station: Station) -> None:
        self._station = station
        self.switch_screen("reception")  # pyright: ignore[reportUnknownMemberType]
        self._stand(station)

    def _stand(self, station: Station) -> None:
        """From here on the desks work."""
        self._act_before = next(iter(station.reception.acts), None)
        self._beat.begin()
        self.set_timer(
            AFTER_THE_DESK, self._begin
        )  # what waits for a refresh is forgotten when a page comes over the desk

    @property
    def desk(self) -> Desk:
        """The screen in front."""
        return cast("Desk", self.screen)

    async def on_event(self, event: events.Event) -> None:
        """Remember when a person last typed: the drill's own person then keeps away. Hold back what is no command."""
        if isinstance(event, events.Key) and not self.screen_stack:
            return  # the app is closing
        if type(event) is events.Key:
            self.person_typed_at = self.head.clock.monotonic()
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._scanner.take(event)
        else:
            await super().on_event(event)

    async def _hear(self, event: events.Key) -> None:
        """A key that somebody typed."""
        if not self._swallows(event):
            await super().on_event(event)

    def _swallows(self, event: events.Key) -> bool:
        desk = self.screen
        return isinstance(desk, Desk) and (desk.takes_digit(event.character) or self._guard.swallows(desk, event))

    def on_tap(self, tap: Tap) -> None:
        """From the reader's thread."""
        self.post_message(Tapped(tap))

    def on_health(self, part: Part, health: Health, count: int) -> None:
        """From any device's thread."""
        self.post_message(HealthChanged(part, health, count))

    def on_ended(self, error: PartHasEndedError) -> None:
        """From the thread itself, which ends for what is wrong in it."""
        self.post_message(PartEnded(error))

    def on_tapped(self, message: Tapped) -> None:
        """Receive, then show: the fact is on disk first."""
        take_tap(self, message.tap)

    def on_card_answered(self, message: CardAnswered) -> None:
        """To the page that asked."""
        take_card(self, message)

    async def run_action(self, *arguments: Any, **options: Any) -> bool:
        """Do what a key stands for; what breaks on the way is a sentence, and the desk goes on."""
        if self.stands and not self.live.operators.may(str(arguments[0]).partition("(")[0]):
            self.say_in_band("stop", CROSS, "止", "Ｘ", "operators.not_allowed")
            return False
        try:
            return await super().run_action(*arguments, **options)
        except VillageError as error:
            self.say_broken(error)
            return False

    def on_health_changed(self, message: HealthChanged) -> None:
        """Keep the word on a device."""
        before = self.signs.health.get(message.part)
        self.signs.take(message.part, message.health, message.count, self.live.clock.epoch())
        if self.screen_stack and (before is None or before[0] is not message.health):
            with suppress(NoMatches):  # a screen that is being taken away has lost rows already
                self.desk.repaint()

    def on_part_ended(self, message: PartEnded) -> None:
        """What runs beside the desk is wrong: a word that stays, and the desk goes on."""
        self.on_health(Part.PROGRAM, Health.FAULT, 0)
        if self.stands:
            self.say_broken(message.error, "{kind} {place}".format(**message.error.values))

    def on_facts_changed(self, _message: FactsChanged) -> None:
        """The beat repaints."""
        self._beat.facts_changed()

    def attempt(self, act: Callable[[], Answer]) -> None:
        """Act and show the answer; a breakage is a sentence, and the desk goes on."""
        try:
            self.give(act())
        except VillageError as error:
            self.say_broken(error)

    def give(self, answer: Answer) -> None:
        """Show an answer in front and tell the drill what was painted."""
        desk = self.desk
        desk.take_answer(answer)
        drill_desk.tell_when_painted(self, lambda: drill_desk.tell_verdict(self, answer))

    def show_at_reception(self, answer: Answer) -> None:
        """Show an answer at the reception desk, whatever is in front."""
        self.go("reception")
        self.desk.take_answer(answer)

    def face(self, answer: Answer, *, asking_undo: bool = False) -> Face:
        """How an answer looks."""
        return face_of(answer, self.words, asking_undo=asking_undo)

    def go(self, name: str) -> None:
        """Bring a desk to the front; pages above it are closed. Nothing comes to the front of a hidden screen."""
        if self.pages.hidden:
            return
        self.pages.close()
        if name != self.desk.NAME:
            self.switch_screen(name)  # pyright: ignore[reportUnknownMemberType]

    def change_language(self) -> None:
        """Japanese and English, live."""
        other = Language.ENGLISH if self.words.language is Language.JAPANESE else Language.JAPANESE
        self.words = Words(other)
        self._everywhere()

    def change_colours(self) -> None:
        """Dark, light, monochrome, live."""
        self.roles = ALL[(ALL.index(self.roles) + 1) % len(ALL)]
        self.theme = self.roles.name
        self._everywhere()

    def ring(self, bell: Bell) -> None:
        """Ring by count; the fact is on disk before."""
        times, pause = bell.value
        for n in range(times):
            self.set_timer(pause + n * 0.18 + 0.001, self.bell)

    def note_composition(self, desk: Desk) -> None:
        """Say once that an input method is swallowing letters."""
        if not self._said_composition:
            self._said_composition = True
            desk.show(Face("ask", DIAMOND, "問", "？", self.words.say("composition.on")))

    def refresh_board(self) -> None:
        """Compute the board and tell the drill when it has changed."""
        self.board = self.station.watch.board()
        if self.past.at is None:
            drill_desk.tell_board(self)

    def refresh_everything(self) -> None:
        """Compute and paint again what the screens show."""
        self.refresh_board()
        self._everywhere()

    async def _begin(self) -> None:
        self._beat.devices = await begin(self, self._act_before)

    async def action_interrupted(self) -> None:
        """Ctrl-C: nothing is lost, every fact is on disk."""
        self.quit()

    def quit(self) -> None:
        """Leave."""
        self.exit(0)

    async def on_unmount(self) -> None:
        """Close what was opened."""
        for device in self._beat.devices:
            await asyncio.to_thread(device.stop)
        if self._station is not None and self._station.link is not None:
            await self._station.link.close()
        self._hear_no_threads()

    def _fatal_error(self) -> None:
        """Textual would print the values at hand, which are people's names, on whatever shows this terminal."""
        self.panic(crash_text(sys.exception(), self.words))

    def say_broken(self, error: VillageError, where: str = "") -> None:
        """A breakage in the band: what was not done, and what to do."""
        what, do = self.words.explain(error.code, error.values)
        self.desk.show(
            Face("stop", CROSS, "止", "Ｘ", what, aside=f"{error.code}  {where}".rstrip(), third=do, bell=Bell.STOP)
        )
        if isinstance(error, DiskIsFullError):
            self.on_health(Part.DISK, Health.FAULT, 0)

    def say_in_band(
        self, tone: str, shape: tuple[str, ...], mark: str, sign: str, key: str, /, **values: object
    ) -> None:
        """Show a sentence in the band of the desk in front."""
        self.desk.show(Face(tone, shape, mark, sign, self.words.say(key, **values)))

    def _everywhere(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Desk):
                screen.last_face = None
                screen.repaint()
