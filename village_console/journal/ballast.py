"""Room on the disk: a ballast file that is thrown away when the disk is full, and who must stop writing before that."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000
BALLAST = 64 * MB
"""Check-ins of a whole night: some 2 kB each."""
TELEVISIONS_NEED = 64 * MB
"""Televisions write only where that much is free beside the ballast: check-ins matter more."""
LITTLE = 256 * MB
"""Below it the desk is told."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is free on the disk of a journal."""

    free: int
    """Bytes that anybody may still take, the ballast's own not among them."""
    ballast: int
    """Bytes of the ballast; 0 when it is gone, or was never made."""

    @property
    def for_televisions(self) -> bool:
        """Whether their log may go on: it stops while the ballast is gone, and that room belongs to check-ins."""
        return self.free + self.ballast >= BALLAST + TELEVISIONS_NEED

    @property
    def is_little(self) -> bool:
        """Whether somebody should throw something away."""
        return self.free + self.ballast < BALLAST + LITTLE


def room_beside(file: Path) -> Room:
    """How much room there is on the disk of a file, whose ballast is the one of its folder; costs some microseconds."""
    with suppress(FileNotFoundError):
        return Room(shutil.disk_usage(file.parent).free, _ballast(file).stat().st_size)
    return Room(shutil.disk_usage(file.parent).free, 0)


def keep(file: Path) -> None:
    """Make the ballast, or make it again, where that leaves room for everybody."""
    room = room_beside(file)
    if room.ballast or room.free < BALLAST + LITTLE:
        return
    part = _ballast(file).with_suffix(".part")
    with suppress(OSError), part.open("wb") as made:  # somebody was quicker: then there is no ballast
        os.posix_fallocate(made.fileno(), 0, BALLAST)
        part.replace(_ballast(file))
    part.unlink(missing_ok=True)


def throw_away(file: Path) -> bool:
    """Give the room of the ballast to what must be written now; whether there was one."""
    with suppress(FileNotFoundError):
        _ballast(file).unlink()
        return True
    return False


def _ballast(file: Path) -> Path:
    return file.with_name("ballast")
