"""Reading a bundle that anybody may have laid there: all of it is checked before the first fact is handed on."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import msgspec

from village_console.journal.admission import Member, is_of
from village_console.journal.identity import signature_fits
from village_console.journal.journal import Journal
from village_console.journal.keys import age
from village_console.journal.store import Purpose
from village_console.sync.bundle import (
    FRONT,
    LENGTH,
    MAGIC,
    MOST_HEADER,
    MOST_SEALED,
    MOST_SECTION,
    SIGNED,
    VERSION,
    Header,
)
from village_console.sync.carrier import CarrierLostError
from village_console.sync.own import age_identity
from village_console.sync.parcel import Parcel, unpacked
from village_console.sync.statement import Signed
from village_console.village.foreign import read_as

_PIECE = 1 << 20


class Unfit(StrEnum):
    """Why a bundle is not read: nothing of it was taken in."""

    NOT_A_BUNDLE = "not_a_bundle"
    NEWER = "newer"
    """Written by a newer version of this program."""
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    """Not as its writer signed it."""
    OTHER_VILLAGE = "other_village"
    OTHER_PURPOSE = "other_purpose"
    """Another run mode, world or incident."""
    UNKNOWN_WRITER = "unknown_writer"
    """The village has not admitted whoever wrote it."""
    REVOKED = "revoked"
    """The village counts whoever wrote it no more."""
    NOT_FOR_US = "not_for_us"
    """Written before its writer knew of this console."""
    OVERFLOWS = "overflows"
    """Signed, but what it holds is no parcel, or swells beyond what is taken in."""


SPOILT = frozenset({Unfit.NOT_A_BUNDLE, Unfit.TOO_LARGE, Unfit.DAMAGED, Unfit.OVERFLOWS})
"""Nobody can read these; the others are somebody's, or a newer console's."""
FOREIGN = frozenset({Unfit.OTHER_VILLAGE, Unfit.OTHER_PURPOSE})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: what its journal knows of village and consoles at this moment."""

    village: bytes
    purpose: Purpose
    members: Mapping[str, Member]
    identity: str = field(repr=False)

    @classmethod
    def of(cls, journal: Journal) -> Reader:
        """The console of a journal."""
        return cls(journal.village, journal.purpose, journal.members(), age_identity(journal))

    def unfit(self, header: Header) -> Unfit | None:
        """Why nothing of this writer is read here, if so."""
        if header.village != self.village.hex():
            return Unfit.OTHER_VILLAGE
        if Purpose(header.mode, header.world, header.incident) != self.purpose:
            return Unfit.OTHER_PURPOSE
        known, word = self.members.get(header.dev), header.word
        if word.subject != f"console:{header.dev}" or not is_of(word, self.village):
            return Unfit.UNKNOWN_WRITER
        if known is not None and known.counts is not None and word.n <= known.n:
            return Unfit.REVOKED
        return None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file whose header is its writer's; what is behind it is not looked at yet."""

    path: Path
    header: Header
    begins: int
    """Where the sections begin."""


@dataclass(frozen=True, slots=True)
class Section:
    """Where one sealed section lies, and what it was when it was checked."""

    at: int
    length: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """A bundle of which every byte was checked."""

    bundle: Bundle
    sections: tuple[Section, ...]
    """Those with parcels."""
    statements: tuple[Signed, ...]


def look_at(path: Path, reader: Reader) -> Bundle | Unfit:
    """Read what stands in front of a file, and judge by it; raises OSError when it cannot be read."""
    with _opened(path) as file:
        about = os.fstat(file.fileno())
        front = file.read(FRONT.size) if stat.S_ISREG(about.st_mode) else b""
        if len(front) < FRONT.size or not front.startswith(MAGIC):
            return Unfit.NOT_A_BUNDLE
        _, version, length, signature = FRONT.unpack(front)
        if version != VERSION:
            return Unfit.NEWER
        if length > MOST_HEADER:
            return Unfit.TOO_LARGE
        block = file.read(length)
    header = read_as(_headers.decode, block)
    if header is None:
        return Unfit.DAMAGED
    if unfit := reader.unfit(header):
        return unfit
    if not signature_fits(bytes.fromhex(header.word.public), signature, SIGNED + block):
        return Unfit.DAMAGED
    if header.sealed > MOST_SEALED:
        return Unfit.TOO_LARGE
    begins = FRONT.size + length
    return Bundle(path, header, begins) if about.st_size == begins + header.sealed else Unfit.DAMAGED


