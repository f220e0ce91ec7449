"""The address of an anchor that a person has typed, kept in the settings file, whose every other line stays as it is."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from village_console.journal.key_file import write_whole

_TABLE = re.compile(r"^\s*\[")
_SYNC = re.compile(r"^\s*\[\s*sync\s*\]")
_ANCHOR = re.compile(r"^\s*anchor\s*=")


def keep_anchor(path: Path, address: str) -> bool:
    """Write the address into a settings file; false where there is none, or it cannot be changed safely.

    Raises:
        DiskIsFullError: the old file stands.
    """
    try:
        old = path.read_text("utf-8")
        before = tomllib.loads(old)
        new = with_anchor(old, address)
        after = tomllib.loads(new)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    sync: dict[str, Any] = before.get("sync", {})
    if after != before | {"sync": sync | {"anchor": address}}:
        return False
    write_whole(path, new.encode())
    return True


def with_anchor(text: str, address: str) -> str:
    """The same settings with this `anchor` in `[sync]`."""
    lines, said = text.splitlines(), f"anchor = {json.dumps(address)}"
    head = next((n for n, line in enumerate(lines) if _SYNC.match(line)), None)
    if head is None:
        return "\n".join([*lines, "", "[sync]", said, ""])
    end = next((n for n in range(head + 1, len(lines)) if _TABLE.match(lines[n])), len(lines))
    place = next((n for n in range(head + 1, end) if _ANCHOR.match(lines[n])), None)
    if place is None:
        lines.insert(head + 1, said)
    else:
        lines[place] = said
    return "\n".join([*lines, ""])
