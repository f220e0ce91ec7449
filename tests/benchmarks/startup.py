"""How soon is the first screen painted and the first card taken, against an empty Textual app with a table of 200 rows?"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from statistics import median

from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import VpcdLink
from device_sim.population import Resident
from tests.benchmarks.cards import dial_until_there, holders
from tests.benchmarks.measured import MS, Measured, in_turns
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.towns import console_folder, grow
from village_console.children import free_ports
from village_console.words import Words

ROUNDS = 9
GOAL = 1.5
RESIDENTS = 1000
_PEER = [sys.executable, str(Path(__file__).with_name("peers") / "empty_table.py")]
_PEER_FRAME = (b"waiting", b"no-0", b"no-21")
"""The line, the first and the last row that fit."""


def measure() -> list[Measured]:
    """First paint, and first accepted tap (the peer: first key taken, pressed before it was started)."""
    village, port = grow(RESIDENTS), free_ports(1)[0]
    people = holders(village, ROUNDS)
    with console_folder(village, port, ordered=False) as folder:
        command = [sys.executable, "-m", "village_console", "desk", "--settings", str(folder / "console.toml")]
        ours, peer = in_turns(ROUNDS, lambda _n: _paint(command, _our_frame()), lambda _n: _paint(_PEER, _PEER_FRAME))

        our_taps, peer_keys = in_turns(ROUNDS, lambda n: _first_tap(command, port, *people[n]), lambda _n: _first_key())
    return [
        Measured(
            "startup_paint", median(ours), median(peer), "ms",
            f"median of {ROUNDS}, process start to whole first screen on a pty of 80x24; 1,000 residents; goal {GOAL} x",
        ),
        Measured(
            "startup_tap", median(our_taps), median(peer_keys), "ms",
            "process start to the received person's name in the band, card lying there from the beginning;"
            " peer: the first key pressed ahead is answered",
        ),
    ]  # fmt: skip


def _paint(command: list[str], frame: tuple[bytes, ...]) -> float:
    with Terminal(command) as terminal:
        return (terminal.until(*frame) - terminal.started) * MS


def _first_tap(command: list[str], port: int, person: Resident, card: VirtualMyNumberCard) -> float:
    links: list[VpcdLink] = []
    with Terminal(command) as terminal:
        dialling = threading.Thread(target=lambda: links.append(dial_until_there(card, port)))
        dialling.start()
        at = terminal.until(Words().say("name.polite", name=person.name).encode())
        dialling.join()
        links[0].withdraw()
        return (at - terminal.started) * MS


def _first_key() -> float:
    with Terminal(_PEER) as terminal:
        terminal.type(b"k")
        return (terminal.until(b"taken k") - terminal.started) * MS


def _our_frame() -> tuple[bytes, ...]:
    """Banner, title, what the band says before the reader has opened or after, heading, and the last row."""
    words = Words()
    return tuple(
        text.encode() for text in ("測定", words.say("desk.reception"), words.say("reception.nobody_yet"), "F10")
    )
