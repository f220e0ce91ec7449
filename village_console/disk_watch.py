"""The desk's eye on its disk: keeps the ballast, says when room runs out, and reads the whole journal once after the start."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

from village_console.devices.ports import Health, OnHealth, Part
from village_console.journal.ballast import MB, Room, keep, room_beside, throw_away
from village_console.journal.sqlcipher import open_encrypted
from village_console.journal.verify import check_pages
from village_console.village.errors import DiskIsFullError, JournalIsDamagedError

LOOK_EVERY = 1.0
"""Seconds."""
LAST = 4 * MB
"""Bytes at which the ballast goes: what a running queue writes between two looks is a hundredth of that."""


class DiskWatch:
    """A device like another: told in the status line, never a dialog."""

    def __init__(self, journal: Path, key: bytes, on_health: OnHealth, *, has_ballast: bool) -> None:
        """Nothing is looked at before `start`."""
        self._journal, self._key, self._on_health, self._has_ballast = journal, key, on_health, has_ballast
        self._is_damaged = False
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._look_again_and_again, name="disk-watch", daemon=True)
        self._check = threading.Thread(target=self._read_all, name="journal-check", daemon=True)

    def start(self) -> None:
        """Look at the room every second, and at every page of the journal once."""
        self._watch.start()
        self._check.start()

    def stop(self) -> None:
        """End; a check under way is left to itself: it only reads."""
        self._stopping.set()
        self._watch.join()

    @property
    def is_checking(self) -> bool:
        """Whether the journal is still being read."""
        return self._check.is_alive()

    def look(self) -> Health:
        """Throw the ballast away or make it again, and say how the disk is."""
        try:
            room = self._room()
        except OSError:  # the disk is gone
            room = Room(0, 0)
        health = Health.DAMAGED if self._is_damaged else _word(room)
        self._on_health(Part.DISK, health, room.free // MB)
        return health

    def _room(self) -> Room:
        room = room_beside(self._journal)
        if room.free < LAST and throw_away(self._journal):
            return room_beside(self._journal)
        if self._has_ballast:
            keep(self._journal)
            return room_beside(self._journal)
        return room

    def _look_again_and_again(self) -> None:
        self.look()
        while not self._stopping.wait(LOOK_EVERY):
            self.look()

    def _read_all(self) -> None:
        try:
            with closing(open_encrypted(self._journal, self._key, read_only=True)) as connection:
                check_pages(self._journal, connection)
        except DiskIsFullError:
            return  # said by the other thread
        except JournalIsDamagedError:
            self._is_damaged = True
            self.look()


def _word(room: Room) -> Health:
    if room.free < LAST:
        return Health.FAULT
    if not room.for_televisions:
        return Health.TV_WAITS
    return Health.LITTLE_ROOM if room.is_little else Health.READY
