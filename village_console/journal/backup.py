"""A copy of the journal while the desk goes on writing, and putting one back. The same key opens both."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from village_console.journal.envelope import FIRST_HASH
from village_console.journal.identity import machine_id
from village_console.journal.key_file import put_in_place
from village_console.journal.sqlcipher import EngineError, explained, open_encrypted, transaction
from village_console.journal.store import Purpose, Store, own
from village_console.journal.tip_file import TipFile
from village_console.journal.verify import check_pages, verify_chain
from village_console.village.errors import DiskIsFullError, VillageError
from village_console.village.progress import Progress


def back_up(journal: Path, key: bytes, copy: Path, progress: Progress | None = None) -> int:
    """Copy the journal as it is at this moment, check the copy whole, put it in place; returns its number of facts.

    Raises:
        JournalIsDamagedError: the journal, or the copy of it, does not hold.
        DiskIsFullError: there is no room for the copy.
    """
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with (
            explained(journal),
            closing(open_encrypted(journal, key, read_only=True)) as source,
            closing(open_encrypted(part, key)) as target,
        ):
            source.backup(target)
            _into_one_file(target)
            check_pages(part, target)
            count = verify_chain(part, target, progress)
        sync(part)
        put_in_place(part, copy)
    except OSError as error:
        raise DiskIsFullError(path=copy) from error
    finally:
        part.unlink(missing_ok=True)
    return count


def lacks(backup: Path, journal: Path, key: bytes) -> int | None:
    """How many facts of the journal a backup has not; None when the journal cannot be read."""
    held = _hashes(backup, key)
    try:
        return len(_hashes(journal, key) - held)
    except (EngineError, VillageError):
        return None


def restore(backup: Path, journal: Path, key: bytes, purpose: Purpose, now_ms: int) -> Path | None:
    """Put a backup in the journal's place, in a new incarnation; returns where the journal that was there lies now.

    Raises:
        JournalIsInUseError: the desk is open.
        JournalKeyIsWrongError: the backup was made under another key.
        JournalIsDamagedError, RunModeDiffersError: the backup itself is not fit; nothing was changed.
    """
    open_encrypted(backup, key, read_only=True).close()
    part = journal.with_name(journal.name + ".part")
    with own(journal):
        forget(part)
        shutil.copyfile(backup, part)
        part.chmod(0o600)
        begin_elsewhere(part, key, purpose, "restored", now_ms)
        return put_instead(part, journal)


def begin_elsewhere(file: Path, key: bytes, purpose: Purpose, why: str, now_ms: int) -> int:
    """Verify a journal that is to be one of this machine, and let it begin a new incarnation; returns its number of facts.

    On return it is one file, and on disk.
    """
    with closing(Store(file, key, purpose)) as store:
        count = verify_chain(file, store.connection)
        with transaction(store.connection):
            store.begin_incarnation(why, now_ms)
            store.set_meta("machine", machine_id())
        _into_one_file(store.connection)
    sync(file)
    return count


def put_instead(part: Path, journal: Path) -> Path | None:
    """Put a finished journal in the place of another, which is kept aside; the caller owns the place."""
    aside = _set_aside(journal) if journal.exists() else None
    put_in_place(part, journal)
    forget(part)
    with closing(TipFile(journal)) as tip_file:
        tip_file.write("-", 0, FIRST_HASH)
    return aside


def forget(file: Path) -> None:
    """Delete a journal that was never in its place, with all that lies beside it."""
    for beside in ("", "-wal", "-shm", "-journal", ".lock", ".tip"):
        file.with_name(file.name + beside).unlink(missing_ok=True)


def sync(file: Path) -> None:
    """Wait until a file is on disk."""
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _set_aside(journal: Path) -> Path:
    """A second name for the journal, and then none of its own for its log: that would be replayed over another file."""
    names = (journal.with_name(f"{journal.name}.aside-{n}") for n in range(1, 10_000))
    aside = next(name for name in names if not name.exists())
    log, memory = (journal.with_name(journal.name + end) for end in ("-wal", "-shm"))
    os.link(journal, aside)
    if log.exists():
        os.link(log, aside.with_name(aside.name + "-wal"))
    for beside in (log, memory):
        beside.unlink(missing_ok=True)
    return aside


def _into_one_file(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = DELETE")


def _hashes(file: Path, key: bytes) -> set[bytes]:
    with closing(open_encrypted(file, key, read_only=True)) as connection:
        return {bytes(hash_) for (hash_,) in connection.execute("SELECT hash FROM facts")}
