"""What a console says that it holds (持ち分): signed, so that sticks and anchors may pass it on to others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec

from village_console.journal.exchange import ChainId, Have
from village_console.journal.identity import device_name, signature_fits
from village_console.village.foreign import LARGEST_NUMBER, UNREADABLE

DOMAIN = b"statement"
"""What `Journal.sign` is told; its signature covers `_SIGNED` and the body."""
_SIGNED = b"village_console " + DOMAIN + b"\0"


Number = Annotated[int, msgspec.Meta(ge=0, lt=LARGEST_NUMBER)]
"""Of a fact, a parcel, or how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All numbers are the console's own word; of the same console the one with the highest `n` counts."""

    dev: str
    village: str
    """Public key in hex."""
    purpose: str
    """Run mode, world and incident."""
    n: Number
    wall: int
    """Milliseconds since 1970 by its clock: shown, never used to decide."""
    have: dict[str, tuple[Number, Number, str]]
    """`DEV/INC` -> how far the chain is whole, how many links, the sum of their hashes in hex."""
    apart: tuple[str, ...] = ()
    """Devices of which it keeps links apart: nobody needs to send those again."""
    keys: tuple[Number, str] = (0, "")
    """How many keys it holds, and their sum in hex."""
    carrier: str = ""
    """The store that it had read and written when it said this; empty: none that keeps."""
    read_to: Number = 0
    """Up to where it had read there."""
    wrote_to: Number = 0
    """Where the last lies that it wrote there: whoever has read to here has read all of it."""

    def chains(self) -> dict[ChainId, Have]:
        """`have` as the journal has it."""
        return {_chain(name): Have(seq, count, bytes.fromhex(mix)) for name, (seq, count, mix) in self.have.items()}


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement as it travels."""

    body: bytes
    sig: bytes


def plain_have(have: Mapping[ChainId, Have]) -> dict[str, tuple[int, int, str]]:
    """What a journal holds as a statement has it."""
    return {f"{dev}/{inc}": (held.seq, held.count, held.mix.hex()) for (dev, inc), held in have.items()}


def statement_body(statement: Statement) -> bytes:
    """The bytes that are signed (by `Journal.sign` under `DOMAIN`)."""
    plain = msgspec.to_builtins(statement)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def read_statement(said: Signed, devices: Mapping[str, bytes]) -> Statement | None:
    """A statement that one of these devices signed; None for anything else."""
    try:
        statement = _decoder.decode(said.body)
        statement.chains()
    except UNREADABLE:
        return None
    public = devices.get(statement.dev)
    if public is None or device_name(public) != statement.dev or len(said.sig) != 64:
        return None
    return statement if signature_fits(public, said.sig, _SIGNED + said.body) else None


def _chain(name: str) -> ChainId:
    dev, _, inc = name.partition("/")
    return dev, inc


_decoder = msgspec.json.Decoder(Statement)
