"""journal.key, the device's own slot: the raw key in a file that only its owner can read. Who has the disk has the key."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from village_console.village.errors import DiskIsFullError, JournalKeyIsWrongError, KeyFileIsOpenError

KEY_BYTES = 32
NAME = "journal.key"


def read_or_make_key(path: Path) -> bytes:
    """Return the raw key, making a random one on first use; raises what `read_keys` raises."""
    if not path.exists():
        write_keys(path, (secrets.token_bytes(KEY_BYTES),))
    return read_keys(path)[0]


def read_keys(path: Path) -> tuple[bytes, ...]:
    """The raw keys, one a line in hex; there are several only while a rekey is unfinished.

    Raises:
        KeyFileIsOpenError: group or others may read the file.
        JournalKeyIsWrongError: there is no such file, or it does not hold 32 bytes in hex.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileIsOpenError(path=path)
        keys = tuple(bytes.fromhex(line) for line in path.read_text("ascii").split())
    except (ValueError, FileNotFoundError) as error:
        raise JournalKeyIsWrongError(path=path) from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise JournalKeyIsWrongError(path=path)
    return keys


def write_keys(path: Path, keys: tuple[bytes, ...]) -> None:
    """Replace the file; on return it is on disk."""
    write_whole(path, "".join(f"{key.hex()}\n" for key in keys).encode("ascii"))


def forget_keys(path: Path) -> None:
    """Remove the file, and what a crash may have left of a new one."""
    for left in (path.with_name(path.name + ".part"), path):
        left.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place for its owner alone: after a crash there is the old content or the new, never a part.

    Raises:
        DiskIsFullError: it could not be written; the old one stands.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise DiskIsFullError(path=path) from error


def put_in_place(part: Path, path: Path) -> None:
    """Rename a file that is on disk over another, and see to it that the rename is on disk too."""
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
