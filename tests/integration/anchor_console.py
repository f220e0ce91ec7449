"""A console that writes and meets until it is killed: `anchor_console FOLDER NUMBER PORT`; says what it has confirmed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.town import DRILL, FOLDS, KEY, KINDS, Catalogue, clock_at, registered
from village_console.journal.journal import Journal
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.meeting import Meeting

BATCH = 50


def main(folder: Path, number: int, port: int) -> None:
    """Nobody ends it but a kill."""
    path = folder / f"console-{number}" / "journal.db"
    journal = Journal(path, KEY, DRILL, Catalogue(KINDS, FOLDS), clock_at())
    meeting = Meeting(journal, AnchorCarrier(journal, ("127.0.0.1", port)))
    while True:
        written = sum(held.count for held in journal.have().values())
        for n in range(BATCH):
            recorded = journal.append(registered(f"resident:k{written + n}", "佐藤 ハル"))
            sys.stdout.write(f"{recorded.hash}\n")
        sys.stdout.flush()
        meeting.hold()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
