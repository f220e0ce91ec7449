"""What the screens work with: put together by bootstrap, handed to the app whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from village_console.devices.ports import CodeB, Device, Health, OnAnswer, Part, Pin, PrintReport, Tap, Ticket, Wish
from village_console.drill_link import DrillLink
from village_console.journal.journal import Journal
from village_console.journal.keys.screen_lock import ScreenLock
from village_console.needs.desk import NeedsDesk
from village_console.operators.sign_in import Operators
from village_console.papers.document import Document
from village_console.paperwork.desk import A4Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.stranded.watch import Watch
from village_console.sync.desk import SyncDesk
from village_console.viewing.enrol import Enrolment
from village_console.village.clock import Clock
from village_console.village.run_mode import RunMode, World
from village_console.words import Language


@dataclass(frozen=True, slots=True)
class Printed:
    """What came of a paper."""

    report: PrintReport
    missing: tuple[str, ...]
    """Clusters that could not be printed as written."""


class PaperDesk(Protocol):
    """The printer as the screens see it."""

    @property
    def columns(self) -> int:
        """Half-width columns of a line."""
        ...

    def health(self) -> Health:
        """How the printer is; may take a second."""
        ...

    def lacking(self, pages: Sequence[Document]) -> tuple[str, ...]:
        """Clusters that would be printed as 〓; may read fonts."""
        ...

    def print(self, document: Document, ticket: Ticket) -> Printed:
        """Print and wait; may take long."""
        ...


class OwnCard(Protocol):
    """A person's own card, as the screens ask it: each answer comes once, from the reader's thread."""

    def ask_tries(self, wish: Wish, on_answer: OnAnswer) -> None:
        """How often the secret of a wish may still be wrong; costs none."""
        ...

    def ask_face(self, secret: Pin | CodeB, on_answer: OnAnswer, *, dares_last_try: bool) -> None:
        """Show a secret once and read the front of the card."""
        ...

    def ask_proof(self, pin: Pin, on_answer: OnAnswer, *, dares_last_try: bool) -> None:
        """Show the PIN once and let the card sign."""
        ...

    def withdraw(self) -> None:
        """Ask nothing more."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a console before its records are opened: enough for the first paint."""

    clock: Clock
    title: str
    run_mode: RunMode
    language: Language = Language.JAPANESE


@dataclass(slots=True)
class Station:
    """One console: its rooms, its devices, its place."""

    clock: Clock
    journal: Journal
    reception: ReceptionDesk
    watch: Watch
    needs: NeedsDesk
    operators: Operators
    place: str
    """Name of the shelter."""
    title: str
    """What the banner says beside the run mode."""
    run_mode: RunMode
    world: World
    make_devices: Callable[[DeviceSigns], list[Device]]
    """Opens nothing: the app starts them after its first paint."""
    export_evidence: Callable[[], int]
    enrolment: Enrolment
    sync: SyncDesk
    at: Callable[[datetime], Station]
    """The same rooms over the journal as it was known at a past moment; folds it anew, so not in the app's thread."""
    lock: ScreenLock | None = None
    """None: this screen is never locked."""
    paper: PaperDesk | None = None
    a4: A4Desk | None = None
    scanner: bool = False
    """Whether a scanner may type: keys that may begin a code then wait for 50 ms."""
    own_card: OwnCard | None = None
    """None: nothing that reads cards is set up."""
    link: DrillLink | None = None
    language: Language = Language.JAPANESE


class DeviceSigns(Protocol):
    """Where devices report, from any thread."""

    def on_tap(self, tap: Tap) -> None:
        """A card was on the reader."""
        ...

    def on_health(self, part: Part, health: Health, count: int) -> None:
        """A device is well, or not."""
        ...


@dataclass(slots=True)
class Signs:
    """How every device is, and since when."""

    health: dict[Part, tuple[Health, int, float]] = field(default_factory=dict[Part, tuple[Health, int, float]])
    """Part -> how it is, a count, and the epoch since which it has been so."""

    def take(self, part: Part, health: Health, count: int, epoch: float) -> None:
        """Keep the moment at which the state began."""
        before = self.health.get(part)
        since = before[2] if before and before[0] is health else epoch
        self.health[part] = (health, count, since)
