"""The last link's place in a small file of its own: a journal put back from a copy is found out, and begins a new incarnation."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_WIDTH = 128


class TipFile:
    """Written after every commit, not waited for: it can lag behind the journal, but never be ahead of it."""

    def __init__(self, journal: Path) -> None:
        """Open or make the file beside the journal."""
        descriptor = os.open(journal.with_name(journal.name + ".tip"), os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)

    def read(self) -> tuple[str, int, str] | None:
        """Incarnation, sequence number and hash; None when the file is new or was torn."""
        with suppress(ValueError):
            inc, seq, hash_ = os.pread(self._file.fileno(), _WIDTH, 0).decode("ascii").split()
            if len(hash_) == 64:
                return inc, int(seq), hash_
        return None

    def write(self, inc: str, seq: int, hash_: bytes) -> None:
        """Note where the chain ends."""
        with suppress(OSError):  # a full disk has been told of already; the journal goes by itself
            os.pwrite(self._file.fileno(), f"{inc} {seq} {hash_.hex()}".ljust(_WIDTH - 1).encode("ascii") + b"\n", 0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
