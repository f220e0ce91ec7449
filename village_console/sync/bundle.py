"""A bundle (束): one file with all that a console holds, sealed to the consoles of its village and signed by its writer.

`docs/wires.md` has its bytes; `bundle_reading` has what is checked before anything in it is believed.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import msgspec

from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.key_file import put_in_place
from village_console.journal.keys import age
from village_console.sync.parcel import Parcel, packed
from village_console.sync.statement import Signed

MAGIC = b"VCBUNDLE"
VERSION = 1
DOMAIN = b"bundle"
"""What `Journal.sign` is told; its signature covers `SIGNED` and the header."""
SIGNED = b"village_console " + DOMAIN + b"\0"
FRONT = struct.Struct(">8sHI64s")
"""Magic, version, length of the header, the writer's signature."""
LENGTH = struct.Struct(">I")
"""Stands in front of every section."""
MOST_HEADER = 64 << 10
MOST_SECTION = 16 << 20
MOST_SEALED = 1 << 30
"""Bytes of a header, of one sealed section, of all of them: more is not even read."""
_SECTION = 1 << 20
"""A section is closed when it has so much: a console that writes or reads keeps one in memory."""
_LARGEST = 2**53
_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What anybody can read in front of a bundle."""

    v: int = VERSION
    village: str
    """Public key in hex."""
    mode: str
    world: str
    incident: str
    dev: str
    """Who wrote it."""
    number: int
    """Of that laptop among the village's."""
    word: ConsoleAdmitted
    """The village's word on the writer: it admits it where nobody has heard of it."""
    recipients: str
    """Digest of whom it is sealed to."""
    n: int = 0
    """Of the writer's statement in it: the higher, the newer."""
    parcels: int = 0
    sections: int = 0
    """The last has the statements, the others parcels."""
    sealed: int = 0
    """Bytes behind the header."""
    digest: str = _NO_DIGEST
    """SHA-256 of these in hex."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be sealed into a bundle, and for whom."""

    recipients: tuple[str, ...]
    parcels: Iterable[Parcel]
    statements: Callable[[int], tuple[int, tuple[Signed, ...]]]
    """Asked last, with the number of parcels: the number of the writer's own, and all of them."""


def digest_of(recipients: Iterable[str]) -> str:
    """What tells one set of recipients from another."""
    return hashlib.sha256("\n".join(sorted(recipients)).encode()).hexdigest()


def write_bundle(path: Path, header: Header, content: Content, sign: Callable[[bytes], bytes]) -> Header:
    """Put a bundle in place: after a crash there is the old one or the new, never a part.

    Raises:
        OSError: it could not be written; the old one stands.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
            room = _room_for(header)
            file.write(bytes(FRONT.size + room))
            header = _write_sections(file, header, content)
            block = msgspec.json.encode(header).ljust(room)
            file.seek(0)
            file.write(FRONT.pack(MAGIC, VERSION, room, sign(block)) + block)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return header


def _room_for(header: Header) -> int:
    """How long a header may become: it is written last, in front of what it describes."""
    grown = replace(header, n=_LARGEST, parcels=_LARGEST, sections=_LARGEST, sealed=_LARGEST)
    return len(msgspec.json.encode(grown))


def _write_sections(file: BinaryIO, header: Header, content: Content) -> Header:
    sealed = Sealed(file, content.recipients)
    parcels = 0
    for piece in _pieces(packed(parcel) for parcel in content.parcels):
        sealed.add(msgspec.msgpack.encode(piece))
        parcels += len(piece)
    n, statements = content.statements(parcels)
    sealed.add(msgspec.msgpack.encode(statements))
    return replace(
        header, n=n, parcels=parcels, sections=sealed.sections, sealed=sealed.written, digest=sealed.digest.hexdigest()
    )


class Sealed:
    """The sections as they are written."""

    def __init__(self, file: BinaryIO, recipients: tuple[str, ...]) -> None:
        """Written to a file, and counted."""
        self._file, self._recipients = file, recipients
        self.sections, self.written, self.digest = 0, 0, hashlib.sha256()

    def add(self, plain: bytes) -> None:
        """One more."""
        sealed = age.seal(plain, *self._recipients)
        for piece in (length_of(sealed), sealed):
            self._file.write(piece)
            self.digest.update(piece)
            self.written += len(piece)
        self.sections += 1


def length_of(sealed: bytes) -> bytes:
    """What stands in front of a section."""
    return LENGTH.pack(len(sealed))


def _pieces(parcels: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Parcels in pieces that make a section."""
    piece: list[bytes] = []
    size = 0
    for parcel in parcels:
        piece.append(parcel)
        size += len(parcel)
        if size >= _SECTION:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
