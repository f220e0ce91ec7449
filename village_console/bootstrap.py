"""The one place where parts are put together."""

from __future__ import annotations

import gc
import inspect
import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import village_console
from village_console.devices.cards import recognise
from village_console.devices.cards.loopback_slot import LoopbackSlot
from village_console.devices.cards.pcsc import PcscReader
from village_console.devices.ports import Device, Health, PaperSize, ReceiptPrinter
from village_console.devices.printers.escpos import encode
from village_console.devices.printers.network import NetworkPrinter
from village_console.devices.tvs.set_top import SetTop
from village_console.drill_link import DrillLink
from village_console.journal.evidence import export_evidence
from village_console.journal.facts import Catalogue, Fact, Fold
from village_console.journal.journal import Journal
from village_console.journal.key_file import read_or_make_key
from village_console.journal.store import Purpose
from village_console.papers.document import Document
from village_console.register.rows import Resident
from village_console.settings import Settings, endpoint
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.stranded.watch import Watch
from village_console.tui.app import ConsoleApp
from village_console.tui.station import DeviceSigns, Printed, Station
from village_console.viewing.broker_login import BrokerLogin
from village_console.viewing.collector import Collector
from village_console.viewing.facts import Purpose as ViewingPurpose
from village_console.viewing.rows import Consent, Pairing
from village_console.viewing.television_log import TelevisionLog
from village_console.village.clock import Clock
from village_console.village.ids import ShelterId
from village_console.words import Language

FIRST_SIZE = (80, 24)


def catalogue() -> Catalogue:
    """Every fact and fold, found by listing the rooms that have a `facts.py`."""
    kinds: list[type[Fact]] = []
    folds: list[Fold[Any]] = []
    for room in iter_modules(village_console.__path__):
        if not room.ispkg or room.name == "journal" or not _has_facts(room.name):
            continue
        facts = import_module(f"village_console.{room.name}.facts")
        kinds += [
            kind
            for _, kind in inspect.getmembers(facts, inspect.isclass)
            if issubclass(kind, Fact) and kind.__module__ == facts.__name__
        ]
        folds += import_module(f"village_console.{room.name}.rows").FOLDS
    return Catalogue(kinds, folds)


def open_journal(settings: Settings, folder: Path, clock: Clock) -> Journal:
    """Open the journal of a console's folder; raises what `Store` raises."""
    mode = settings.mode
    purpose = Purpose(mode.run_mode.value, mode.world.value, mode.incident)
    return Journal(folder / "journal.db", read_or_make_key(folder / "journal.key"), purpose, catalogue(), clock)


def drill_clock(settings: Settings) -> Clock:
    """The console's clock; in a drill it stands still at the beginning until the drill link drives it."""
    clock = Clock()
    if settings.drill is not None:
        clock.drive(settings.drill.starts_at.timestamp(), clock.monotonic(), 0)
    return clock


def run_desk(settings: Settings, folder: Path, *, headless: bool = False) -> int:
    """Run the console until somebody leaves; returns the exit status."""
    clock = drill_clock(settings)
    journal = open_journal(settings, folder, clock)
    log = TelevisionLog(folder / "televisions.db", read_or_make_key(folder / "journal.key"))
    try:
        app = ConsoleApp(make_station(settings, folder, journal, log, clock))
        gc.freeze()  # a whole village's rows are no garbage: searching them would hold up a tap for a tenth of a second
        status = app.run(headless=headless, size=FIRST_SIZE if headless else None)
        return app.return_code or status or 0
    finally:
        log.close()
        journal.close()


def make_station(settings: Settings, folder: Path, journal: Journal, log: TelevisionLog, clock: Clock) -> Station:
    """Put one console together; nothing is opened but the files."""
    site, mode, devices = settings.site, settings.mode, settings.devices
    printer = endpoint(devices.printer)
    link = endpoint(settings.drill.link) if settings.drill else None
    return Station(
        clock=clock,
        journal=journal,
        reception=ReceptionDesk(journal, Desk(ShelterId(site.shelter), site.console)),
        watch=Watch(journal, site.console, log.heard_at if devices.broker else None),
        place=site.shelter_name,
        title=mode.title,
        run_mode=mode.run_mode,
        world=mode.world,
        make_devices=lambda signs: _devices(settings, journal, log, clock, signs),
        export_evidence=lambda: export_evidence(journal, folder / "evidence.jsonl", _number_of(journal)),
        paper=_Paper(NetworkPrinter(printer, PaperSize(devices.printer_columns, devices.printer_dots)))
        if printer
        else None,
        link=DrillLink(link, clock) if link else None,
        language=_language(settings),
    )


@dataclass(slots=True)
class _Paper:
    """The printer as the screens see it."""

    printer: ReceiptPrinter

    @property
    def columns(self) -> int:
        return self.printer.size.columns

    def health(self) -> Health:
        return self.printer.health()

    def print(self, document: Document) -> Printed:
        job = encode(document)
        return Printed(self.printer.send(job.data, job.lines), job.missing)


def _devices(
    settings: Settings, journal: Journal, log: TelevisionLog, clock: Clock, signs: DeviceSigns
) -> list[Device]:
    found: list[Device] = []
    if slot := endpoint(settings.devices.card_slot):
        found.append(LoopbackSlot(slot, recognise.read, signs.on_tap, signs.on_health))
    if settings.devices.pcsc:
        found.append(PcscReader(recognise.read, signs.on_tap, signs.on_health))
    if broker := endpoint(settings.devices.broker):
        collector = Collector(broker, settings.console_name, SetTop(), log, clock, signs.on_health)
        collector.log_in(broker_login(settings))
        collector.may_keep = _ConsentedDevices(journal)
        found.append(collector)
    return found


def broker_login(settings: Settings) -> BrokerLogin:
    """Who this console is at its broker."""
    devices = settings.devices
    return BrokerLogin(
        devices.broker_user, devices.broker_password, Path(devices.broker_ca) if devices.broker_ca else None
    )


class _ConsentedDevices:
    """Whether a device's log may be kept; nothing is stored of a television whose household has not agreed."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: tuple[tuple[int, int], frozenset[str]] | None = None

    def __call__(self, device: str) -> bool:
        rows = self._journal.rows
        version = (rows.version(Pairing), rows.version(Consent))
        if self._known is None or self._known[0] != version:
            consents = rows.all(Consent)
            agreed = {name for name, consent in consents.items() if ViewingPurpose.DISASTER in consent.purposes}
            self._known = (version, frozenset(p.device for p in rows.all(Pairing).values() if p.television in agreed))
        return device in self._known[1]


def _number_of(journal: Journal) -> Any:
    def number(subject: str) -> str | None:
        resident = journal.rows.one(Resident, subject)
        return resident.number if resident else None

    return number


def _has_facts(room: str) -> bool:
    return any((Path(path) / room / "facts.py").exists() for path in village_console.__path__)


def _language(settings: Settings) -> Language:
    """As the settings say; a Linux text console has no kanji and begins in English."""
    return Language.ENGLISH if os.environ.get("TERM") == "linux" else Language(settings.language)
