"""Slots come and go: who is new gets one, who leaves loses theirs. The database is not touched."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import Ring
from village_console.journal.keys.slot import FOR_PEOPLE, Slot
from village_console.journal.keys.slots_file import read_slots, write_slots
from village_console.journal.store import own

DEVICE = "device"
"""Id of the slot that is a file, `journal.key`."""


class RemoveVerdict(StrEnum):
    """What came of removing a slot."""

    REMOVED = "removed"
    NO_SUCH = "no_such"
    LAST_FOR_PEOPLE = "last_for_people"
    """Nobody at the desk could open the record any more."""


def add_slot(folder: Path, slot: Slot) -> None:
    """Add a slot; raises JournalIsInUseError while somebody else changes slots."""
    path = folder / slots_file.NAME
    with own(path):
        slots = read_slots(path)
        write_slots(path, msgspec.structs.replace(slots, slots=(*slots.slots, slot)))


def add_device(folder: Path, ring: Ring) -> None:
    """Keep the key on this laptop, so that the desk opens by itself after a power cut."""
    key_file.write_keys(folder / key_file.NAME, ring.keys)


def remove_slot(folder: Path, slot_id: str) -> RemoveVerdict:
    """Remove a slot by its id. Who has a copy of the file and the secret can still open copies: then rekey."""
    with own(folder / slots_file.NAME):
        return _remove(folder, slot_id)


def _remove(folder: Path, slot_id: str) -> RemoveVerdict:
    path = folder / slots_file.NAME
    slots = read_slots(path)
    left = tuple(slot for slot in slots.slots if slot.id != slot_id)
    key = folder / key_file.NAME
    if len(left) == len(slots.slots) and not (slot_id == DEVICE and key.exists()):
        return RemoveVerdict.NO_SUCH
    if not any(slot.kind in FOR_PEOPLE for slot in left) and (slot_id == DEVICE or slots.opened_by_people):
        return RemoveVerdict.LAST_FOR_PEOPLE
    if slot_id == DEVICE:
        key_file.forget_keys(key)
    else:
        write_slots(path, msgspec.structs.replace(slots, slots=left))
    return RemoveVerdict.REMOVED
