"""The keys in hand after unlocking, and which of them opens which file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.slot import Secret, key_id, keys_in
from village_console.journal.keys.slots_file import read_slots
from village_console.journal.sqlcipher import open_encrypted
from village_console.village.errors import JournalKeyIsWrongError, RecordIsLockedError, SlotsAreDamagedError

JOURNAL, TELEVISIONS = "journal.db", "televisions.db"
DATABASES = (JOURNAL, TELEVISIONS)
"""Every file of a console that is encrypted with its key."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One key, or several while a rekey is unfinished; the newest last."""

    keys: tuple[bytes, ...]

    def key_for(self, path: Path) -> bytes:
        """The key that opens a file; for a file that is not there yet, the newest.

        Raises:
            JournalKeyIsWrongError: none does.
        """
        if len(self.keys) == 1 or not path.exists():
            return self.keys[-1]
        for key in self.keys:
            if opens(path, key):
                return key
        raise JournalKeyIsWrongError(path=path)

    def named(self, name: str) -> bytes | None:
        """The key with this id, if it is in hand."""
        return next((key for key in self.keys if key_id(key) == name), None)


def opens(path: Path, key: bytes) -> bool:
    """Whether a key opens an encrypted file."""
    try:
        open_encrypted(path, key).close()
    except JournalKeyIsWrongError:
        return False
    return True


def by_device(folder: Path) -> Ring | None:
    """The ring of a console that keeps its key in a file, or is new and so begins; None when a person must unlock it.

    Raises:
        KeyFileIsOpenError, JournalKeyIsWrongError: the file is there and cannot be used, or is missing beside a journal.
    """
    path = folder / key_file.NAME
    if path.exists():
        return Ring(key_file.read_keys(path))
    if (folder / slots_file.NAME).exists():
        return None
    if (folder / JOURNAL).exists():
        raise JournalKeyIsWrongError(path=path)
    return Ring((key_file.read_or_make_key(path),))


def unattended(folder: Path) -> Ring:
    """The ring of a console that nobody needs to unlock.

    Raises:
        RecordIsLockedError: somebody must.
    """
    ring = by_device(folder)
    if ring is None:
        raise RecordIsLockedError(path=folder / slots_file.NAME)
    return ring


def by_secret(folder: Path, secret: Secret) -> Ring | None:
    """The ring that a secret opens; None when no slot of its kind knows it.

    Raises:
        SlotsAreDamagedError: the file was changed or damaged, which may be why nothing opens.
    """
    path = folder / slots_file.NAME
    slots = read_slots(path)
    for slot in slots.slots:
        if keys := keys_in(slot, secret):
            return Ring(keys)
    if not slots.is_whole:
        raise SlotsAreDamagedError(path=path)
    return None
