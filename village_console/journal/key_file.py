"""The database key in a file that only its owner can read, until key slots come."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from village_console.village.errors import JournalKeyIsWrongError, KeyFileIsOpenError

KEY_BYTES = 32


def read_or_make_key(path: Path) -> bytes:
    """Return the raw key, making a random one on first use.

    Raises:
        KeyFileIsOpenError: group or others may read the file.
        JournalKeyIsWrongError: the file does not hold 32 bytes in hex.
    """
    if not path.exists():
        _write_new(path, secrets.token_bytes(KEY_BYTES))
    if path.stat().st_mode & 0o077:
        raise KeyFileIsOpenError(path=path)
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError as error:
        raise JournalKeyIsWrongError(path=path) from error
    if len(key) != KEY_BYTES:
        raise JournalKeyIsWrongError(path=path)
    return key


def _write_new(path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
