"""What is plugged in: cards, televisions, printer. Nothing configured is not an error."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from village_console.devices.ports import Health
from village_console.devices.printers.receipt_printer import EscposPrinter
from village_console.doctor.finding import Finding, State, broken
from village_console.journal import key_file
from village_console.journal.keys.ring import TELEVISIONS, unattended
from village_console.journal.sqlcipher import EngineError, open_encrypted
from village_console.places import printer_record
from village_console.settings import Settings, endpoint
from village_console.viewing.broker_login import broker_login
from village_console.viewing.heartbeat import Echo, doctor_of, hear_own_heartbeat, heartbeat_topic
from village_console.viewing.television_readings import TelevisionReadings
from village_console.village.errors import VillageError

WORST = 3
"""Televisions that are named, of all that lost something."""
PCSCD = Path("/run/pcscd/pcscd.comm")
_ECHOES = {
    Echo.HEARD: (State.FINE, "nothing"),
    Echo.SILENT: (State.MEND, "look_rights"),
    Echo.DENIED: (State.MEND, "give_rights"),
    Echo.REFUSED: (State.MEND, "give_password"),
    Echo.NO_ANSWER: (State.MEND, "start_broker"),
}
_PRINTERS = {
    Health.READY: (State.FINE, "nothing"),
    Health.NEAR_END: (State.LOOK, "load_paper"),
    Health.PAPER_OUT: (State.MEND, "load_paper"),
    Health.COVER_OPEN: (State.MEND, "close_cover"),
    Health.NO_ANSWER: (State.UNKNOWN, "look_printer"),
    Health.ONE_WAY: (State.UNKNOWN, "look_paper"),
    Health.NO_DRIVER: (State.MEND, "get_libusb"),
    Health.NOT_ALLOWED: (State.MEND, "join_lp"),
}


def cards(known: Settings, service: Path = PCSCD) -> Finding:
    """Whether cards can come: by the slot for simulated ones, else by the machine's PC/SC service."""
    if slot := endpoint(known.devices.card_slot):
        return _slot(slot, known.devices.card_slot)
    if not known.devices.pcsc:
        return Finding("cards", State.LOOK, "cards_none", "set_pcsc")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        if wire.connect_ex(str(service)) == 0:
            return Finding("cards", State.FINE, "cards_pcsc")
    return Finding("cards", State.MEND, "cards_pcsc_none", "start_pcscd")


def broker(known: Settings) -> Finding:
    """Whether this console hears itself over the broker."""
    address = endpoint(known.devices.broker)
    if address is None:
        return Finding("broker", State.LOOK, "broker_none", "set_broker")
    name = known.console_name
    heard = hear_own_heartbeat(address, name, broker_login(known))
    state, do = _ECHOES[heard.echo]
    values: dict[str, object] = {
        "address": known.devices.broker, "mqtt": heard.mqtt, "reason": heard.reason, "topic": heartbeat_topic(name),
        "user": doctor_of(name),
    }  # fmt: skip
    return Finding("broker", state, f"broker_{heard.echo}", do, values)


def television_log(folder: Path) -> Iterator[Finding]:
    """What is lost of what televisions said; nothing where none was ever collected, or the records are locked."""
    path = folder / TELEVISIONS
    if not path.exists() or not (folder / key_file.NAME).exists():
        return
    try:
        with closing(open_encrypted(path, unattended(folder).key_for(path), read_only=True)) as connection:
            log = TelevisionReadings(path, connection)
            yield _losses(log.count_events(), log.missing_by_device(), log.dropped())
    except VillageError as error:
        yield broken("tv_log", error)
    except EngineError as error:  # of an older version; the desk brings it up to date
        yield Finding("tv_log", State.UNKNOWN, "tv_log_unread", values={"problem": str(error)})


def _losses(count: int, missing: list[tuple[str, int]], dropped: int) -> Finding:
    if not missing and not dropped:
        return Finding("tv_log", State.FINE, "tv_log_whole", values={"count": count})
    worst = " ".join(f"{device}:{lost}" for device, lost in missing[:WORST])
    values: dict[str, object] = {
        "count": count, "lost": sum(lost for _, lost in missing), "devices": worst, "dropped": dropped,
    }  # fmt: skip
    return Finding("tv_log", State.LOOK, "tv_log_losses", "look_losses", values)


def printer(known: Settings, folder: Path) -> Finding:
    """Whether the printer answers to DLE EOT, and what it says."""
    devices = known.devices
    if not devices.printer:
        return Finding("printer", State.LOOK, "printer_none")
    health = EscposPrinter(devices.printer, printer_record(devices.printer_record, folder)).health()
    state, do = _PRINTERS.get(health, (State.MEND, "look_printer"))
    return Finding("printer", state, f"printer_{health}", do, {"address": devices.printer})


def _slot(slot: tuple[str, int], address: str) -> Finding:
    try:
        socket.create_server(slot).close()
    except OSError:
        return Finding("cards", State.LOOK, "cards_slot_busy", "stop_other", {"address": address})
    return Finding("cards", State.FINE, "cards_slot", values={"address": address})
