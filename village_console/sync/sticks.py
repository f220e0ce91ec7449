"""Where a stick may be: what is mounted where sticks are mounted, or from a disk that says that it can be taken out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PLACES = re.compile(r"/(media/[^/]+(/[^/]+)?|run/media/[^/]+/[^/]+|mnt(/[^/]+)?)")
_BELONGS_TO_THE_SYSTEM = re.compile(r"/|/(boot|usr|var|home|etc|opt|srv|tmp)(/.*)?")
_MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Stick:
    """A place that may be one."""

    path: Path
    free: int
    """Bytes."""
    writable: bool
    """False: write-protected; what lies there can still be taken in."""


def sticks(root: Path = Path("/")) -> list[Stick]:
    """Every place that may be a stick now, by its path; `root`: the machine whose `proc` and `sys` are read."""
    found: dict[Path, Stick] = {}
    for device, place, options in _mounts(root / "proc/mounts"):
        if _PLACES.fullmatch(place) or (_is_removable(root, device) and not _BELONGS_TO_THE_SYSTEM.fullmatch(place)):
            path = root / place.lstrip("/")
            try:
                about = os.statvfs(path)
            except OSError:  # pulled out a moment ago
                continue
            found[path] = Stick(path, about.f_bavail * about.f_frsize, "ro" not in options.split(","))
    return [found[path] for path in sorted(found)]


def _mounts(table: Path) -> Iterator[tuple[str, str, str]]:
    """Device, place and options of what is mounted from a disk: a network's place may not answer, and is not asked."""
    try:
        lines = table.read_text("utf-8", "surrogateescape").splitlines()[:_MOST_LINES]
    except OSError:
        return
    for line in lines:
        device, place, _, options, *_ = (*line.split(" "), "", "", "", "")
        if device.startswith("/dev/"):
            yield device, re.sub(r"\\([0-7]{3})", lambda escaped: chr(int(escaped[1], 8)), place), options


def _is_removable(root: Path, device: str) -> bool:
    """Whether the kernel says so of a disk, or of the disk that a part belongs to."""
    disk = root / "sys/class/block" / device.removeprefix("/dev/")
    for told in (disk / "removable", disk.resolve().parent / "removable"):
        try:
            if told.read_text("ascii").strip() == "1":
                return True
        except (OSError, ValueError):
            continue
    return False
