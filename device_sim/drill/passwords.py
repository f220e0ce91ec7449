"""The passwords of set-tops at a broker that asks for them (docs/wires.md, section 3)."""

from __future__ import annotations

import csv
from pathlib import Path

from device_sim.drill.play_errors import DrillFolderError


def read_passwords(path: Path) -> dict[str, str]:
    """Passwords by user; raises DrillFolderError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["user"]: row["password"] for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        message = f"{path} is no table of passwords with the columns user and password: {error}"
        raise DrillFolderError(message) from error
