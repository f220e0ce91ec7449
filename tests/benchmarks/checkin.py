"""How much of a check-in is ours: tap -> disk -> band painted, minus the bare read of the same card over the same wire."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random

from device_sim.cards.my_number import VirtualMyNumberCard
from tests.benchmarks.cards import dial_until_there, holders
from tests.benchmarks.measured import MS, Measured, percentile
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.towns import console_folder, grow
from village_console.children import free_ports
from village_console.words import Words

RESIDENTS = 10_000
TAPS = 100
GOAL = 30
_BARE = Path(__file__).with_name("peers") / "bare_reader.py"
_PAUSES = (0.4, 0.7)
"""Seconds between two people; not a multiple of the console's own ticks."""


def measure() -> list[Measured]:
    """One entry: our share at the 95th percentile, beside the bare read's."""
    village, (slot, bare_slot), rng = grow(RESIDENTS), free_ports(2), Random(4)
    people = holders(village, TAPS + 1)
    reads: list[float] = []
    totals: list[float] = []
    with console_folder(village, slot, ordered=True) as folder:
        desk = [sys.executable, "-m", "village_console", "desk", "--settings", str(folder / "console.toml")]
        with Terminal(desk) as console, Terminal([sys.executable, str(_BARE), str(bare_slot)]) as bare:
            for person, card in people:
                shown = Words().say("name.polite", name=person.name).encode()
                reads.append(_lay(card, bare_slot, bare, b"CardRead"))
                time.sleep(rng.uniform(*_PAUSES))
                totals.append(_lay(card, slot, console, shown))
    return [_figure(reads[1:], totals[1:])]  # the first tap pays for what is loaded only then


def _lay(card: VirtualMyNumberCard, slot: int, terminal: Terminal, mark: bytes) -> float:
    """Milliseconds from laying a card down to what the terminal shows of it."""
    terminal.forget()
    begun = time.perf_counter()
    link = dial_until_there(card, slot)
    shown = terminal.until(mark)
    link.withdraw()
    return (shown - begun) * MS


def _figure(reads: list[float], totals: list[float]) -> Measured:
    shares = [total - read for total, read in zip(totals, reads, strict=True)]
    note = (
        f"our share (total minus read of the same card) p95 of {len(shares)} taps, p50 {percentile(shares, 50):.0f};"
        f" total p50 {percentile(totals, 50):.0f}, p95 {percentile(totals, 95):.0f} ms; {RESIDENTS:,} residents, order in"
        f" force; peer: the bare read p95; goal {GOAL} ms"
    )
    return Measured("checkin", percentile(shares, 95), percentile(reads, 95), "ms", note)
