"""The televisions of a village in a process of its own: PORT DEVICES EVENTS_PER_SECOND SECONDS FIRST_DEVICE BOOT."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

from device_sim.tvs.fleet import Fleet
from device_sim.tvs.set_top import SetTop

BEGIN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
TICK = 0.02


def speak(port: int, devices: int, rate: float, seconds: float, first: int, boot: str) -> None:
    """Let every device speak in turn at that rate; waits on stdin before, prints what the broker has acknowledged."""
    boxes = [SetTop(f"stb-{first + n:04}") for n in range(devices)]
    with Fleet("127.0.0.1", port) as fleet:
        for box in boxes:
            (greeting,) = box.power_up(boot)
            fleet.connect(box.device, greeting, box.will())
        if not fleet.wait_connected(60):
            sys.exit("the broker did not take every device")
        sys.stdout.write("connected\n")
        sys.stdout.flush()
        sys.stdin.readline()
        begun, sent, total = time.monotonic(), 0, int(rate * seconds)
        while sent < total:
            due = min(total, int((time.monotonic() - begun) * rate))
            for n in range(sent, due):
                box = boxes[n % devices]
                for publication in box.alive(BEGIN + timedelta(seconds=n // devices)):
                    fleet.publish(box.device, publication)
            sent = due
            time.sleep(TICK)
        fleet.drain(60)
        took = time.monotonic() - begun
        sys.stdout.write(f"{fleet.acknowledged} {took:.3f} {time.process_time():.2f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    speak(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]), sys.argv[6])
