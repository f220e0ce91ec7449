"""The journal as JSON lines for other tools to check: `docs/verify_journal.py` does, and says what is in them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from village_console.journal.journal import Journal
from village_console.journal.key_file import put_in_place

FORMAT = "village-console journal 1"


def export_journal(journal: Journal, path: Path) -> int:
    """Write every link with its seal unopened, whole or not at all, and return how many; the look is written before."""
    journal.note_look("exported", path.name)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        lines = sum(file.write(json.dumps(line) + "\n") > 0 for line in _lines(journal))
        file.flush()
        os.fsync(file.fileno())
    put_in_place(part, path)
    journal.note_look("stored", path.name)
    return lines - 1


def _lines(journal: Journal) -> Iterator[dict[str, Any]]:
    """What it consists of first, then the links, chain by chain."""
    chains = [{"dev": dev, "inc": inc, "links": have.count} for (dev, inc), have in journal.have().items()]
    yield {"format": FORMAT, "devices": {dev: key.hex() for dev, key in journal.devices().items()}, "chains": chains}
    for link in journal.links():
        fields = ("previous", "body", "sealed", "sealed_sha", "sig")
        yield {name: getattr(link, name).hex() for name in fields}