def check(bundle: Bundle, reader: Reader) -> Checked | Unfit:
    """Check all that is behind the header: first that it is what was signed, then that every part can be taken in.

    Raises:
        OSError: it cannot be read.
    """
    with _opened(bundle.path) as file:
        file.seek(bundle.begins)
        if _digest_of(file, bundle.header.sealed) != bundle.header.digest:
            return Unfit.DAMAGED
        file.seek(bundle.begins)
        return _check_sections(bundle, file, reader)


def parcels_in(checked: Checked, reader: Reader) -> Iterator[Parcel]:
    """What a checked bundle holds; raises CarrierLostError when it is no longer what it was."""
    for section in checked.sections:
        try:
            with _opened(checked.bundle.path) as file:
                file.seek(section.at)
                sealed = file.read(section.length)
        except OSError as error:
            raise CarrierLostError from error
        if hashlib.sha256(sealed).digest() != section.digest:
            raise CarrierLostError
        plain = age.open_sealed(sealed, reader.identity)
        yield from (parcel for parcel in _parcels_in(plain or b"") if parcel is not None)


def _check_sections(bundle: Bundle, file: BinaryIO, reader: Reader) -> Checked | Unfit:
    sections: list[Section] = []
    parcels = 0
    for _ in range(bundle.header.sections - 1):
        section = _sealed_section(file)
        if section is None:
            return Unfit.OVERFLOWS
        where, sealed = section
        plain = age.open_sealed(sealed, reader.identity)
        if plain is None:
            return Unfit.NOT_FOR_US
        for parcel in _parcels_in(plain):
            if parcel is None:
                return Unfit.OVERFLOWS
            parcels += 1
        sections.append(where)
    return _check_end(bundle, file, reader, (parcels, tuple(sections)))


def _check_end(
    bundle: Bundle, file: BinaryIO, reader: Reader, found: tuple[int, tuple[Section, ...]]
) -> Checked | Unfit:
    last, (parcels, sections) = _sealed_section(file), found
    if last is None or file.read(1) or parcels != bundle.header.parcels:
        return Unfit.OVERFLOWS
    plain = age.open_sealed(last[1], reader.identity)
    if plain is None:
        return Unfit.NOT_FOR_US
    said = read_as(_statements.decode, plain)
    return Unfit.OVERFLOWS if said is None else Checked(bundle, sections, said)


def _sealed_section(file: BinaryIO) -> tuple[Section, bytes] | None:
    front = file.read(LENGTH.size)
    length = LENGTH.unpack(front)[0] if len(front) == LENGTH.size else MOST_SECTION + 1
    if length > MOST_SECTION:
        return None
    at = file.tell()
    sealed = file.read(length)
    return (Section(at, length, hashlib.sha256(sealed).digest()), sealed) if len(sealed) == length else None


def _parcels_in(plain: bytes) -> Iterator[Parcel | None]:
    """One by one: a section of bombs fills no memory."""
    pieces = read_as(_packed.decode, plain)
    yield from (None,) if pieces is None else map(unpacked, pieces)


def _digest_of(file: BinaryIO, length: int) -> str:
    digest = hashlib.sha256()
    while length > 0 and (piece := file.read(min(length, _PIECE))):
        digest.update(piece)
        length -= len(piece)
    return digest.hexdigest()


def _opened(path: Path) -> BinaryIO:
    """Open a file where it lies: what a link points to is none of ours, and a pipe is not waited for."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")


_headers = msgspec.json.Decoder(Header)
_packed = msgspec.msgpack.Decoder(list[bytes])
_statements = msgspec.msgpack.Decoder(tuple[Signed, ...])
