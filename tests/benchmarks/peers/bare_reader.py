"""Only reads cards: the console's own slot and card code, a line for each card, nothing written and nothing painted."""

from __future__ import annotations

import sys
import time

from village_console.devices.cards import my_number
from village_console.devices.cards.loopback_slot import LoopbackSlot
from village_console.devices.ports import Health, Part, Tap


def _tell(tap: Tap) -> None:
    sys.stdout.write(f"{type(tap).__name__}\n")
    sys.stdout.flush()


def _healthy(_part: Part, _health: Health, _count: int) -> None:
    """Nobody asks."""


LoopbackSlot(("127.0.0.1", int(sys.argv[1])), my_number.read, _tell, _healthy).start()
while True:
    time.sleep(60)
