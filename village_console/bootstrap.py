"""The one place where parts are put together."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from village_console.a4_desk import make_a4_desk
from village_console.announce import replies
from village_console.announce.announcer import Announcer
from village_console.announce.facts import Answer
from village_console.devices.cards import recognise
from village_console.devices.cards.loopback_slot import LoopbackSlot
from village_console.devices.cards.pcsc import PcscReader
from village_console.devices.cards.question import CardDesk, CardQuestion
from village_console.devices.cards.staff_card import (
    Asked,
    Refusal,
    Refused,
    Signer,
    card_on_reader,
    card_on_slot,
    sign_in,
)
from village_console.devices.cards.transport import CardGoneError
from village_console.devices.ports import Device, Health, ReceiptPrinter, Ticket
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.devices.tvs import knows_of
from village_console.disk_watch import DiskWatch
from village_console.drill_link import DrillLink
from village_console.journal.evidence import export_evidence
from village_console.journal.journal import Journal
from village_console.journal.keys.ring import TELEVISIONS, Ring, unattended
from village_console.journal.keys.screen_lock import ScreenLock
from village_console.journal.past import PastJournal
from village_console.needs.codes import own_list
from village_console.needs.desk import NeedsDesk
from village_console.operators.sign_in import Operators
from village_console.papers.document import Document
from village_console.places import needs_of, printer_record, shelters_of
from village_console.records import drill_clock, open_journal
from village_console.register.rows import Resident
from village_console.settings import Devices, Settings, endpoint
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.stranded.facts import Means, Said
from village_console.stranded.visits import word_heard
from village_console.stranded.watch import Watch
from village_console.sync.desk import SyncDesk
from village_console.sync.lan import Lan
from village_console.sync.own import Place as ConsolePlace
from village_console.tui.app import ConsoleApp
from village_console.tui.station import DeviceSigns, Head, Printed, Station
from village_console.viewing.broker_login import broker_login
from village_console.viewing.consented import ConsentedDevices
from village_console.viewing.enrol import Enrolment
from village_console.viewing.television_log import TelevisionLog, open_log
from village_console.viewing.television_readings import TelevisionReadings
from village_console.village.clock import Clock
from village_console.village.ids import ShelterId
from village_console.village.run_mode import RunMode
from village_console.village.timing import mark
from village_console.words import Language

if TYPE_CHECKING:
    from village_console.viewing.speaker import MqttSpeaker

FIRST_SIZE = (80, 24)
WAIT_FOR_CARD = 30.0
"""Seconds that a staff card is waited for."""
T = TypeVar("T")


def run_desk(settings: Settings, folder: Path, ring: Ring | None = None, *, headless: bool = False) -> int:
    """Run the console until somebody leaves; returns the exit status. `ring`: what a person has unlocked."""
    clock = drill_clock(settings)
    head = Head(clock, settings.mode.title, settings.mode.run_mode, _language(settings))
    with ExitStack() as opened:

        def opening() -> Station:
            """Open the records as the settings say."""
            station = _open_station(settings, folder, ring or unattended(folder), clock, opened)
            if headless:
                station.lock = None
            return station

        app = ConsoleApp(head, opening)
        status = app.run(headless=headless, size=FIRST_SIZE if headless else None)
        if app.broken is not None:
            raise app.broken
        return app.return_code or status or 0


def _open_station(settings: Settings, folder: Path, ring: Ring, clock: Clock, opened: ExitStack) -> Station:
    """Open the records and put the console together; `opened` closes what was opened."""
    journal = open_journal(settings, folder, clock, ring)
    opened.callback(journal.close)
    log = open_log(folder / TELEVISIONS, ring.key_for(folder / TELEVISIONS))
    opened.callback(log.close)
    station = make_station(settings, folder, journal, log, clock)
    _watch_disk(station, ring.key_for(journal.path), has_ballast=settings.drill is None)
    gc.freeze()  # a whole village's rows are no garbage: searching them would hold up a tap for a tenth of a second
    mark("journal")
    return station


def make_station(settings: Settings, folder: Path, journal: Journal, log: TelevisionReadings, clock: Clock) -> Station:
    """Put one console together; nothing is opened but the files."""
    site, mode, devices = settings.site, settings.mode, settings.devices
    link = endpoint(settings.drill.link) if settings.drill else None
    desk = Desk(ShelterId(site.shelter), site.console, shelters_of(site.municipality), devices.token_ground)
    reception = ReceptionDesk(journal, desk)
    watch = Watch(journal, site.console, log.heard_at if devices.broker else None)
    asked = CardQuestion()
    sync = _sync_desk(settings, folder, journal)

    def at(moment: datetime) -> Station:
        """The same rooms over what was known then."""
        past = PastJournal(journal, moment)
        return make_station(settings, folder, past, log, past.clock)

    return Station(
        clock=clock,
        journal=journal,
        reception=reception,
        watch=watch,
        operators=Operators(journal, desk),
        needs=NeedsDesk(journal, desk, own_list(needs_of(site.municipality))),
        place=site.shelter_name,
        title=mode.title,
        run_mode=mode.run_mode,
        world=mode.world,
        make_devices=lambda signs: [
            *_devices(settings, journal, log, clock, signs, asked),
            *([sync.lan] if sync.lan else []),
        ],
        export_evidence=lambda: export_evidence(journal, folder / "evidence.jsonl", _number_of(journal)),
        sync=sync,
        enrolment=Enrolment(journal, site.municipality, site.console, log, knows_of),
        paper=_paper(devices, folder),
        a4=make_a4_desk(settings, folder, journal, reception, watch.board),
        scanner=devices.scanner,
        own_card=CardDesk(asked, mode.world, Path(devices.card_ca) if devices.card_ca else None, clock)
        if devices.card_slot or devices.pcsc
        else None,
        at=at,
        lock=ScreenLock(folder, settings.screen.lock_minutes) if settings.drill is None else None,
        link=DrillLink(link, clock) if link else None,
        language=_language(settings),
    )


@dataclass(slots=True)
class _Paper:
    """The printer as the screens see it."""

    printer: ReceiptPrinter

    @property
    def columns(self) -> int:
        """Half-width columns of its paper."""
        return self.printer.record.columns

    def health(self) -> Health:
        """Ask the printer."""
        return self.printer.health()

    def lacking(self, pages: Sequence[Document]) -> tuple[str, ...]:
        """What no font here has as it is written."""
        return tuple(dict.fromkeys(c for page in pages for c in encode(page, self.printer.record).missing))

    def print(self, document: Document, ticket: Ticket) -> Printed:
        """Send it and wait."""
        job = encode(document, self.printer.record)
        return Printed(self.printer.send(job.data, job.lines, ticket), job.missing)


def _paper(devices: Devices, folder: Path) -> _Paper | None:
    if not devices.printer:
        return None
    return _Paper(EscposPrinter(devices.printer, printer_record(devices.printer_record, folder)))


def _sync_desk(settings: Settings, folder: Path, journal: Journal) -> SyncDesk:
    """What a drill with its simulator writes stays on this laptop; everybody else may meet others."""
    place = ConsolePlace(settings.site.console, settings.site.shelter, settings.site.shelter_name)
    lan = Lan(journal, place, folder, settings.sync) if settings.drill is None else None
    return SyncDesk(journal, place, Path(settings.sync.stick) if settings.sync.stick else None, lan)


def _devices(
    settings: Settings, journal: Journal, log: TelevisionReadings, clock: Clock, signs: DeviceSigns, asked: CardQuestion
) -> list[Device]:
    found: list[Device] = []
    if slot := endpoint(settings.devices.card_slot):
        found.append(LoopbackSlot(slot, recognise.read, signs.on_tap, signs.on_health, asked))
    if settings.devices.pcsc:
        found.append(PcscReader(recognise.read, signs.on_tap, signs.on_health, asked=asked))
    if broker := endpoint(settings.devices.broker):
        found.append(make_speaker(settings, broker, journal, log))
        if isinstance(log, TelevisionLog):
            from village_console.collect import make_collector  # noqa: PLC0415 -- slow import

            found.append(
                make_collector(broker, settings, log, clock, signs.on_health, ConsentedDevices(journal.rows, clock))
            )
        else:
            from village_console.viewing.other_collector import OtherCollector  # noqa: PLC0415 -- slow import

            found.append(OtherCollector(log, clock, signs.on_health))
    return found


_SAID = {Answer.SAFE: Said.SAFE, Answer.HELP: Said.NEEDS_HELP, Answer.LEAVING: Said.LEAVING}


def make_speaker(settings: Settings, broker: tuple[str, int], journal: Journal, log: TelevisionReadings) -> MqttSpeaker:
    """What brings messages to televisions; an answer is evidence of the watch over those who may be stranded."""
    from village_console.viewing.speaker import MqttSpeaker  # noqa: PLC0415 -- slow import

    speaker = MqttSpeaker(broker, settings.console_name, broker_login(settings), replies.TOPICS)
    announcer = Announcer(
        journal, speaker, lambda home, answer: word_heard(home, Means.TELEVISION, _SAID[answer]), log.source_of,
        drill=settings.mode.run_mode is not RunMode.REAL,
    )  # fmt: skip
    speaker.on_message, speaker.on_tick = announcer.on_message, announcer.tick
    return speaker


def _watch_disk(station: Station, key: bytes, *, has_ballast: bool) -> None:
    make_others, path = station.make_devices, station.journal.path
    station.make_devices = lambda signs: [
        *make_others(signs), DiskWatch(path, key, signs.on_health, has_ballast=has_ballast),
    ]  # fmt: skip


def use_staff_card(settings: Settings, asked: Asked, use: Callable[[Signer], T]) -> T | Refused:
    """Let the next card on the reader sign, and take the power from it afterwards; raises PortIsTakenError."""
    slot = endpoint(settings.devices.card_slot)
    if slot is None and not settings.devices.pcsc:
        return Refused(Refusal.NO_READER)
    asked.lay()
    try:
        with card_on_slot(slot, WAIT_FOR_CARD) if slot else card_on_reader(WAIT_FOR_CARD) as card:
            if card is None:
                return Refused(Refusal.NO_CARD)
            signer = sign_in(card, settings.mode.world, asked)
            return signer if isinstance(signer, Refused) else use(signer)
    except CardGoneError:
        return Refused(Refusal.GONE)


def _number_of(journal: Journal) -> Any:
    def number(subject: str) -> str | None:
        """The register's number of a resident."""
        resident = journal.rows.one(Resident, subject)
        return resident.number if resident else None

    return number


def _language(settings: Settings) -> Language:
    """As the settings say; a Linux text console has no kanji and begins in English."""
    return Language.ENGLISH if os.environ.get("TERM") == "linux" else Language(settings.language)
