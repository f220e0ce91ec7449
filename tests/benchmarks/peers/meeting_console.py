"""A console that meets over an anchor until it holds everything: `meeting_console FOLDER NUMBER PORT TOTAL`; waits for a line."""

from __future__ import annotations

import hashlib
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.town import DRILL, FOLDS, KEY, KINDS, Catalogue
from village_console.journal.journal import Journal
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.carrier import CarrierLostError
from village_console.sync.meeting import Meeting
from village_console.village.clock import Clock

AGAIN = 0.5
"""Seconds between two meetings while others are still writing."""


def main(folder: Path, number: int, port: int, total: int) -> None:
    """Say when everything is here, and what all rows come down to."""
    path = folder / f"console-{number}" / "journal.db"
    journal = Journal(path, KEY, DRILL, Catalogue(KINDS, FOLDS), Clock())
    meeting = Meeting(journal, AnchorCarrier(journal, ("127.0.0.1", port)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    while True:
        with suppress(CarrierLostError):
            meeting.hold()
        if sum(held.count for held in journal.have().values()) >= total:
            break
        time.sleep(AGAIN)
    digest, rows = hashlib.sha256(), journal.rows.everything()
    for name in sorted(rows):
        digest.update(repr((name, rows[name])).encode())
    sys.stdout.write(digest.hexdigest() + "\n")
    sys.stdout.flush()
    journal.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
