"""Single devices tried by hand: one card on a reader, set-tops on a broker, a printer that listens."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from device_sim.cards.vpcd import LinkEnd, VpcdLink
from device_sim.drill.clock import WallClock
from device_sim.drill.passwords import read_passwords
from device_sim.drill.play_errors import NoConsoleError, PlayError
from device_sim.drill.wallet import Wallet
from device_sim.printers.receipt_printer import ReceiptPrinter
from device_sim.printers.sheet import Sheet, write
from device_sim.streams import stream
from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import SetTop

NAP = 0.05
"""Seconds between two looks."""

BROKER_TIMEOUT = 30.0


def my_number(options: argparse.Namespace) -> int:
    """Tap one resident's My Number card once."""
    card = Wallet.read(options.town, WallClock().now()).card_of(options.person)
    if card.issue.face:
        sys.stderr.write(f"front  {card.issue.face.printed()}\nPIN    {card.issue.text_pin}\n")
    with VpcdLink(card, *options.slot) as link:
        link.start()
        for _ in _while_it_lasts(options.hold):
            if link.ended is LinkEnd.READER_GONE:
                break
    if link.answered == 0:
        message = f"the reader at {options.slot} took the card and asked it nothing within {options.hold:g} seconds"
        raise PlayError(message)
    sys.stdout.write(f"the card of {options.person} answered {link.answered} commands\n")
    return 0


def tv(options: argparse.Namespace) -> int:
    """Connect set-tops, switch every second television on, and send heartbeats."""
    clock = WallClock()
    boxes = [SetTop(f"stb-{n + 1:04d}") for n in range(options.homes)]
    passwords = read_passwords(options.passwords) if options.passwords else None
    with Fleet(*options.broker, passwords=passwords) as fleet:
        for box in boxes:
            boot = f"{stream(int(clock.now().timestamp()), 'boot', box.device).getrandbits(32):08x}"
            (greeting,) = box.power_up(boot)
            fleet.connect(box.device, greeting, box.will())
        if not fleet.wait_connected(BROKER_TIMEOUT):
            message = f"only {fleet.tally.up} of {options.homes} televisions reached the broker at {options.broker}"
            raise NoConsoleError(message)
        sys.stderr.write(f"{options.homes} televisions are connected to {options.broker}\n")
        _live(boxes, fleet, clock, options)
        fleet.drain(BROKER_TIMEOUT / 6)
        sys.stdout.write(f"published {fleet.tally.handed_in}, acknowledged {fleet.acknowledged}\n")
    return 0


def printer(options: argparse.Namespace) -> int:
    """Keep every paper that a printer cuts off."""
    options.out.mkdir(parents=True, exist_ok=True)
    with _printer(options.port, options.out) as machine:
        sys.stderr.write(f"the printer listens at {machine.address}; papers go to {options.out}\n")
        for _ in _while_it_lasts(options.seconds):
            pass
    sys.stdout.write(f"{len(machine.sheets)} papers in {options.out}\n")
    return 0


def _live(boxes: list[SetTop], fleet: Fleet, clock: WallClock, options: argparse.Namespace) -> None:
    for n, box in enumerate(boxes):
        for publication in box.switch(on=n % 2 == 0, at=clock.now()) or box.alive(clock.now()):
            fleet.publish(box.device, publication)
    beat = time.monotonic() + options.heartbeat
    for now in _while_it_lasts(options.seconds):
        if now >= beat:
            beat += options.heartbeat
            for box in boxes:
                for publication in box.alive(clock.now()):
                    fleet.publish(box.device, publication)


@contextmanager
def _printer(port: int, folder: Path) -> Generator[ReceiptPrinter]:
    papers = 0

    def keep(sheet: Sheet) -> None:
        """Write a paper as soon as it is cut off."""
        nonlocal papers
        papers += 1
        write(sheet, folder, f"paper-{papers:04d}")
        sys.stderr.write(f"paper-{papers:04d}.txt\n")

    machine = ReceiptPrinter(port, on_cut=keep)
    try:
        machine.power_on()
    except OSError as error:
        message = f"the printer cannot listen at port {port}: {error.strerror}"
        raise PlayError(message) from error
    try:
        yield machine
    finally:
        machine.power_off()


def _while_it_lasts(seconds: float | None) -> Iterator[float]:
    """The monotonic clock, again and again until the time is over; without a limit until somebody interrupts."""
    until = None if seconds is None else time.monotonic() + seconds
    while until is None or time.monotonic() < until:
        yield time.monotonic()
        time.sleep(NAP)
