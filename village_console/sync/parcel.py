"""A parcel: some facts with the keys that open them, as carriers carry it. What comes is bounded before it is believed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import msgspec

from village_console.journal.envelope import Link
from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.subject_keys import SubjectKey
from village_console.village.foreign import UNREADABLE

MOST_LINKS = 200
"""Links of one parcel: as many as the journal takes in within one transaction."""
MOST_BYTES = 8 << 20
"""Of an unpacked parcel."""
_MAGIC = b"VCP1"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is put on a carrier in one piece."""

    links: tuple[Link, ...] = ()
    keys: tuple[SubjectKey, ...] = ()
    admitted: tuple[ConsoleAdmitted, ...] = ()
    """Whom the village has admitted: it counts by its signature, and before the links."""


def packed(parcel: Parcel) -> bytes:
    """As bytes."""
    return _MAGIC + zlib.compress(msgspec.msgpack.encode(parcel), 1)


def unpacked(content: bytes) -> Parcel | None:
    """A parcel from bytes; None when they are none, or when they swell beyond `MOST_BYTES`."""
    if not content.startswith(_MAGIC):
        return None
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(content[len(_MAGIC) :], MOST_BYTES)
        whole = reader.eof and not reader.unconsumed_tail and not reader.unused_data
        return _decoder.decode(plain) if whole else None
    except (zlib.error, *UNREADABLE):
        return None


def parcels(links: Iterable[Link]) -> Iterator[tuple[Link, ...]]:
    """Links in pieces that make a parcel."""
    coming = iter(links)
    while piece := tuple(islice(coming, MOST_LINKS)):
        yield piece


_decoder = msgspec.msgpack.Decoder(Parcel)
