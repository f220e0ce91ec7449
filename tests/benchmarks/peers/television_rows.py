"""A television log that is written at a steady rate, batch by batch as the collector does: FILE RATE; ends on a line."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from tests.town import KEY
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.viewing.collector import LONGEST_WAIT
from village_console.viewing.television_log import TelevisionLog
from village_console.village.clock import Clock

DEVICES = 1000


def main() -> None:
    """Say that it has begun, write until told to end, and say how many a second that were."""
    log, rate, clock, end = TelevisionLog(Path(sys.argv[1]), KEY), int(sys.argv[2]), Clock(), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), end.set()), daemon=True).start()
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    begun, written = time.monotonic(), 0
    while not end.is_set():
        due = int((time.monotonic() - begun) * rate)
        now = clock.now()
        events = [
            TvEvent(
                device=f"stb-{n % DEVICES}", source="set_top", kind=TvEventKind.ALIVE, value="on", t_device=now,
                t_received=now, retained=False, duplicate=False, boot="00000001", seq=n // DEVICES, raw=b'{"tv":"on"}',
            )
            for n in range(written, due)
        ]  # fmt: skip
        if events:
            log.store(events, ())
        written = due
        end.wait(LONGEST_WAIT)
    sys.stdout.write(f"{int(written / (time.monotonic() - begun))}\n")


main()
