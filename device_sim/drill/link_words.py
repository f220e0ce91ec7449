"""The lines of the drill link (docs/wires.md, section 5)."""

from __future__ import annotations

import msgspec


class SetClock(msgspec.Struct, frozen=True, tag_field="do", tag="clock"):
    """Follow this clock."""

    epoch: float
    monotonic: float
    speed: float


class Press(msgspec.Struct, frozen=True, tag_field="do", tag="press"):
    """The person at the desk presses these keys."""

    id: int
    keys: tuple[str, ...]


class End(msgspec.Struct, frozen=True, tag_field="do", tag="end"):
    """The drill is over."""


class Seen(msgspec.Struct, frozen=True, kw_only=True, tag_field="saw"):
    """Something the console says."""


class Hello(Seen, frozen=True, kw_only=True, tag="hello"):
    """The first line after dialling."""

    run_mode: str
    world: str
    received: int
    """How many people the journal already holds."""


class Pressed(Seen, frozen=True, kw_only=True, tag="pressed"):
    """Keys have been handled and painted; not `took`: a person is using the keyboard."""

    id: int
    took: bool


class Companion(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the household, as the desk offers it."""

    key: str
    name: str
    resident: str
    state: str
    """`here`, `not_yet` or `elsewhere`."""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was received as a companion."""

    resident: str
    name: str
    receipt: str | None = None
    fact: str | None = None


class Verdict(Seen, frozen=True, kw_only=True, tag="verdict"):
    """An answer was painted."""

    verdict: str
    painted: float
    """Monotonic, real."""
    name: str | None = None
    resident: str | None = None
    receipt: str | None = None
    fact: str | None = None
    household: tuple[Companion, ...] = ()
    people: tuple[Received, ...] = ()


class PresumedHome(msgspec.Struct, frozen=True, kw_only=True):
    """A household that the board presumes stranded, with its people's register numbers."""

    household: str
    people: tuple[str, ...]


class Board(Seen, frozen=True, kw_only=True, tag="board"):
    """Whom the board presumes stranded now."""

    households: tuple[PresumedHome, ...]


class EvidenceWritten(Seen, frozen=True, kw_only=True, tag="ended"):
    """The evidence is on disk."""


class Nonsense(Seen, frozen=True, kw_only=True, tag="nonsense"):
    """A line that the other end did not understand, or that was not understood here."""

    why: str


Order = SetClock | Press | End
SeenLine = Hello | Pressed | Verdict | Board | EvidenceWritten | Nonsense

_DECODER = msgspec.json.Decoder(SeenLine)


def decode(line: bytes) -> SeenLine:
    """What the console said; a line that is none of this page is nonsense."""
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError as error:
        return Nonsense(why=f"{error}: {line[:200].decode('utf-8', 'replace').strip()}")


def encode(order: Order) -> bytes:
    """One line for the console."""
    return msgspec.json.encode(order) + b"\n"
