"""journal.keys: the slots beside the database. Nothing in it is secret without what opens a slot."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from village_console.journal.key_file import write_whole
from village_console.journal.keys.slot import FOR_PEOPLE, Slot
from village_console.village.errors import SlotsAreDamagedError
from village_console.village.foreign import UNREADABLE

NAME = "journal.keys"


class Slots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    slots: tuple[Slot, ...] = ()
    rekeying: str = ""
    """Id of the new key while a rekey is unfinished."""
    version: Literal[1] = 1
    check: str = ""
    """SHA-256 of the rest: tells damage from a wrong passphrase. A slot that still opens is used all the same."""

    @property
    def is_whole(self) -> bool:
        """Whether the file is as it was written."""
        return self.check == _check(self)

    @property
    def opened_by_people(self) -> tuple[Slot, ...]:
        """The slots that somebody at the desk can open."""
        return tuple(slot for slot in self.slots if slot.kind in FOR_PEOPLE)


def read_slots(path: Path) -> Slots:
    """The slots of a file; none when there is no file.

    Raises:
        SlotsAreDamagedError: it cannot be read at all.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Slots)
    except FileNotFoundError:
        return Slots(check=_check(Slots()))
    except UNREADABLE as error:
        raise SlotsAreDamagedError(path=path) from error


def write_slots(path: Path, slots: Slots) -> None:
    """Replace the file; on return it is on disk."""
    whole = msgspec.structs.replace(slots, check=_check(slots))
    write_whole(path, msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n")


def _check(slots: Slots) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(slots, check=""))).hexdigest()
