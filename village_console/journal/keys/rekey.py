"""A new database key: every file is copied under it and swapped in; at any moment some slot opens whatever lies on disk.

The order: both keys into every slot, then file by file, then the old key out of every slot. A run that was cut off is
taken up by the next one, and until then the console opens as ever.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from village_console.journal import key_file
from village_console.journal.key_file import KEY_BYTES, put_in_place, read_keys, write_keys
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import DATABASES, Ring, opens
from village_console.journal.keys.slot import is_genuine, key_id, sealed_for
from village_console.journal.keys.slots_file import Slots, read_slots, write_slots
from village_console.journal.sqlcipher import EngineError, is_damage, open_encrypted
from village_console.journal.store import own
from village_console.village.errors import (
    DiskIsFullError,
    JournalIsDamagedError,
    JournalIsInUseError,
    SlotWasChangedError,
)


def rekey(folder: Path, ring: Ring) -> Ring:
    """Give all files of a console a new key, and every slot that key; also finishes a run that was cut off.

    Raises:
        JournalIsInUseError: the desk is open, or something still reads a file.
        SlotWasChangedError: a slot is not as it was written; remove it first.
        DiskIsFullError, JournalIsDamagedError: a file could not be copied; nothing is lost, both keys still open.
    """
    files = [folder / name for name in DATABASES if (folder / name).exists()]
    path = folder / slots_file.NAME
    with ExitStack() as owned:
        for file in (path, *files):
            owned.enter_context(own(file))
        slots = read_slots(path)
        _refuse_changed(path, slots, ring)
        fresh = ring.named(slots.rekeying) or secrets.token_bytes(KEY_BYTES)
        both = Ring((*(key for key in ring.keys if key != fresh), fresh))
        _give(folder, slots, both, rekeying=key_id(fresh), device_first=False)
        for file in files:
            _swap(file, both.key_for(file), fresh)
        _give(folder, slots, Ring((fresh,)), rekeying="", device_first=True)
    return Ring((fresh,))


def _refuse_changed(path: Path, slots: Slots, ring: Ring) -> None:
    """The new key is sealed only to what somebody with a key has written: never to a recipient slipped in."""
    for slot in slots.slots:
        if not any(is_genuine(slot, key) for key in ring.keys):
            raise SlotWasChangedError(path=path, slot=slot.id)


def _give(folder: Path, slots: Slots, ring: Ring, *, rekeying: str, device_first: bool) -> None:
    """Put exactly these keys into every slot; the file that says whether a rekey is unfinished says so all the while."""
    device = folder / key_file.NAME
    has_device = device.exists() and read_keys(device) != ring.keys
    if has_device and device_first:
        write_keys(device, ring.keys)
    if slots.slots:
        sealed = tuple(sealed_for(slot, ring.keys) for slot in slots.slots)
        write_slots(folder / slots_file.NAME, Slots(sealed, rekeying))
    if has_device and not device_first:
        write_keys(device, ring.keys)


def _swap(file: Path, key: bytes, fresh: bytes) -> None:
    """Copy a file under the new key, compare, and put the copy in its place."""
    if key == fresh or opens(file, fresh):
        return
    copy = file.with_name(file.name + ".rekey")
    _remove(copy)
    try:
        with closing(open_encrypted(file, key)) as connection:
            _into_one_file(file, connection)
            with _attached(connection, copy, fresh):
                _export(file, connection)
    except EngineError as error:
        _remove(copy)
        if is_damage(error):
            raise JournalIsDamagedError(path=file, seq="?", what=str(error)) from error
        raise DiskIsFullError(path=file) from error
    with copy.open("rb") as written:
        os.fsync(written.fileno())
    put_in_place(copy, file)


def _into_one_file(file: Path, connection: sqlite3.Connection) -> None:
    """Fold the write-ahead log in and remove it: beside the new file it would be replayed over it."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except EngineError as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY":
            raise JournalIsInUseError(path=file) from error
        raise


@contextmanager
def _attached(connection: sqlite3.Connection, copy: Path, key: bytes) -> Generator[None]:
    connection.execute(f"ATTACH ? AS fresh KEY \"x'{key.hex()}'\"", (str(copy),))
    try:
        yield
    finally:
        connection.execute("DETACH fresh")


def _export(file: Path, connection: sqlite3.Connection) -> None:
    connection.execute("SELECT sqlcipher_export('fresh')").fetchone()
    for name in ("user_version", "application_id"):
        connection.execute(f"PRAGMA fresh.{name} = {connection.execute(f'PRAGMA main.{name}').fetchone()[0]}")
    if connection.execute("PRAGMA fresh.quick_check").fetchone()[0] != "ok" or _digest(connection, "main") != _digest(
        connection, "fresh"
    ):
        raise JournalIsDamagedError(path=file, seq="?", what="the copy differs")


def _digest(connection: sqlite3.Connection, schema: str) -> str:
    """Of every row of every table: the copy is compared with what it was copied from before it takes its place."""
    whole = hashlib.sha256()
    tables = connection.execute(f"SELECT type, name, sql FROM {schema}.sqlite_master ORDER BY type, name").fetchall()  # noqa: S608 -- main or fresh
    for kind, name, sql in tables:
        whole.update(repr((kind, name, sql)).encode())
        if kind == "table":
            for row in connection.execute(f'SELECT * FROM {schema}."{name}"'):  # noqa: S608 -- a table's own name
                whole.update(repr(row).encode())
    return whole.hexdigest()


def _remove(copy: Path) -> None:
    for left in (copy, copy.with_name(copy.name + "-journal")):
        left.unlink(missing_ok=True)
