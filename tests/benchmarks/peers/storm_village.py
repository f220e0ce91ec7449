"""Televisions of a village that are switched while their broker is gone: PORT DEVICES FIRST; a line on stdin is the next act."""

from __future__ import annotations

import sys
from datetime import datetime

from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import SetTop


def main() -> None:
    """Connect; `switch MOMENT 0|1`: the even or the odd ones are on from then, the others off; what it cannot say yet waits."""
    first = int(sys.argv[3])
    boxes = [SetTop(f"stb-{first + n:04}") for n in range(int(sys.argv[2]))]
    with Fleet("127.0.0.1", int(sys.argv[1]), keepalive=60) as fleet:
        for box in boxes:
            (greeting,) = box.power_up("0000000a")
            fleet.connect(box.device, greeting, box.will())
        if not fleet.wait_connected(120):
            sys.exit("the broker did not take every device")
        _say("connected")
        for order in sys.stdin:
            _, moment, which = order.split()
            at = datetime.fromisoformat(moment)
            for n, box in enumerate(boxes):
                for publication in box.switch(on=n % 2 == int(which), at=at) or box.alive(at):
                    fleet.publish(box.device, publication)
            _say("switched")


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


main()
