"""Every page of a journal's files in clear, free ones and the write-ahead log's too: what whoever has the key could dig out.

Written from SQLCipher's description of its file, without SQLCipher: AES-256-CBC by page, the last 80 bytes of each being its
IV and its HMAC; the first 16 bytes of the file are a salt. A raw key is used as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVE, SALT = 4096, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24


def pages(path: Path, key: bytes) -> Iterator[bytes]:
    """Decrypt every page of the database and every frame of its log, whether or not they are still in use."""
    data = path.read_bytes()
    for start in range(0, len(data), PAGE):
        yield _clear(data[start : start + PAGE], key, first=start == 0)
    wal = path.with_name(path.name + "-wal")
    log = wal.read_bytes() if wal.exists() else b""
    for start in range(WAL_HEADER, len(log), FRAME_HEADER + PAGE):
        number = int.from_bytes(log[start : start + 4], "big")
        page = log[start + FRAME_HEADER : start + FRAME_HEADER + PAGE]
        if len(page) == PAGE:
            yield _clear(page, key, first=number == 1)


def found_in(path: Path, key: bytes, texts: list[str | bytes]) -> list[str | bytes]:
    """Which of these texts stand on any page, in UTF-8; a text across two pages is found by its beginning or its end."""
    whole = b"\0".join(pages(path, key))
    return [text for text in texts if (text.encode() if isinstance(text, str) else text) in whole]


def _clear(page: bytes, key: bytes, *, first: bool) -> bytes:
    iv = page[PAGE - RESERVE : PAGE - RESERVE + 16]
    sealed = page[SALT if first else 0 : PAGE - RESERVE]
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(iv)).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()
